"""Elementary functions as arithmetic on f32 and f64, and of what `exp`, `log` and `sqrt` of the target give."""

from collections.abc import Callable
from math import inf, log, nan, sqrt

from torch_mlir.dialects import math

from ._angles import acos, asin, atan, atan2, cos, sin, tangent, with_sign
from ._bits import layout, number, times_power_of_two, word
from ._polynomials import ERF_64, ERFC_64, EXPM1_64, SINH_32, SINH_64, odd, polynomial, width
from ._scalar import Scalar, absolute, constant, exp, int32, maximum, minimum, select
from ._scalar import log as logarithm
from ._scalar import sqrt as root

_LN2 = log(2.0)


def expm1(x: Scalar) -> Scalar:
    """Of float64."""
    near = x + x * x * polynomial(x, EXPM1_64)
    return select(absolute(x).lt(0.5), near, exp(x) - 1.0)


def log1p(x: Scalar) -> Scalar:
    """By Kahan's correction of `log(1 + x)`."""
    if width(x) == 32:
        return Scalar(math.log1p(x.value))
    sum_ = 1.0 + x
    rounded = sum_ - 1.0
    corrected = logarithm(sum_) * (x / rounded)
    return select(rounded.eq(0.0), x, select(sum_.eq(inf), sum_, corrected))


def sinh(x: Scalar) -> Scalar:
    size = absolute(x)
    # In two factors, since exp overflows before sinh does.
    half = exp(0.5 * size)
    large = (0.5 * half) * half - 0.5 / half / half
    return select(size.lt(1.0), odd(x, SINH_32, SINH_64), with_sign(large, x))


def cosh(x: Scalar) -> Scalar:
    half = exp(0.5 * absolute(x))
    return (0.5 * half) * half + 0.5 / half / half


def tanh(x: Scalar) -> Scalar:
    """Of float64."""
    power = expm1(minimum(2.0 * absolute(x), 50.0))
    return with_sign(power / (power + 2.0), x)


def _far(x: Scalar) -> float:
    """From here on the 1 beside the square does not count."""
    return 2.0 ** (13 if width(x) == 32 else 28)


def asinh(x: Scalar) -> Scalar:
    size, far = absolute(x), _far(x)
    near = minimum(size, far)
    square = near * near
    value = log1p(near + square / (1.0 + root(1.0 + square)))
    return with_sign(select(size.gt(far), logarithm(size) + _LN2, value), x)


def acosh(x: Scalar) -> Scalar:
    far = _far(x)
    above = minimum(x, far) - 1.0
    value = log1p(above + root(2.0 * above + above * above))
    value = select(x.gt(far), logarithm(x) + _LN2, value)
    return select(x.lt(1.0), constant(x.type, nan), value)


def atanh(x: Scalar) -> Scalar:
    size = absolute(x)
    return with_sign(0.5 * log1p(2.0 * size / (1.0 - size)), x)


def log2(x: Scalar) -> Scalar:
    """Exact for powers of two."""
    digits, bias = layout(x.type)
    bits = word(x)
    exponent = (bits >> digits) - bias
    mantissa = number((bits & (2**digits - 1)) | (bias << digits))
    large = mantissa.gt(sqrt(2.0))
    mantissa = select(large, 0.5 * mantissa, mantissa)
    exponent = select(large, exponent + 1, exponent)
    value = exponent.to(x.type) + logarithm(mantissa) * (1.0 / _LN2)
    ordinary = select(x.ge(2.0 ** (1 - bias)), absolute(x).lt(inf), x.lt(-inf))
    return select(ordinary, value, logarithm(x) * (1.0 / _LN2))


def log_10(x: Scalar) -> Scalar:
    return logarithm(x) * (1.0 / log(10.0))


def exp2(x: Scalar) -> Scalar:
    """`exp(log(2) x)` of the fraction of x; the whole part is that of a power of two."""
    end = 1.5 * layout(x.type)[1]  # infinite, or zero
    is_number = x.eq(x)
    near = select(is_number, minimum(maximum(x, -end), end), 0.0)
    whole = (near + select(near.lt(0.0), constant(x.type, -0.5), 0.5)).to(int32())
    fraction = near - whole.to(x.type)
    return select(is_number, times_power_of_two(exp(_LN2 * fraction), whole), x)


def erf(x: Scalar) -> Scalar:
    """Of float64."""
    size = absolute(x)
    near, far = minimum(size, 1.0), minimum(maximum(size, 1.0), 6.0)
    inside = near * polynomial(near * near, ERF_64)
    scaled = polynomial((far - 3.75) / (far + 3.75), ERFC_64) / (1.0 + 2.0 * far)
    outside = 1.0 - exp(-(far * far)) * scaled
    value = select(size.gt(1.0), outside, inside)
    return select(x.eq(x), with_sign(value, x), x)


#: Op of the `math` dialect -> the function, and the widths of the floats that are expanded.
EXPANSIONS: dict[str, tuple[Callable[..., Scalar], tuple[int, ...]]] = {
    "math.acos": (acos, (32, 64)),
    "math.acosh": (acosh, (32, 64)),
    "math.asin": (asin, (32, 64)),
    "math.asinh": (asinh, (32, 64)),
    "math.atan": (atan, (32, 64)),
    "math.atan2": (atan2, (32, 64)),
    "math.atanh": (atanh, (32, 64)),
    "math.cos": (cos, (32, 64)),
    "math.cosh": (cosh, (32, 64)),
    "math.erf": (erf, (64,)),
    "math.exp2": (exp2, (32, 64)),
    "math.expm1": (expm1, (64,)),
    "math.log10": (log_10, (32, 64)),
    "math.log1p": (log1p, (64,)),
    "math.log2": (log2, (64,)),
    "math.sin": (sin, (32, 64)),
    "math.sinh": (sinh, (32, 64)),
    "math.tan": (tangent, (32, 64)),
    "math.tanh": (tanh, (64,)),
}
