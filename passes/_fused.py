"""The fused multiply-add of f32 on devices without one: x y + z, rounded once to nearest-even and flushed.

Subnormal operands count as zero of their sign; so does a result that is subnormal after it is rounded to 24 bits. That
is what x86 computes with DAZ and FTZ. Sums are rounded to odd first, which keeps the second rounding from
seeing a tie that is none (Boldo and Melquiond, "Emulation of a FMA and correctly rounded sums: proved algorithms
using rounding to odd", IEEE Trans. Comput. 57(4), 2008).
"""

from torch_mlir import ir
from torch_mlir.dialects import arith

from ._bits import INFINITY, flush, flush_word, magnitude, number, shift_signed, sign, word, word_of
from ._scalar import Scalar, constant, maximum, select

#: In f64: what rounds to less than 2^-126 with 24 bits lies below.
_TINY_IN_DOUBLE = 2.0**-126 - 2.0**-151


def two_sum(a: Scalar, b: Scalar) -> tuple[Scalar, Scalar]:
    """The rounded sum and its error (Knuth)."""
    sum_ = a + b
    of_b = sum_ - a
    return sum_, (a - (sum_ - of_b)) + (b - of_b)


def _halves(x: Scalar) -> tuple[Scalar, Scalar]:
    """The first 12 bits of an f32 and the other 12."""
    high = number(word(x) & -(1 << 12))
    return high, x - high


def two_product(x: Scalar, y: Scalar) -> tuple[Scalar, Scalar]:
    """The rounded product of two f32 and its error (Dekker), where neither overflows nor underflows."""
    product = x * y
    (x_high, x_low), (y_high, y_low) = _halves(x), _halves(y)
    rest = ((product - x_high * y_high) - x_low * y_high) - x_high * y_low
    return product, x_low * y_low - rest


def _toward(x: Scalar, rest: Scalar) -> Scalar:
    """The odd word of x or of its neighbour, that which lies on the side of `rest`."""
    count = ir.IntegerType(x.type).width - 1
    return (x + shift_signed(x ^ rest, count)) | 1


def _is_nonzero(x: Scalar) -> Scalar:
    """Not of NaN."""
    return Scalar(arith.cmpf(arith.CmpFPredicate.ONE, x.value, constant(x.type, 0.0).value))


def through_double(x: Scalar, y: Scalar, z: Scalar, *, flushed: bool = False) -> Scalar:
    """The fused multiply-add by way of f64, in which the product is exact.

    Args:
        flushed: The operands are known to have no subnormal numbers, and the device makes none of f64.
    """
    single, double = ir.F32Type.get(), ir.F64Type.get()
    x, y, z = ((operand if flushed else flush(operand)).to(double) for operand in (x, y, z))
    sum_, error = two_sum(x * y, z)
    bits = word(sum_)
    odd = _toward(bits, word(error))
    bits = select(_is_nonzero(error), odd, bits)
    rounded = number(bits)
    if flushed:
        return rounded.to(single)
    size = number(magnitude(bits))
    result = rounded.to(single)
    return select(size.lt(_TINY_IN_DOUBLE), number(sign(word(result))), result)


# Products and sums are scaled so that halves of operands and errors that count are not below 2^-126, and that
# sums do not overflow where the result does not.
_SMALL, _LARGE = word_of(2.0**-50), word_of(2.0**100)
_UP, _USUAL, _DOWN = word_of(2.0**126), word_of(2.0**24), word_of(2.0**-4)
#: Beside a large product an addend below this is only a sign, which scaling down might flush.
_MODEST = word_of(2.0**20)
#: Less the word of a power of two: that of its inverse.
_INVERSE = 2 * word_of(1.0)


def through_single(x: Scalar, y: Scalar, z: Scalar, *, flushed: bool = False) -> Scalar:
    """The fused multiply-add of f32 and i32 operations that every device rounds correctly.

    Args:
        flushed: The operands are known to have no subnormal numbers.
    """
    x, y, z = (word(operand) if flushed else flush_word(word(operand)) for operand in (x, y, z))
    x_size, y_size, z_size = magnitude(x), magnitude(y), magnitude(z)
    swap = x_size.lt(y_size)
    large, small, z = number(select(swap, y, x)), number(select(swap, x, y)), number(z)
    product = large * small

    # The smaller operand takes the scale: it does not overflow.
    size = maximum(magnitude(word(product)), z_size)
    is_small, is_large = size.lt(_SMALL), size.ge(_LARGE)
    scale = select(is_small, constant(x.type, _UP), select(is_large, constant(x.type, _DOWN), _USUAL))
    z_scale = select(z_size.lt(_MODEST), maximum(scale, _USUAL), scale)

    high, low = two_product(large, small * number(scale))
    rest, lowest = two_sum(low, z * number(z_scale))
    sum_, error = two_sum(high, rest)
    # `lowest` moves `error` off a tie; it is not large enough to move more, unless there is no error.
    error_word = word(error)
    moved = select(lowest.eq(0.0), error_word, _toward(error_word, word(lowest)))
    total = sum_ + select(error.eq(0.0), lowest, number(moved))

    # Scaled back: exactly, or to infinity.
    total_word = word(total)
    total_size = magnitude(total_word)
    result = word(total * number(_INVERSE - scale))
    result = select(total_size.lt(scale - (_UP - word_of(1.0))), sign(total_word), result)
    # Zeros of either sign, infinities and NaN; a product that overflows is finite beside an infinite addend.
    is_finite = maximum(x_size, y_size).lt(INFINITY)
    special = select(is_finite & z_size.ge(INFINITY), z, product + z)
    is_ordinary = total_size.gt(0) & total_size.lt(INFINITY)
    return number(select(is_ordinary, result, word(special)))
