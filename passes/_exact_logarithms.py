"""Logarithms of f32 from sums and products that are each rounded once.

x = 2^n (1 + f) with 1 + f from sqrt(1/2) to sqrt(2), and log(1 + f) = f - f^2 / 2 + f^3 p(f), added up from the
smallest term, as in Cephes (Moshier).
"""

from math import inf, log, log10, nan, sqrt

from ._bits import DIGITS, FRACTION, INFINITY, TINY, magnitude, number, shift_signed, word, word_of
from ._exact_exponentials import LN2_HIGH, LN2_LOW, itself_if_tiny
from ._polynomials import polynomial
from ._scalar import Scalar, constant, maximum, select

# (log(1 + f) - f + f^2 / 2) / f^3, from sqrt(1/2) - 1 to sqrt(2) - 1: 2^-27.
_LOG = (
    -0.07637877762317657, 0.1276458501815796, -0.13160236179828644, 0.1420130580663681, -0.1662331372499466,
    0.20001249015331268, -0.250008225440979, 0.3333333134651184,
)  # fmt: skip

# 1 / ln 10 and log10(2) as numbers of few bits and the rest.
_LOG10_E = (0.43359375, 1.0 / log(10.0) - 0.43359375)
_LOG10_2 = (0.301025390625, log10(2.0) - 0.301025390625)

_ONE, _ROOT = word_of(1.0), word_of(sqrt(0.5))


def _split(x: Scalar) -> tuple[Scalar, Scalar]:
    """n and f of a normal number that is positive."""
    bits = word(x) - _ROOT
    return shift_signed(bits, DIGITS), number((bits & FRACTION) + _ROOT) - 1.0


def _terms(f: Scalar) -> tuple[Scalar, Scalar]:
    """f^3 p(f) and f^2 / 2."""
    square = f * f
    return square * f * polynomial(f, _LOG), 0.5 * square


def _with_ends(x: Scalar, inside: Scalar) -> Scalar:
    """-infinity of zero, NaN below, infinity of infinity."""
    bits = word(x)
    negative = select(bits.lt(0), constant(x.type, nan), x)
    special = select(magnitude(bits).lt(TINY), constant(x.type, -inf), negative)
    return select(bits.ge(TINY) & bits.lt(INFINITY), inside, special)


def log_(x: Scalar) -> Scalar:
    exponent, f = _split(x)
    whole = exponent.to(x.type)
    cube, half = _terms(f)
    return _with_ends(x, (f + ((cube + whole * LN2_LOW) - half)) + whole * LN2_HIGH)


def log2(x: Scalar) -> Scalar:
    """Exact of powers of two."""
    exponent, f = _split(x)
    cube, half = _terms(f)
    rest = cube - half
    above_one = 1.0 / log(2.0) - 1.0  # times which f is smaller than f itself
    return _with_ends(x, (((rest * above_one + f * above_one) + rest) + f) + exponent.to(x.type))


def log_10(x: Scalar) -> Scalar:
    exponent, f = _split(x)
    whole = exponent.to(x.type)
    cube, half = _terms(f)
    rest = cube - half
    (high, low), (two_high, two_low) = _LOG10_E, _LOG10_2
    small = ((rest * low + f * low) + whole * two_low) + rest * high
    return _with_ends(x, (small + f * high) + whole * two_high)


def log1p(x: Scalar) -> Scalar:
    """With what `1 + x` loses added to f."""
    sum_ = 1.0 + x
    exponent, f = _split(sum_)
    is_near = exponent.eq(0)
    f = select(is_near, x, f)
    lost = select(x.gt(1.0), 1.0 - (sum_ - x), x - (sum_ - 1.0))
    lost = select(is_near, constant(x.type, 0.0), lost * number(maximum(_ONE - (exponent << DIGITS), 0)))
    whole = exponent.to(x.type)
    cube, half = _terms(f)
    lost = lost * ((1.0 - f) + 2.0 * half)  # lost / (1 + f)
    value = (f + (((cube + whole * LN2_LOW) + lost) - half)) + whole * LN2_HIGH
    return itself_if_tiny(x, _with_ends(sum_, value))
