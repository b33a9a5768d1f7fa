"""f32 arithmetic whose subnormal results are zero, on devices that keep subnormal numbers.

What is subnormal is decided after the exact result is rounded to 24 bits, as x86 does with FTZ. A device that keeps
subnormal numbers rounds what is less than 2^-126 to fewer bits, and makes 2^-126 of more of it: flushing its result
afterwards is right for sums, which are exact there, but not for products and quotients. So they are computed once
more, 2^64 times as large; that is no use where it overflows, but then nothing is subnormal.

Operands must not be subnormal; see `flush`.
"""

from torch_mlir.dialects import math

from ._bits import flush, magnitude, number, sign, word, word_of
from ._scalar import Scalar, select

_SCALE = 2.0**64
#: 2^-126, that many times as large.
_SCALED_TINY = word_of(2.0**-62)


def _unless_tiny(result: Scalar, scaled: Scalar) -> Scalar:
    return select(magnitude(word(scaled)).lt(_SCALED_TINY), number(sign(word(result))), result)


def add(x: Scalar, y: Scalar) -> Scalar:
    return flush(x + y)


def subtract(x: Scalar, y: Scalar) -> Scalar:
    return flush(x - y)


def multiply(x: Scalar, y: Scalar) -> Scalar:
    return _unless_tiny(x * y, (x * _SCALE) * y)


def divide(x: Scalar, y: Scalar) -> Scalar:
    """On a device that rounds quotients correctly."""
    return _unless_tiny(x / y, (x * _SCALE) / y)


def multiply_and_add(x: Scalar, y: Scalar, z: Scalar) -> Scalar:
    """x y + z, rounded once, on a device that fuses."""

    def fused(x: Scalar, y: Scalar, z: Scalar) -> Scalar:
        return Scalar(math.fma(x.value, y.value, z.value))

    return _unless_tiny(fused(x, y, z), fused(x * _SCALE, y, z * _SCALE))
