"""Exponentials and hyperbolic tangent of f32 from sums and products that are each rounded once.

exp(x) = 2^n exp(r) with r = x - n ln 2, as in Cody and Waite, "Software manual for the elementary functions" (1980). The
polynomials are of least relative error, their coefficients rounded to f32.
"""

from math import inf, log

from ._bits import BIAS, DIGITS, magnitude, number, sign, word, word_of
from ._polynomials import polynomial
from ._scalar import Scalar, constant, select

# (exp(r) - 1 - r) / r^2, up to ln(2) / 2: 2^-28.
_EXP = (0.0013940180651843548, 0.008368820883333683, 0.04166640713810921, 0.1666651964187622, 0.5)
# (2^r - 1) / r, up to 1 / 2: 2^-28.
_EXP2 = (
    0.000154628767631948, 0.0013390984386205673, 0.009618062525987625, 0.05550359562039375, 0.24022650718688965,
    0.6931471824645996,
)  # fmt: skip
# (tanh(x) - x) / x^3, up to 5 / 8; in x^2: 2^-27.
_TANH = (
    -0.0056958128698170185, 0.02063082531094551, -0.05373714119195938, 0.1333141028881073, -0.3333328068256378,
)  # fmt: skip

#: ln 2, as a number whose products with whole numbers of 8 bits are exact, and the rest.
LN2_HIGH = 0.693145751953125
LN2_LOW = log(2.0) - LN2_HIGH

#: Added to a number, leaves the nearest whole one in the last bits.
_ROUNDING = 1.5 * 2.0**DIGITS

#: exp is zero below the one, the first number whose exp is not subnormal, and infinite from the other on.
_EXP_ENDS = (-87.33654022216797, 128 * log(2.0))
#: Smaller numbers are their own expm1 and the like.
_ITSELF = word_of(2.0**-26)


def _whole(x: Scalar) -> tuple[Scalar, Scalar]:
    """The nearest whole number as f32, and its last bits where exponents are."""
    shifted = x + _ROUNDING
    return shifted - _ROUNDING, word(shifted) << DIGITS


def _scaled(x: Scalar, exponent: Scalar) -> Scalar:
    """`x 2^n` by the bits, of x near 1 and of results that are normal."""
    return number(word(x) + exponent)


def _reduced(x: Scalar) -> tuple[Scalar, Scalar]:
    """exp(r) - 1, and n where exponents are."""
    whole, exponent = _whole(x * (1.0 / log(2.0)))
    rest = (x - whole * LN2_HIGH) - whole * LN2_LOW
    return rest + rest * rest * polynomial(rest, _EXP), exponent


def exp_inside(x: Scalar) -> Scalar:
    """Where neither x nor the result is special."""
    above_one, exponent = _reduced(x)
    return _scaled(1.0 + above_one, exponent)


def _with_ends(x: Scalar, inside: Scalar, low: float, high: float) -> Scalar:
    """Zero below `low`, infinite from `high` on, NaN of NaN."""
    inside = select(x.lt(high), inside, x + inf)
    return select(x.lt(low), constant(x.type, 0.0), inside)


def exp(x: Scalar) -> Scalar:
    return _with_ends(x, exp_inside(x), *_EXP_ENDS)


def exp2(x: Scalar) -> Scalar:
    """Exact of whole numbers."""
    whole, exponent = _whole(x)
    rest = x - whole
    return _with_ends(x, _scaled(1.0 + rest * polynomial(rest, _EXP2), exponent), -126.0, 128.0)


def itself_if_tiny(x: Scalar, value: Scalar) -> Scalar:
    """`value`, but x where |x| < 2^-26: there the function is no other number, and its zero keeps the sign."""
    return select(magnitude(word(x)).lt(_ITSELF), x, value)


def expm1(x: Scalar) -> Scalar:
    near = select(x.lt(-30.0), constant(x.type, -30.0), x)
    above_one, exponent = _reduced(near)
    # In halves, since 2^128 is infinite.
    half = number(exponent + ((BIAS - 1) << DIGITS))
    value = 2.0 * (above_one * half + (half - 0.5))
    return itself_if_tiny(x, select(x.lt(_EXP_ENDS[1]), value, x + inf))


def tanh(x: Scalar) -> Scalar:
    size = number(magnitude(word(x)))
    square = size * size
    near = size + size * square * polynomial(square, _TANH)
    far = select(size.lt(10.0), size, 10.0)
    value = select(size.gt(0.625), 1.0 - 2.0 / (exp_inside(2.0 * far) + 1.0), near)
    return number(word(value) | sign(word(x)))
