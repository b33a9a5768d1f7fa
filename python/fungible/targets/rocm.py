"""AMD GPUs through HIP: code objects for one architecture."""

from . import _exactness
from ._target import Target

#: Those that IREE 3.13 has code generation for.
_ARCHITECTURES = {
    "gfx908": "AMD CDNA, Instinct MI100",
    "gfx90a": "AMD CDNA 2, Instinct MI200",
    "gfx942": "AMD CDNA 3, Instinct MI300",
    "gfx950": "AMD CDNA 4, Instinct MI350",
    "gfx1100": "AMD RDNA 3, Radeon RX 7900",
    "gfx1101": "AMD RDNA 3, Radeon RX 7800 and 7700",
    "gfx1103": "AMD RDNA 3, Radeon 780M",
    "gfx1150": "AMD RDNA 3.5, Radeon 890M",
    "gfx1151": "AMD RDNA 3.5, Radeon 8060S",
    "gfx1200": "AMD RDNA 4, Radeon RX 9060",
    "gfx1201": "AMD RDNA 4, Radeon RX 9070",
}

NAMES = tuple(f"rocm:{name}" for name in _ARCHITECTURES)


def resolve(name: str) -> Target:
    """The target of one of `NAMES`."""
    architecture = name.partition(":")[2]
    flags = (f"--iree-rocm-target={architecture}",)
    return Target(
        name,
        _ARCHITECTURES[architecture],
        "hip",
        "hip",
        flags,
        (architecture,),
        exact=_exactness.GPU,
        exact_flags=_exactness.FLAGS,
    )
