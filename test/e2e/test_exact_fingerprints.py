"""The functions of exact numerics have the bits that were published, on a part of all inputs."""

import json
from pathlib import Path

import pytest
from python_process import python

HERE = Path(__file__).parent
SCRIPT = HERE.parents[1] / "benchmarks" / "numerics" / "fingerprints.py"
PUBLISHED = json.loads((HERE.parents[1] / "benchmarks" / "results" / "numerics-fingerprints.json").read_text())["rows"]

#: One of the 256 blocks of all numbers, every 256th.
EVERY = 256


def _fingerprints(*options: str, out: Path) -> dict[str, str]:
    done = python(SCRIPT, *options, "--every", str(EVERY), "--out", out)
    assert done.returncode == 0, done.stderr
    return {row["function"]: row["sha256"] for row in json.loads(out.read_text())["rows"]}


def test_every_function_has_the_published_fingerprint(tmp_path):
    found = _fingerprints("--targets", "cpu", out=tmp_path / "cpu.json")
    published = {row["function"]: row["sha256"] for row in PUBLISHED if row["every"] == EVERY}
    assert found == published and len(set(found.values())) == len(found) > 30


@pytest.mark.parametrize("target", ["cpu:x86-64-v2", "vulkan"])
def test_modules_are_compiled_in_one_place_and_run_in_another(target, tmp_path):
    from local_devices import runs_here

    if not runs_here(target):
        pytest.skip(f"no device for {target}")
    options = ("--functions", "exp,fma,powf", "--targets", target)
    assert python(SCRIPT, *options, "--compile", tmp_path).returncode == 0
    found = _fingerprints(*options, "--compiled", tmp_path, out=tmp_path / "found.json")
    assert found == {row["function"]: row["sha256"] for row in PUBLISHED if row["every"] == EVERY and row["function"] in found}
    assert set(found) == {"exp", "fma", "powf"}


def test_one_fingerprint_a_function_on_all_targets():
    for row in PUBLISHED:
        same = {other["sha256"] for other in PUBLISHED if (other["function"], other["every"]) == (row["function"], row["every"])}
        assert same == {row["sha256"]}, row["function"]


def test_an_unknown_function_is_one_line():
    done = python(SCRIPT, "--functions", "expp")
    assert done.returncode == 2 and "no expp; there are fma" in done.stderr.splitlines()[-1]
