"""AMD GPUs through HIP: code objects for one architecture."""

from ._target import Target

_ARCHITECTURES = {
    "gfx908": "AMD Instinct MI100",
    "gfx90a": "AMD Instinct MI200",
    "gfx942": "AMD Instinct MI300",
    "gfx950": "AMD Instinct MI350",
    "gfx1100": "AMD Radeon RX 7900 (RDNA 3)",
    "gfx1201": "AMD Radeon RX 9070 (RDNA 4)",
}

NAMES = tuple(f"rocm:{name}" for name in _ARCHITECTURES)


def resolve(name: str) -> Target:
    """The target of one of `NAMES`."""
    architecture = name.partition(":")[2]
    return Target(name, _ARCHITECTURES[architecture], "hip", "hip", (f"--iree-rocm-target={architecture}",))
