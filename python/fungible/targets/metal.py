"""Apple GPUs: Metal source text, compiled by the system at load, so that any host can make it."""

from . import _fusion
from ._target import Target

NAMES = ("metal",)


def resolve(name: str) -> Target:
    """The target `metal`."""
    flags = (*_fusion.CAREFUL, "--iree-metal-compile-to-metallib=false")
    lacks = ("i64", "f64", "bf16", "fused reductions")
    return Target(name, "Apple GPU", "metal", "metal", flags, ("metal",), lacks, is_spirv=True)
