"""How many elements of a kernel that is no product one thread of a CPU computes in one go."""

from ._packing import CONVOLUTION

#: Long pieces of rows. Of IREE's own squares of 64 by 64 each piece of a row is 256 bytes; where rows are 4 KiB, loads wait for
#: stores in the row before, whose addresses end alike: a bias and a GELU of 1024 by 1024 take 1.1 instead of 0.7 ms.
LONG = ("--iree-llvmcpu-distribution-size=512",)

#: IREE's own: with convolutions of channels last (a step of a CNN takes up to 5 % longer with long pieces), and where what a long piece
#: keeps on the stack is refused. After `LONG`.
SQUARE = ("--iree-llvmcpu-distribution-size=64",)


def flags_for(text: str) -> tuple[str, ...]:
    """What a module at `linalg` or `legalized` needs after `LONG`."""
    return SQUARE if CONVOLUTION in text else ()
