"""Data tiling (operands of products packed into tiles): its two forms, and the programs that IREE miscompiles in one."""

import re

#: Tiles are chosen when kernels are formed, and packing is fused with what makes the operand.
#: A product whose result is transposed in the same loop is not packed: transpositions stay where they are.
ON = ("--iree-opt-data-tiling", "--iree-global-opt-propagate-transposes=false")

#: With convolutions of channels last: IREE moves transpositions to where they meet, and what is left of them
#: costs more than products that are not packed. After `ON`.
MOVING = ("--iree-global-opt-propagate-transposes=true",)

#: Packed by kernels of their own, before others are formed: slower for attention, and compiles what the
#: other form does not (products with an elementwise update of a large result). After `ON`.
EARLY = ("--iree-opt-data-tiling=false", "--iree-global-opt-data-tiling=true")

#: Not at all. After `ON`.
OFF = ("--iree-opt-data-tiling=false",)

#: The largest tile of any CPU, in rows and columns.
_TILE = 16

#: IREE's op for convolutions of channels last.
CONVOLUTION = "linalg.conv_2d_nhwc_hwcf"

_PRODUCT = re.compile(r"\blinalg\.batch_\w+ .*?\bouts\(%[^:]*: tensor<([0-9x]+)x[a-z]\w*>\)")


def flags_for(text: str) -> tuple[str, ...]:
    """What a module at `linalg` or `legalized` needs after `ON`."""
    return (*(MOVING if CONVOLUTION in text else ()), *(EARLY if is_unsafe(text) else ()))


def is_unsafe(text: str) -> bool:
    """Whether a module at `linalg` or `legalized` has a batch of products that tiles do not divide.

    Where tiles are chosen late, IREE 3.13 reads the rows of the second product from where whole tiles would
    put them, if the sums of rows by which the products are scaled (as in attention) are computed for all
    of them in one loop: wrong numbers.
    """
    for match in _PRODUCT.finditer(text):
        batch, *sizes = map(int, match[1].split("x"))
        if batch > 1 and any(size % _TILE for size in sizes[-2:]):
            return True
    return False
