"""CPUs, through LLVM. `cpu` is the host; `cpu:<name>` takes LLVM's names and `generic`, `aarch64`."""

import platform
import re
from pathlib import Path

from ._target import Target

_SUMMARY = "CPU, this host"

#: LLVM's name -> what it is.
_X86_64 = {
    "generic": "any x86-64 CPU (SSE2)",
    "x86-64-v2": "x86-64 with SSE4.2, 2009 on",
    "x86-64-v3": "x86-64 with AVX2 and FMA, 2013 on",
    "x86-64-v4": "x86-64 with AVX-512, 2017 on",
    "haswell": "Intel Haswell",
    "skylake": "Intel Skylake, client",
    "skylake-avx512": "Intel Skylake, server",
    "cascadelake": "Intel Cascade Lake",
    "icelake-server": "Intel Ice Lake, server",
    "sapphirerapids": "Intel Sapphire Rapids",
    "alderlake": "Intel Alder Lake",
    "znver1": "AMD Zen",
    "znver2": "AMD Zen 2",
    "znver3": "AMD Zen 3",
    "znver4": "AMD Zen 4",
    "znver5": "AMD Zen 5",
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
        summary, flags, requires = _SUMMARY, ("--iree-llvmcpu-target-cpu=host",), host_features()
    else:
        triple, table = ("x86_64", _X86_64) if cpu in _X86_64 else ("aarch64", _AARCH64)
        llvm = "generic" if cpu == "aarch64" else cpu
        summary, requires = table[cpu], ()
        # The triple is of IREE's own ELF loader: the same file loads on every system.
        flags = (
            f"--iree-llvmcpu-target-triple={triple}-unknown-unknown-eabi-elf",
            f"--iree-llvmcpu-target-cpu={llvm}",
        )
    return Target(
        name, summary, "local", "local-task", ("--iree-hal-local-target-device-backends=llvm-cpu", *flags), requires
    )


_EXTENSION = re.compile(
    r"sse.*|ssse3|avx.*|amx.*|fma|f16c|bmi\d|adx|abm|movbe|popcnt|v?aes|v?pclmulqdq|gfni|sha.*|"
    r"asimd.*|fp|fphp|atomics|sve.*|i8mm|bf16|dotprod"
)


def host_features() -> tuple[str, ...]:
    """The instruction set extensions of this host as Linux names them, sorted; those that
    decide which code runs, not the mitigations. Only the machine type on other systems."""
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        text = ""
    match = re.search(r"^(?:flags|Features)\s*:(.*)$", text, re.MULTILINE)
    flags = match[1].split() if match else ()
    return tuple(sorted({platform.machine(), *(flag for flag in flags if _EXTENSION.fullmatch(flag))}))


def missing_features(requires: tuple[str, ...]) -> list[str]:
    """What of `requires` this host lacks."""
    return sorted(set(requires) - set(host_features()))
