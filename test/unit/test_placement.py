"""Which code of an artifact runs, and on which device."""

from dataclasses import replace

import pytest

from running_sum import make_artifact
from fungible import placement
from fungible.errors import ArtifactError, FungibleError, TargetError
from fungible.runtime import devices
from fungible.runtime.devices import Candidate, DriverMissing
from fungible.runtime.facts import Report


@pytest.fixture(scope="module")
def several():
    return make_artifact("cpu:aarch64", "cuda:sm_80", "cpu:generic", "cpu:x86-64-v2", "vmvx")


def test_the_first_target_that_runs_here_is_the_default(several):
    assert several.on().target.name == "cpu:generic"


def test_of_a_family_the_most_specific_that_runs_here_is_taken(several):
    assert several.on("cpu").target.name == "cpu:x86-64-v2"
    assert several.on("cpu:generic").target.name == "cpu:generic"


def test_a_host_alone_is_more_specific_than_any_level(several):
    artifact = replace(several, builds=(*several.builds, *make_artifact("cpu").builds))
    assert artifact.on("cpu").target.name == "cpu"


def test_targets_that_it_does_not_have(several):
    with pytest.raises(FungibleError, match="not compiled for 'cpu:znver4', only for cpu:aarch64, cuda:sm_80, "):
        several.on("cpu:znver4")
    with pytest.raises(FungibleError, match="not compiled for 'rocm', only for"):
        several.on("rocm")
    with pytest.raises(FungibleError, match="unknown target 'vulcan'; did you mean 'vulkan'"):
        several.on("vulcan")


def test_every_reason_is_given(several, monkeypatch):
    monkeypatch.setattr(devices, "of_driver", _nvidia)
    foreign = replace(several, builds=several.builds[:2])
    with pytest.raises(TargetError) as error:
        foreign.on()
    text = str(error.value)
    assert "'cpu:aarch64' cannot run here: " in text and "lacks aarch64" in text
    assert "'cuda:sm_80' cannot run here: NVIDIA T4 lacks sm_80" in text
    assert "\n" not in text and text.endswith("`fungc doctor` says what the devices here are good for")


def _nvidia(driver):
    if driver == "cuda":
        return (Candidate("cuda", "GPU-0", Report("NVIDIA T4", "", frozenset({"sm_60", "sm_75"}))),)
    return (Candidate("local-task", "", Report("x86_64 CPU", "", frozenset({"x86_64"}))),)


def test_a_driver_that_is_not_there(several, monkeypatch):
    def absent(driver):
        raise DriverMissing("no cuda driver: libcuda.so not available")

    monkeypatch.setattr(devices, "of_driver", absent)
    with pytest.raises(TargetError, match="'cuda:sm_80' cannot run here: no cuda driver: libcuda.so not available"):
        several.on("cuda")


def test_code_for_another_cpu_is_not_run(artifact):
    newer = replace(artifact, builds=(replace(artifact.builds[0], requires=("avx4096",)),))
    with pytest.raises(TargetError, match="lacks avx4096; compile it for 'cpu' here, or for 'cpu:generic'"):
        newer.on("cpu")


def test_a_module_without_code_for_the_cpu_is_an_error(artifact):
    foreign = make_artifact("cuda:sm_80").builds[0]
    disguised = replace(artifact, builds=(replace(artifact.builds[0], module=foreign.module),))
    with pytest.raises(ArtifactError, match="HAL device `__device_0` not found or unavailable$"):
        disguised.on("cpu")


def test_no_device_is_opened_that_is_not_proved(artifact, monkeypatch):
    def refuse(candidate, build):
        raise TargetError(f"'{build.name}' on {candidate.report.name}: the known-answer check 'matmul' fails")

    monkeypatch.setattr(placement, "prove", refuse)
    monkeypatch.setattr(Candidate, "open", lambda self: pytest.fail("opened"))
    with pytest.raises(TargetError, match="the known-answer check 'matmul' fails"):
        artifact.on()
