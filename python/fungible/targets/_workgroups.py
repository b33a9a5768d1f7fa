"""How many elements of a kernel that is no product one thread of a CPU computes in one go."""

from ._packing import CONVOLUTION

#: Long pieces of rows: a bias and a GELU of 1024 by 1024 take 0.7 instead of the 1.1 ms of IREE's own squares of 64 by 64.
LONG = ("--iree-llvmcpu-distribution-size=512",)

#: IREE's own: with convolutions of channels last (a step of a CNN takes up to 5 % longer with long pieces), and where code
#: generation fails, which limits what is on the stack. After `LONG`.
SQUARE = ("--iree-llvmcpu-distribution-size=64",)


def flags_for(text: str) -> tuple[str, ...]:
    """What a module at `linalg` or `legalized` needs after `LONG`."""
    return SQUARE if CONVOLUTION in text else ()
