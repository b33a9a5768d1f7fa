"""Apple GPUs: Metal source text, compiled by the system at load, so that any host can make it."""

from ._target import Target

NAMES = ("metal",)


def resolve(name: str) -> Target:
    """The target `metal`."""
    return Target(name, "Apple GPU", "metal", "metal", ("--iree-metal-compile-to-metallib=false",))
