"""Known answers: right devices give them, and what is wrong is found, named and kept out."""

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from fungible import compiler, proof, targets
from fungible.errors import TargetError
from fungible.proof import checks, run
from fungible.runtime import devices
from fungible.runtime.build import Build


def build_of(name: str) -> Build:
    return of_checks(targets.resolve(name))


def of_checks(target: targets.Target) -> Build:
    return Build.of(target, b"", *compiler.known_answers_for(target))


def device_for(build: Build) -> devices.Candidate:
    try:
        return devices.matching(build.name, build.driver, build.requires)[0]
    except TargetError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("name", ["cpu", "cpu:generic", "vmvx", "vulkan", "vulkan:llvmpipe"])
def test_devices_that_are_right_pass_every_check(name):
    build = build_of(name)
    verdict = proof.examine(device_for(build), build)
    assert verdict.failed == {} and verdict.fault is None
    assert set(verdict.passed) == {check.name for check in checks.applicable(build.dtypes)}


def test_a_profile_that_does_not_match_gives_wrong_answers():
    """The reason for all of this: rdna3's code loads and runs on lavapipe, and is wrong there."""
    build = build_of("vulkan:rdna3")
    candidate = device_for(replace(build, name="vulkan", requires=("vendor:mesa",)))
    verdict = proof.examine(candidate, build)
    assert not verdict.proved and verdict.failed
    with pytest.raises(TargetError, match="'vulkan:rdna3' on llvmpipe.*: the known-answer check '.*' fails: "):
        proof.prove(candidate, build)


def test_every_check_can_fail():
    """An answer that is off by one element is seen, in each check that there is."""
    for check in checks.CHECKS:
        for expected in check.expected(*check.inputs):
            assert run._difference(expected, expected, check.tolerance) is None
            wrong = expected.copy()
            last = wrong.reshape(-1)[-1:]
            last[:] = ~last if wrong.dtype == bool else last + 1
            assert "1 of " in run._difference(wrong, expected, check.tolerance), check.name
            if expected.dtype.kind == "f":
                wrong.reshape(-1)[-1] = np.nan
                assert "got nan" in run._difference(wrong, expected, check.tolerance), check.name


def test_answers_of_small_numbers_are_exact_in_float32():
    for check in checks.CHECKS:
        if check.tolerance == 0 and check.name not in ("float16", "bfloat16"):
            for expected in check.expected(*check.inputs):
                assert np.abs(expected.astype(np.float64)).max() < 2**24 or expected.dtype.kind in "iu"


def test_a_module_that_lacks_a_check_is_not_proved():
    narrow = of_checks(replace(targets.resolve("cpu"), lacks=("i64",)))
    assert "integers_64" not in narrow.check_names
    boastful = replace(narrow, dtypes={}, check_names=("integers", "integers_64"))
    assert proof.examine(device_for(narrow), boastful).failed == {"integers_64": "the module does not have it"}


def test_artifacts_are_proved_by_the_checks_that_they_hold():
    build = build_of("cpu")
    older = replace(build, check_names=("matmul", "sum", "a_check_that_is_gone"))
    assert set(proof.examine(device_for(build), older).passed) == {"matmul", "sum"}
    foreign = replace(build, check_names=("a_check_that_is_gone",))
    with pytest.raises(TargetError, match="are of another version of fungible; compile the program again"):
        proof.prove(device_for(build), foreign)


def test_a_module_that_does_not_load_is_a_fault():
    build = replace(build_of("cpu"), checks=b"PK\x03\x04 not a module")
    verdict = proof.examine(device_for(build), build)
    assert not verdict.proved and "cannot be loaded" in verdict.reason()


def test_a_crash_is_named_with_its_check(monkeypatch):
    code = "import os; print('[\"matmul\"]', flush=True); os.abort()"
    monkeypatch.setattr(subprocess, "run", _instead(code))
    verdict = proof._run(devices.of_driver("local-task")[0], build_of("cpu"), ["matmul", "sum"])
    assert verdict.failed == {"matmul": "the driver crashed (SIGABRT)"}


def test_a_driver_that_hangs_is_stopped(monkeypatch):
    code = "import time; print('[\"matmul\"]', flush=True); print('[\"matmul\", null]', flush=True); print('[\"sum\"]', flush=True); time.sleep(60)"
    monkeypatch.setattr(subprocess, "run", _instead(code))
    monkeypatch.setattr(proof, "_LIMIT", 2)
    verdict = proof._run(devices.of_driver("local-task")[0], build_of("cpu"), ["matmul", "sum"])
    assert verdict.passed == ("matmul",) and verdict.failed == {"sum": "no answer in 2 s"}


def _instead(code: str):
    original = subprocess.run
    return lambda command, **more: original([sys.executable, "-c", code], **more)


def test_only_a_pass_is_remembered(monkeypatch, tmp_path):
    monkeypatch.setenv("FUNGIBLE_CACHE_DIR", str(tmp_path))
    monkeypatch.delenv("FUNGIBLE_NO_CACHE", raising=False)
    candidate, build = devices.of_driver("local-task")[0], Build("cpu", "local-task", b"", b"checks", check_names=("sum",))
    verdicts = iter([proof.Verdict((), {"sum": "wrong"}), proof.Verdict(("sum",), {}), None])
    monkeypatch.setattr(proof, "_run", lambda *arguments: next(verdicts))
    assert not proof.examine(candidate, build).proved
    assert proof.examine(candidate, build).passed == ("sum",)
    assert proof.examine(candidate, build).passed == ("sum",)
    assert next(verdicts) is None
    updated = replace(candidate, report=replace(candidate.report, identity="another driver"))
    with pytest.raises(StopIteration):
        proof.examine(updated, build)


def test_the_answers_are_lines_of_json():
    build = build_of("cpu")
    request = json.dumps({"driver": "local-task", "path": "", "dtypes": {}, "checks": ["matmul"]}).encode() + b"\n"
    done = subprocess.run([sys.executable, "-m", "fungible.proof.run"], input=request + build.checks, capture_output=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0 and lines[:2] == [["matmul"], ["matmul", None]]
