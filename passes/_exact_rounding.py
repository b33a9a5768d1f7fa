"""Whole numbers near an f32, its magnitude and sign, from conversions and operations on bits."""

from ._bits import DIGITS, magnitude, number, sign, word, word_of
from ._scalar import Scalar, constant, int32, select

#: From here on every number is whole.
_WHOLE = word_of(2.0**DIGITS)


def absolute(x: Scalar) -> Scalar:
    return number(magnitude(word(x)))


def with_sign_of(x: Scalar, other: Scalar) -> Scalar:
    return number(magnitude(word(x)) | sign(word(other)))


def _fractional(x: Scalar, rounded) -> Scalar:
    """`rounded` of |x|, with the sign of x, but x itself where there is no fraction."""
    has_fraction = magnitude(word(x)).lt(_WHOLE)
    size = rounded(absolute(select(has_fraction, x, 0.0)))
    return select(has_fraction, number(word(size) | sign(word(x))), x)


def _integral(size: Scalar) -> Scalar:
    return size.to(int32()).to(size.type)


def trunc(x: Scalar) -> Scalar:
    return _fractional(x, _integral)


def floor(x: Scalar) -> Scalar:
    toward_zero = trunc(x)
    return select(toward_zero.gt(x), toward_zero - 1.0, toward_zero)


def ceil(x: Scalar) -> Scalar:
    toward_zero = trunc(x)
    return select(toward_zero.lt(x), toward_zero + 1.0, toward_zero)


def round_(x: Scalar) -> Scalar:
    """Halves away from zero."""

    def nearest(size: Scalar) -> Scalar:
        whole = _integral(size)
        return select((size - whole).ge(0.5), whole + 1.0, whole)

    return _fractional(x, nearest)


def roundeven(x: Scalar) -> Scalar:
    """Halves to the even one."""
    return _fractional(x, lambda size: (size + constant(x.type, 2.0**DIGITS)) - 2.0**DIGITS)
