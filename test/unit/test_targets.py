"""Target names and flags."""

import platform
import re

import pytest

from running_sum import PROGRAM
from fungible import iree, targets
from fungible.errors import TargetError
from fungible.runtime import facts
from fungible.targets import cpu, cuda


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
        ("cuda", "target 'cuda' needs an architecture: cuda:sm_60, cuda:sm_61, "),
        ("rocm", "target 'rocm' needs an architecture: rocm:gfx908, "),
        ("vulkan:rdna5", "unknown target 'vulkan:rdna5'; did you mean 'vulkan:rdna"),
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
    assert [targets.flags(target)[0].rpartition("=")[2] for target in wanted] == ["local", "vulkan"]


def test_operands_are_packed_for_cpus_that_fuse_multiply_and_add():
    packed = [name for name in targets.names() if "--iree-opt-data-tiling" in targets.flags(targets.resolve(name))]
    assert {"cpu:x86-64-v3", "cpu:znver4", "cpu:aarch64", "cpu:apple-m1"} <= set(packed)
    assert not {"cpu:generic", "cpu:x86-64-v2", "vulkan", "cuda:sm_89", "vmvx"} & set(packed)


def test_no_target_is_refused():
    with pytest.raises(TargetError, match="no target given"):
        targets.resolve_all([])


def test_flags_of_the_user_come_last(monkeypatch):
    monkeypatch.setenv("FUNGIBLE_IREE_FLAGS", "--iree-opt-level=O1 '--iree-vm-c=a b'")
    assert targets.flags(targets.resolve("cpu"))[-2:] == ("--iree-opt-level=O1", "--iree-vm-c=a b")


@pytest.mark.parametrize("name", [name for name in targets.names() if not name.startswith("cpu:")] + ["cpu:x86-64-v3", "cpu:aarch64"])
def test_iree_takes_the_flags(name):
    assert iree.compile(PROGRAM, flags=targets.flags(targets.resolve(name))).startswith(b"PK")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("cpu:x86-64-v3", ['cpu = "x86-64-v3"', 'target_triple = "x86_64-unknown-unknown-eabi-elf"']),
        ("cpu:aarch64", ['cpu = "generic"', 'target_triple = "aarch64-unknown-unknown-eabi-elf"']),
        ("cuda:sm_90", ["#iree_gpu.target<arch = \"sm_89\""]),
        ("rocm:gfx942", ['arch = "gfx942"', "rocm-hsaco-fb"]),
        ("vulkan", ['arch = "vp_android_baseline_2022"', "compute = fp32|int32", "subgroup = none"]),
        ("vulkan:rdna3", ['arch = "rdna3"', "vulkan-spirv-fb"]),
        ("vulkan:intel", ['arch = "intel"', "subgroup = none"]),
        ("metal", ["metal-msl-fb"]),
        ("vmvx", ["vmvx-bytecode-fb"]),
    ],
)
def test_the_flags_reach_the_target(name, words):
    text = iree.compile(PROGRAM, flags=targets.flags(targets.resolve(name)), compile_to="flow").decode()
    assert [word for word in words if word not in text] == []


def test_the_host_reports_what_its_own_code_requires():
    host = targets.resolve("cpu")
    assert host.requires[0] == cpu.host_features()[0]
    assert facts.local().missing(host.requires) == []


def _missing(name: str) -> list[str]:
    return facts.local().missing(targets.resolve(name).requires)


def test_levels_of_x86_64(monkeypatch):
    monkeypatch.setattr(cpu, "host_features", lambda: ("x86_64", *cpu._V3))
    assert _missing("cpu:x86-64-v3") == []
    assert "avx512f" in _missing("cpu:znver4")
    monkeypatch.setattr(cpu, "host_features", lambda: ("x86_64", *cpu._V4))
    assert {"avx512_vnni", "gfni"} <= set(_missing("cpu:znver4")) and _missing("cpu:skylake-avx512") == []
    assert _missing("cpu:aarch64") == ["aarch64"]


def test_hosts_that_tell_the_machine_alone(monkeypatch):
    monkeypatch.setattr(platform, "machine", lambda: "arm64")
    monkeypatch.setattr(cpu.Path, "read_text", lambda self: (_ for _ in ()).throw(FileNotFoundError()))
    assert cpu.host_features() == ("aarch64",)
    assert _missing("cpu:apple-m1") == []
    assert _missing("cpu:x86-64-v4") == ["x86_64"]


def test_capabilities_that_run_on_a_device():
    assert cuda.capabilities("9.0")[-1] == "sm_90" and "sm_89" in cuda.capabilities("9.0")
    assert "sm_80" not in cuda.capabilities("7.5")


def test_hopper_and_blackwell_get_ptx_that_their_drivers_take():
    for name in ("cuda:sm_90", "cuda:sm_100", "cuda:sm_103"):
        target = targets.resolve(name)
        assert target.requires == ("sm_89",) and "PTX of sm_89" in target.summary


def test_what_the_host_converts_for_a_target():
    assert targets.resolve("cpu").dtypes == {}
    dtypes = targets.resolve("vulkan").dtypes
    assert dtypes == {
        **{"int64": "int32", "float16": "float32", "bfloat16": "float32"},
        **{"int16": "int32", "int8": "int32", "uint8": "int32", "bool": "int32"},
    }


#: LLVM's names of extensions that it may use without being asked -> Linux'; the rest is for
#: cryptography, operating systems and loading.
_LINUX = {
    **{name: name for name in ("avx", "avx2", "f16c", "fma", "gfni", "movbe", "popcnt", "sse2", "sse4a", "ssse3", "bmi2")},
    **{name: name for name in ("avx512bw", "avx512cd", "avx512dq", "avx512f", "avx512vl", "avx512ifma", "avx512vbmi")},
    **{"bmi": "bmi1", "lzcnt": "abm", "sse4.1": "sse4_1", "sse4.2": "sse4_2", "avxvnni": "avx_vnni"},
    **{f"avx512{name}": f"avx512_{name}" for name in ("vnni", "bitalg", "vbmi2", "vpopcntdq", "bf16", "fp16", "vp2intersect")},
    **{f"amx-{name}": f"amx_{name}" for name in ("bf16", "int8", "tile")},
    **{"dotprod": "asimddp", "lse": "atomics", "rdm": "asimdrdm", "fp16fml": "asimdfhm", "complxnum": "fcma"},
    **{"i8mm": "i8mm", "bf16": "bf16", "sve": "sve", "sve2": "sve2", "sve-bitperm": "svebitperm"},
}


@pytest.mark.parametrize("name", cpu.NAMES[1:])
def test_a_cpu_requires_all_that_llvm_may_use_for_it(name):
    target = targets.resolve(name)
    module = "func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> { return %x : tensor<4xf32> }"
    text = iree.compile(module, flags=targets.flags(target), compile_to="flow").decode()
    used = re.findall(r"\+([\w.-]+)", re.search(r'cpu_features = "([^"]*)"', text)[1]) if "cpu_features" in text else []
    wanted = {_LINUX[feature] for feature in used if feature in _LINUX}
    wanted |= {"asimdhp", "fphp"} if "fullfp16" in used else set()
    assert set(target.requires[1:]) == wanted or name == "cpu:generic"
