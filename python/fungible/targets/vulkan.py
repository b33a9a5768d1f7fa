"""GPUs through Vulkan. `vulkan` needs only IREE's baseline profile; a named one needs that very family.

A named profile fixes the size of subgroups, and its kernels exchange values within one. On a
device with other subgroups they run and give wrong numbers, so the profile requires what the
device has to report.
"""

from dataclasses import dataclass

from . import _spirv
from ._target import Target

_NO_I64 = ("i64", "f64", "bf16")
_HALF = ("shaderFloat16", "storageBuffer16BitAccess")
_BYTES = ("shaderInt8", "storageBuffer8BitAccess")


@dataclass(frozen=True)
class _Profile:
    """IREE's name for it (`arch`), or the whole description where IREE has none."""

    summary: str
    arch: str
    requires: tuple[str, ...]
    lacks: tuple[str, ...] = ("bf16",)


# IREE 3.13 describes no Intel GPU. Its subgroups have 8, 16 or 32 lanes as the driver pleases, so
# that no kernel may exchange values within one; the limits are those of Gen 9 on.
_INTEL = (
    '#hal.device.target<"vulkan", [#hal.executable.target<"vulkan-spirv", "vulkan-spirv-fb", {'
    'iree_codegen.target_info = #iree_gpu.target<arch = "intel", features = "spirv:v1.3,cap:Shader", wgp = <'
    "compute = fp32|fp16|int32|int16|int8, storage = b32|b16|b8, subgroup = none, dot = none, mma = [], "
    "subgroup_size_choices = [16], max_workgroup_sizes = [256, 256, 64], max_thread_count_per_workgroup = 256, "
    "max_workgroup_memory_bytes = 32768, max_workgroup_counts = [65535, 65535, 65535]>>}>]> : !hal.device"
)

_AMD = ("vendor:amd", "vulkan-1.3", "subgroup:32", "subgroup:64", *_HALF, *_BYTES)
_NVIDIA = ("vendor:nvidia", "vulkan-1.3", "subgroup:32", *_HALF, *_BYTES)
_MALI = ("vendor:arm", "vulkan-1.3", "subgroup:16", *_HALF, *_BYTES)

_PROFILES = {
    "rdna1": _Profile("AMD RDNA 1", "rdna1", _AMD),
    "rdna2": _Profile("AMD RDNA 2", "rdna2", _AMD),
    "rdna3": _Profile("AMD RDNA 3", "rdna3", (*_AMD, "cooperativeMatrix")),
    "rdna4": _Profile("AMD RDNA 4", "rdna4", (*_AMD, "cooperativeMatrix")),
    "pascal": _Profile("NVIDIA Pascal", "pascal", ("vendor:nvidia", "vulkan-1.3", "subgroup:32", *_BYTES), ("f16", "bf16")),
    "volta": _Profile("NVIDIA Volta", "volta", _NVIDIA),
    "turing": _Profile("NVIDIA Turing", "turing", (*_NVIDIA, "cooperativeMatrix")),
    "ampere": _Profile("NVIDIA Ampere, and later GPUs", "ampere", (*_NVIDIA, "cooperativeMatrix")),
    "ada": _Profile("NVIDIA Ada, and later GPUs", "ada", (*_NVIDIA, "cooperativeMatrix")),
    "intel": _Profile("Intel, Gen 9 and later", "", ("vendor:intel", "vulkan-1.1", *_HALF, *_BYTES), _NO_I64),
    "valhall1": _Profile("Arm Mali, Valhall 1", "valhall1", _MALI, _NO_I64),
    "valhall4": _Profile("Arm Mali, Valhall 4", "valhall4", _MALI, _NO_I64),
    "arm5gen": _Profile("Arm Mali, 5th generation", "arm5gen", _MALI, _NO_I64),
    "adreno": _Profile("Qualcomm Adreno", "adreno", ("vendor:qualcomm", "vulkan-1.3", "subgroup:64", *_HALF), (*_NO_I64, "i8")),
    "llvmpipe": _Profile("Mesa's lavapipe, on the CPU", "llvmpipe", ("vendor:mesa", "vulkan-1.3", "subgroup:8", *_HALF, *_BYTES)),
}

NAMES = ("vulkan", *(f"vulkan:{name}" for name in _PROFILES))


def resolve(name: str) -> Target:
    """The target of one of `NAMES`."""
    profile = name.partition(":")[2]
    if not profile:
        # The baseline, IREE's vp_android_baseline_2022: 32-bit types, 128 invocations, no subgroup operations.
        lacks = ("i64", "f64", "f16", "bf16", "i16", "i8")
        return Target(name, "GPU with Vulkan, portable baseline", "vulkan", "vulkan", _spirv.FLAGS, ("vulkan-1.1",), lacks)
    found = _PROFILES[profile]
    device = "vulkan" if found.arch else _INTEL
    flags = (*_spirv.FLAGS, *((f"--iree-vulkan-target={found.arch}",) if found.arch else ()))
    return Target(name, f"{found.summary}, through Vulkan", device, "vulkan", flags, found.requires, found.lacks)
