"""CPUs, through LLVM. `cpu` is the host; `cpu:<name>` takes LLVM's names and `generic`, `aarch64`."""

import platform
import re
from pathlib import Path

from . import _exactness, _fusion, _packing, _workgroups
from ._target import Target

# Extensions that each level of x86-64 adds, as Linux names them; see the System V ABI.
_V1 = ("sse2",)
_V2 = (*_V1, "popcnt", "sse4_1", "sse4_2", "ssse3")
_V3 = (*_V2, "abm", "avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "movbe")
_V4 = (*_V3, "avx512bw", "avx512cd", "avx512dq", "avx512f", "avx512vl")

# What LLVM may use beyond them; cryptography, which it does not use by itself, is left out.
_CASCADE_LAKE = (*_V4, "avx512_vnni")
_ICE_LAKE = (*_CASCADE_LAKE, "avx512_bitalg", "avx512_vbmi2", "avx512_vpopcntdq", "avx512ifma", "avx512vbmi", "gfni")
_SAPPHIRE_RAPIDS = (*_ICE_LAKE, "amx_bf16", "amx_int8", "amx_tile", "avx512_bf16", "avx512_fp16", "avx_vnni")
_ZEN4 = (*_ICE_LAKE, "avx512_bf16", "sse4a")

#: LLVM's name -> what it is, and the extensions that a host needs.
_X86_64 = {
    "generic": ("any x86-64 CPU (SSE2)", _V1),
    "x86-64-v2": ("x86-64 with SSE4.2, 2009 on", _V2),
    "x86-64-v3": ("x86-64 with AVX2 and FMA, 2013 on", _V3),
    "x86-64-v4": ("x86-64 with AVX-512, 2017 on", _V4),
    "haswell": ("Intel Haswell", _V3),
    "skylake": ("Intel Skylake, client", _V3),
    "skylake-avx512": ("Intel Skylake, server", _V4),
    "cascadelake": ("Intel Cascade Lake", _CASCADE_LAKE),
    "icelake-server": ("Intel Ice Lake, server", _ICE_LAKE),
    "sapphirerapids": ("Intel Sapphire Rapids", _SAPPHIRE_RAPIDS),
    "alderlake": ("Intel Alder Lake", (*_V3, "avx_vnni", "gfni")),
    "znver1": ("AMD Zen", (*_V3, "sse4a")),
    "znver2": ("AMD Zen 2", (*_V3, "sse4a")),
    "znver3": ("AMD Zen 3", (*_V3, "sse4a")),
    "znver4": ("AMD Zen 4", _ZEN4),
    "znver5": ("AMD Zen 5", (*_ZEN4, "avx512_vp2intersect", "avx_vnni")),
}

_A76 = ("asimddp", "asimdhp", "asimdrdm", "atomics", "fphp")
_ARMV8_4 = (*_A76, "asimdfhm", "fcma")
_NEOVERSE_V1 = (*_ARMV8_4, "bf16", "i8mm", "sve")

#: The same for Arm.
_AARCH64 = {
    "aarch64": ("any 64-bit Arm CPU (NEON)", ()),
    "cortex-a72": ("Arm Cortex-A72", ()),
    "cortex-a76": ("Arm Cortex-A76", _A76),
    "neoverse-n1": ("Arm Neoverse N1", _A76),
    "neoverse-n2": ("Arm Neoverse N2", (*_NEOVERSE_V1, "sve2", "svebitperm")),
    "neoverse-v1": ("Arm Neoverse V1", _NEOVERSE_V1),
    "neoverse-v2": ("Arm Neoverse V2", (*_NEOVERSE_V1, "sve2", "svebitperm")),
    "apple-m1": ("Apple M1", _ARMV8_4),
}

NAMES = ("cpu", *(f"cpu:{name}" for name in (*_X86_64, *_AARCH64)))


def resolve(name: str) -> Target:
    """The target of one of `NAMES`."""
    _, _, cpu = name.partition(":")
    if not cpu:
        return _target(name, "CPU, this host", host_features(), "--iree-llvmcpu-target-cpu=host")
    machine = "x86_64" if cpu in _X86_64 else "aarch64"
    summary, extensions = _X86_64[cpu] if cpu in _X86_64 else _AARCH64[cpu]
    return _target(
        name,
        summary,
        (machine, *extensions),
        # The triple is of IREE's own ELF loader: the same file loads on every system.
        f"--iree-llvmcpu-target-triple={machine}-unknown-unknown-eabi-elf",
        f"--iree-llvmcpu-target-cpu={'generic' if cpu == 'aarch64' else cpu}",
    )


# What they gain was measured on a CPU with AVX-512; see their docs.
_TUNING = (
    "fungible-convolve-channels-last",
    "fungible-convolution-to-matmul",
    "fungible-separate-operands",
    "fungible-sum-in-lanes",
    "fungible-apply-tuning",
    "fungible-store-in-panels",
    "fungible-pack-products",
    "fungible-write-in-sequences",
    "fungible-update-in-place",
    "fungible-set-in-place",
    "fungible-mark-small",
)

#: Of those, the ones whose tiles are of vectors of 16 lanes.
_WIDE = ("fungible-store-in-panels", "fungible-pack-products")

#: Windows that are copied out: IREE leaves their loops to LLVM, and they take a third of the time. No sum is reordered.
_LOOPS = "--iree-llvmcpu-loop-vectorization"


def _target(name: str, summary: str, requires: tuple[str, ...], *flags: str) -> Target:
    # Matrix operands packed into tiles: the step of examples/gpt.py takes two thirds of the time.
    # The products of tiles are fused multiply-adds, which a CPU without them computes in software.
    packed = (*_packing.ON, *_workgroups.LONG) if requires[0] == "aarch64" or "fma" in requires else ()
    flags = ("--iree-hal-local-target-device-backends=llvm-cpu", _LOOPS, *_fusion.CAREFUL, *packed, *flags)
    # Packing booleans fails: they are padded with a value of the type that they are stored as.
    careful = tuple((*form, *_workgroups.SQUARE) for form in ((), _packing.EARLY, _packing.OFF)) if packed else ()
    return Target(
        name,
        summary,
        "local",
        "local-task",
        flags,
        requires,
        lacks=("bf16 arithmetic",),
        exact=_exactness.FUSING_CPU if packed else _exactness.OTHER_CPU,
        exact_flags=(*_exactness.FLAGS, "--iree-llvmcpu-reassociate-fp-reductions=false"),
        tuning=tuple(name for name in _TUNING if name not in _WIDE or "avx512f" in requires),
        careful=careful,
        packed=bool(packed),
    )


_EXTENSION = re.compile(
    r"sse.*|ssse3|avx.*|amx.*|fma|f16c|bmi\d|adx|abm|movbe|popcnt|v?aes|v?pclmulqdq|gfni|sha.*|"
    r"asimd.*|fp|fphp|atomics|fcma|sve.*|i8mm|bf16"
)


def host_features() -> tuple[str, ...]:
    """The instruction set extensions of this host as Linux names them, sorted; those that
    decide which code runs, not the mitigations. Only the machine on other systems."""
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        text = ""
    match = re.search(r"^(?:flags|Features)\s*:(.*)$", text, re.MULTILINE)
    flags = match[1].split() if match else ()
    return (_machine(), *sorted(flag for flag in flags if _EXTENSION.fullmatch(flag)))


def _machine() -> str:
    name = platform.machine().lower()
    return {"amd64": "x86_64", "arm64": "aarch64"}.get(name, name)
