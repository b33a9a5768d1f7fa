"""CPUs, through LLVM. `cpu` is the host; `cpu:<name>` takes LLVM's names and `generic`, `aarch64`."""

import platform
import re
from pathlib import Path

from ._target import Target

# Extensions that each level of x86-64 adds, as Linux names them; see the System V ABI.
_V1 = ("sse2",)
_V2 = (*_V1, "popcnt", "sse4_1", "sse4_2", "ssse3")
_V3 = (*_V2, "avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "movbe")
_V4 = (*_V3, "avx512bw", "avx512cd", "avx512dq", "avx512f", "avx512vl")

#: LLVM's name -> what it is, and the level that a host needs at least.
_X86_64 = {
    "generic": ("any x86-64 CPU (SSE2)", _V1),
    "x86-64-v2": ("x86-64 with SSE4.2, 2009 on", _V2),
    "x86-64-v3": ("x86-64 with AVX2 and FMA, 2013 on", _V3),
    "x86-64-v4": ("x86-64 with AVX-512, 2017 on", _V4),
    "haswell": ("Intel Haswell", _V3),
    "skylake": ("Intel Skylake, client", _V3),
    "skylake-avx512": ("Intel Skylake, server", _V4),
    "cascadelake": ("Intel Cascade Lake", _V4),
    "icelake-server": ("Intel Ice Lake, server", _V4),
    "sapphirerapids": ("Intel Sapphire Rapids", _V4),
    "alderlake": ("Intel Alder Lake", _V3),
    "znver1": ("AMD Zen", _V3),
    "znver2": ("AMD Zen 2", _V3),
    "znver3": ("AMD Zen 3", _V3),
    "znver4": ("AMD Zen 4", _V4),
    "znver5": ("AMD Zen 5", _V4),
}

_AARCH64 = {
    "aarch64": "any 64-bit Arm CPU (NEON)",
    "cortex-a72": "Arm Cortex-A72",
    "cortex-a76": "Arm Cortex-A76",
    "neoverse-n1": "Arm Neoverse N1",
    "neoverse-n2": "Arm Neoverse N2",
    "neoverse-v1": "Arm Neoverse V1",
    "neoverse-v2": "Arm Neoverse V2",
    "apple-m1": "Apple M1",
}

NAMES = ("cpu", *(f"cpu:{name}" for name in (*_X86_64, *_AARCH64)))


def resolve(name: str) -> Target:
    """The target of one of `NAMES`."""
    _, _, cpu = name.partition(":")
    if not cpu:
        return _target(name, "CPU, this host", host_features(), "--iree-llvmcpu-target-cpu=host")
    if cpu in _X86_64:
        machine, (summary, extensions) = "x86_64", _X86_64[cpu]
    else:
        machine, summary, extensions = "aarch64", _AARCH64[cpu], ()
    return _target(
        name,
        summary,
        (machine, *extensions),
        # The triple is of IREE's own ELF loader: the same file loads on every system.
        f"--iree-llvmcpu-target-triple={machine}-unknown-unknown-eabi-elf",
        f"--iree-llvmcpu-target-cpu={'generic' if cpu == 'aarch64' else cpu}",
    )


def _target(name: str, summary: str, requires: tuple[str, ...], *flags: str) -> Target:
    # Matrix operands packed into tiles: the step of examples/gpt.py takes two thirds of the time.
    flags = ("--iree-hal-local-target-device-backends=llvm-cpu", "--iree-opt-data-tiling", *flags)
    return Target(name, summary, "local", "local-task", flags, requires)


_EXTENSION = re.compile(
    r"sse.*|ssse3|avx.*|amx.*|fma|f16c|bmi\d|adx|abm|movbe|popcnt|v?aes|v?pclmulqdq|gfni|sha.*|"
    r"asimd.*|fp|fphp|atomics|sve.*|i8mm|bf16|dotprod"
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
