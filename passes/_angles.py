"""Trigonometric functions and their inverses as arithmetic on f32 and f64.

Arguments are reduced as in Cody and Waite, "Software manual for the elementary functions" (1980).
"""

from math import nan, pi, tan

from torch_mlir import ir

from ._bits import word
from ._polynomials import ASIN_32, ASIN_64, ATAN_32, ATAN_64, COS_32, COS_64, SIN_32, SIN_64
from ._polynomials import odd, of_width, polynomial, width
from ._scalar import Scalar, absolute, constant, maximum, minimum, select
from ._scalar import sqrt as root

# pi / 2 in pieces so short that their products with whole numbers are exact; how many bits such a
# number has at a time; and where the functions of angles end: behind it a result says nothing.
_PIECES_32 = (1.5703125, 0.0004837512969970703, 7.549533620476723e-08, 2.5632829192545614e-12, 6.120321263680673e-17)
_PIECES_64 = (1.5707963109016418, 1.5893254712295857e-08, 6.123233932053594e-17, 6.368317055225283e-25)
_LARGEST_ANGLE = {32: 1e7, 64: 2e8}

_TAN_PI_8 = tan(pi / 8)


def with_sign(size: Scalar, sign: Scalar) -> Scalar:
    return select(sign.lt(0.0), -size, size)


def _reduced(size: Scalar) -> tuple[Scalar, Scalar]:
    """A number of quarter turns, and what is left of an angle that is not negative, in [-pi/4, pi/4]."""
    turns = (size * (2.0 / pi) + 0.5).to(ir.IntegerType.get_signless(32))
    rest = size
    if width(size) == 64:
        whole = turns.to(size.type)
        for piece in _PIECES_64:
            rest = rest - whole * piece
        return turns, rest
    low = turns & 0xFFF
    parts = [(turns - low).to(size.type), low.to(size.type)]
    for piece in _PIECES_32:
        for part in parts:
            rest = rest - part * piece
    return turns, rest


def _sine_and_cosine(x: Scalar) -> tuple[Scalar, Scalar]:
    size = absolute(x)
    known = size.lt(_LARGEST_ANGLE[width(x)])
    turns, rest = _reduced(select(known, size, 0.0))
    square = rest * rest
    own_sine = odd(rest, SIN_32, SIN_64)
    own_cosine = (1.0 - 0.5 * square) + square * square * polynomial(square, of_width(x, COS_32, COS_64))
    swapped = (turns & 1).eq(1)
    sine, cosine = select(swapped, own_cosine, own_sine), select(swapped, own_sine, own_cosine)
    sine = select((turns & 2).eq(2), -sine, sine)
    cosine = select(((turns + 1) & 2).eq(2), -cosine, cosine)
    return select(known, with_sign(sine, x), nan), select(known, cosine, nan)


def sin(x: Scalar) -> Scalar:
    return _sine_and_cosine(x)[0]


def cos(x: Scalar) -> Scalar:
    return _sine_and_cosine(x)[1]


def tangent(x: Scalar) -> Scalar:
    sine, cosine = _sine_and_cosine(x)
    return sine / cosine


def _atan_of_fraction(x: Scalar) -> Scalar:
    """For x in [0, 1]."""
    large = x.gt(_TAN_PI_8)
    angle = odd(select(large, (x - 1.0) / (x + 1.0), x), ATAN_32, ATAN_64)
    return select(large, angle + pi / 4, angle)


def atan(x: Scalar) -> Scalar:
    size = absolute(x)
    large = size.gt(1.0)
    angle = _atan_of_fraction(select(large, 1.0 / size, size))
    angle = select(large, pi / 2 - angle, angle)
    return select(x.eq(0.0), x, with_sign(angle, x))


def atan2(y: Scalar, x: Scalar) -> Scalar:
    a, b = absolute(y), absolute(x)
    low, high = minimum(a, b), maximum(a, b)
    equal = a.eq(b)  # zeros and infinities too
    angle = _atan_of_fraction(select(equal, constant(x.type, 1.0), low / high))
    angle = select(a.gt(b), pi / 2 - angle, angle)
    left = word(x).lt(0)
    angle = select(a.eq(0.0), a, angle)
    angle = select(left, pi - angle, angle)
    angle = select(word(y).lt(0), -angle, angle)
    total = x + y  # NaN where one of them is
    return select(equal, angle, select(total.eq(total), angle, total))


def _asin_of_half(x: Scalar) -> Scalar:
    """For x in [-1/2, 1/2]."""
    return odd(x, ASIN_32, ASIN_64)


def asin(x: Scalar) -> Scalar:
    size = absolute(x)
    large = size.gt(0.5)
    angle = _asin_of_half(select(large, root(0.5 * (1.0 - size)), size))
    return with_sign(select(large, pi / 2 - 2.0 * angle, angle), x)


def acos(x: Scalar) -> Scalar:
    size = absolute(x)
    large = size.gt(0.5)
    angle = _asin_of_half(select(large, root(0.5 * (1.0 - size)), x))
    return select(large, select(x.lt(0.0), pi - 2.0 * angle, 2.0 * angle), pi / 2 - angle)
