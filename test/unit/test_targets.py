"""Target names and flags."""

import platform

import pytest

from running_sum import PROGRAM
from fungible import iree, targets
from fungible.errors import TargetError
from fungible.targets import cpu


def test_names_resolve_to_themselves():
    assert {name: targets.resolve(name).name for name in targets.names()} == {name: name for name in targets.names()}


def test_the_names_of_the_documentation_exist():
    documented = {"cpu", "cpu:x86-64-v3", "cpu:generic", "cpu:aarch64", "cuda:sm_89", "rocm:gfx942"}
    assert documented | {"vulkan", "vulkan:rdna3", "metal", "vmvx"} <= set(targets.names())


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("vulcan", "unknown target 'vulcan'; did you mean 'vulkan'"),
        ("cuda:sm_91", "unknown target 'cuda:sm_91'; did you mean 'cuda:sm_90'"),
        ("cpu:x86-64-v5", "unknown target 'cpu:x86-64-v5'; did you mean 'cpu:x86-64-v4'"),
        ("cuda", "unknown target 'cuda'; did you mean 'cuda:sm_60' or 'cuda:sm_70'"),
        ("tpu-v5", "unknown target 'tpu-v5'; `fungc targets` lists them"),
        ("", "unknown target ''; `fungc targets` lists them"),
    ],
)
def test_unknown_names(name, message):
    with pytest.raises(TargetError) as error:
        targets.resolve(name)
    assert str(error.value).startswith(message)


def test_several_targets():
    wanted = targets.resolve_all(["cpu", "vulkan", "cpu"])
    assert [target.name for target in wanted] == ["cpu", "vulkan"]
    assert targets.flags(wanted)[0] == "--iree-hal-target-device=local,vulkan"


def test_operands_are_packed_for_cpus_alone():
    packed = "--iree-opt-data-tiling"
    assert packed in targets.flags(targets.resolve_all(["cpu"]))
    assert packed not in targets.flags(targets.resolve_all(["cpu", "vulkan"]))


@pytest.mark.parametrize("names", [("cpu", "vmvx"), ("cpu:generic", "cpu:znver4"), ("cuda:sm_80", "cuda:sm_89")])
def test_two_targets_of_one_device_are_refused(names):
    with pytest.raises(TargetError, match=f"'{names[0]}' and '{names[1]}' are for the same device"):
        targets.resolve_all(names)


def test_no_target_is_refused():
    with pytest.raises(TargetError, match="no target given"):
        targets.resolve_all([])


def test_flags_of_the_user_come_last(monkeypatch):
    monkeypatch.setenv("FUNGIBLE_IREE_FLAGS", "--iree-opt-level=O1 '--iree-vm-c=a b'")
    assert targets.flags([targets.resolve("cpu")])[-2:] == ("--iree-opt-level=O1", "--iree-vm-c=a b")


@pytest.mark.parametrize("name", ["cpu", "cpu:x86-64-v3", "cpu:aarch64", "vmvx", "cuda:sm_90", "rocm:gfx942", "vulkan", "vulkan:rdna3", "metal"])
def test_iree_takes_the_flags(name):
    assert iree.compile(PROGRAM, flags=targets.flags([targets.resolve(name)])).startswith(b"PK")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("cpu:x86-64-v3", ['cpu = "x86-64-v3"', 'target_triple = "x86_64-unknown-unknown-eabi-elf"']),
        ("cpu:aarch64", ['cpu = "generic"', 'target_triple = "aarch64-unknown-unknown-eabi-elf"']),
        ("cuda:sm_90", ["#iree_gpu.target<arch = \"sm_89\""]),
        ("rocm:gfx942", ['arch = "gfx942"', "rocm-hsaco-fb"]),
        ("vulkan:rdna3", ['arch = "rdna3"', "vulkan-spirv-fb"]),
        ("metal", ["metal-msl-fb"]),
        ("vmvx", ["vmvx-bytecode-fb"]),
    ],
)
def test_the_flags_reach_the_target(name, words):
    text = iree.compile(PROGRAM, flags=targets.flags([targets.resolve(name)]), compile_to="flow").decode()
    assert [word for word in words if word not in text] == []


def test_the_host_runs_its_own_code():
    host = targets.resolve("cpu")
    assert host.requires[0] == cpu.host_features()[0]
    assert targets.trains_here(host) and targets.trains_here(targets.resolve("vmvx"))
    assert not targets.trains_here(targets.resolve("vulkan"))


def test_levels_of_x86_64(monkeypatch):
    monkeypatch.setattr(cpu, "host_features", lambda: ("x86_64", *cpu._V3))
    assert cpu.missing_features(targets.resolve("cpu:x86-64-v3").requires) == []
    assert "avx512f" in cpu.missing_features(targets.resolve("cpu:znver4").requires)
    assert cpu.missing_features(targets.resolve("cpu:aarch64").requires) == ["aarch64"]


def test_hosts_that_tell_the_machine_alone(monkeypatch):
    monkeypatch.setattr(platform, "machine", lambda: "arm64")
    monkeypatch.setattr(cpu.Path, "read_text", lambda self: (_ for _ in ()).throw(FileNotFoundError()))
    assert cpu.host_features() == ("aarch64",)
    assert cpu.missing_features(targets.resolve("cpu:apple-m1").requires) == []
    assert cpu.missing_features(targets.resolve("cpu:x86-64-v4").requires) == ["x86_64"]
