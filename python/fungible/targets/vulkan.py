"""GPUs through Vulkan. `vulkan` needs only a baseline that every driver has; a named profile needs that very family.

A named profile fixes the size of subgroups, and its kernels exchange values within one. On a
device with other subgroups they run and give wrong numbers, so the profile requires what the
device has to report.

The profiles describe GPUs to IREE in full rather than by its names for them: the modules that
IREE 3.13 makes for `--iree-vulkan-target=rdna3` and the like declare SPIR-V 1.0 or 1.3 and use
1.6, which spirv-val rejects. Its cooperative matrices are left out, since nothing here proves them.

IREE 3.13's driver now and then adds 1 to a word of memory that its own thread has freed. Of 47 processes that trained on
lavapipe, three at a time on two CPUs, 2 died of it, in a call; whether it happens on GPUs was not looked for.
"""

from dataclasses import dataclass

from . import _exactness, _fusion
from ._target import Target

_SMALL = ("shaderFloat16", "storageBuffer16BitAccess", "shaderInt8", "storageBuffer8BitAccess")
_ALL = "fp64|fp32|fp16|int64|int32|int16|int8"
_NO_64 = "fp32|fp16|int32|int16|int8"


@dataclass(frozen=True)
class _Profile:
    """A family of GPUs.

    Attributes:
        arch: IREE's name, by which it chooses the shapes of tiles.
        compute, storage: What it computes and stores, in IREE's words.
        subgroups: The sizes that its subgroups can have; empty where no kernel may count on one.
        threads, memory: Most invocations of a workgroup, and bytes that they share, as drivers report.
    """

    summary: str
    arch: str
    vendor: str
    compute: str
    subgroups: tuple[int, ...]
    threads: int
    memory: int
    storage: str = "b64|b32|b16|b8"

    @property
    def requires(self) -> tuple[str, ...]:
        features = [feature for feature in _SMALL if "Float16" not in feature or "fp16" in self.compute]
        features = [feature for feature in features if "8BitAccess" not in feature or "b8" in self.storage]
        sizes = [f"subgroup:{size}" for size in self.subgroups]
        return (f"vendor:{self.vendor}", "vulkan-1.1", *sizes, *features)

    @property
    def lacks(self) -> tuple[str, ...]:
        has = {"i64": "int64", "f64": "fp64", "f16": "fp16"}
        computed = [name for name, word in has.items() if word not in self.compute.split("|")]
        return (*computed, "bf16", *(() if "b8" in self.storage else ("i8",)), "fused reductions")

    @property
    def exact(self) -> tuple[str, ...]:
        # GPUs have the instruction; that the driver uses it is proved by the checks.
        return _exactness.VULKAN if self.vendor == "mesa" else _exactness.GPU

    @property
    def device(self) -> str:
        """The value for `--iree-hal-target-device`."""
        exchange = "shuffle|arithmetic" if self.subgroups else "none"
        return (
            '#hal.device.target<"vulkan", [#hal.executable.target<"vulkan-spirv", "vulkan-spirv-fb", {'
            f'iree_codegen.target_info = #iree_gpu.target<arch = "{self.arch}", features = "spirv:v1.3,cap:Shader", '
            f"wgp = <compute = {self.compute}, storage = {self.storage}, subgroup = {exchange}, dot = none, mma = [], "
            f"subgroup_size_choices = [{', '.join(map(str, self.subgroups or (16,)))}], "
            f"max_workgroup_sizes = [{self.threads}, {self.threads}, 64], max_thread_count_per_workgroup = {self.threads}, "
            f"max_workgroup_memory_bytes = {self.memory}, max_workgroup_counts = [65535, 65535, 65535]>>}}>]> : !hal.device"
        )


def _amd(summary: str, arch: str) -> _Profile:
    return _Profile(summary, arch, "amd", _ALL, (32, 64), 1024, 65536)


def _nvidia(summary: str, arch: str, compute: str = _ALL) -> _Profile:
    return _Profile(summary, arch, "nvidia", compute, (32,), 1024, 49152)


def _mali(summary: str, arch: str) -> _Profile:
    return _Profile(summary, arch, "arm", _NO_64, (16,), 512, 32768)


_PROFILES = {
    "rdna1": _amd("AMD RDNA 1", "rdna1"),
    "rdna2": _amd("AMD RDNA 2", "rdna2"),
    "rdna3": _amd("AMD RDNA 3", "rdna3"),
    "rdna4": _amd("AMD RDNA 4", "rdna4"),
    "pascal": _nvidia("NVIDIA Pascal", "sm_60", _ALL.replace("fp16|", "")),
    "volta": _nvidia("NVIDIA Volta", "sm_70"),
    "turing": _nvidia("NVIDIA Turing", "sm_75"),
    "ampere": _nvidia("NVIDIA Ampere and later", "sm_80"),
    "ada": _nvidia("NVIDIA Ada and later", "sm_89"),
    # IREE has no name for Intel's. Their subgroups have 8, 16 or 32 lanes as the driver pleases.
    "intel": _Profile("Intel, Gen 9 and later", "intel", "intel", _NO_64, (), 256, 32768),
    "valhall1": _mali("Arm Mali, Valhall 1", "valhall1"),
    "valhall4": _mali("Arm Mali, Valhall 4", "valhall4"),
    "arm5gen": _mali("Arm Mali, 5th generation", "arm5gen"),
    "adreno": _Profile("Qualcomm Adreno", "adreno", "qualcomm", _NO_64, (64,), 1024, 32768, "b64|b32|b16"),
    "llvmpipe": _Profile("Mesa's lavapipe, on the CPU", "llvmpipe", "mesa", _ALL, (8,), 1024, 32768),
}

NAMES = ("vulkan", *(f"vulkan:{name}" for name in _PROFILES))


def resolve(name: str) -> Target:
    """The target of one of `NAMES`."""
    profile = name.partition(":")[2]
    if not profile:
        # IREE's vp_android_baseline_2022: 32-bit types, 128 invocations, no subgroup operations.
        lacks = ("i64", "f64", "f16", "bf16", "i16", "i8", "fused reductions")
        return _target(name, "GPU with Vulkan, portable baseline", "vulkan", ("vulkan-1.1",), lacks, _exactness.VULKAN)
    found = _PROFILES[profile]
    return _target(name, f"{found.summary}, through Vulkan", found.device, found.requires, found.lacks, found.exact)


def _target(
    name: str, summary: str, device: str, requires: tuple[str, ...], lacks: tuple[str, ...], exact: tuple[str, ...]
) -> Target:
    return Target(
        name,
        summary,
        device,
        "vulkan",
        _fusion.CAREFUL,
        requires,
        lacks,
        exact=exact,
        exact_flags=_exactness.FLAGS,
        is_spirv=True,
    )
