"""The error function of f32 and its complement from sums and products that are each rounded once."""

from math import pi, sqrt

from ._bits import magnitude, number, sign, word, word_of
from ._exact_exponentials import exp_inside
from ._fused import two_product
from ._polynomials import polynomial
from ._scalar import Scalar, select

# erf(x) / x - 1, up to 0.925; in x^2: 2^-30.
_ERF = (
    7.99378685769625e-05, -0.0008049304015003145, 0.005192381329834461, -0.026855727657675743, 0.11283625662326813,
    -0.3761262893676758, 0.12837916612625122,
)  # fmt: skip
# -log(1 - erf(x)), from 0.92 to 3.95: the error of erf is 2^-29.
_LOG_ERFC = (
    -0.00019493993022479117, 0.003033644985407591, -0.02218964882194996, 0.10385620594024658, 0.6372658610343933,
    1.1276273727416992, 0.00020700876484625041,
)  # fmt: skip
# (1 + 2 x) exp(x^2) erfc(x), from 0.5 to 9.3; in (x - 15/4) / (x + 15/4): 2^-25.
_ERFC = (
    -1.9230206817155704e-05, -0.010776865296065807, 0.029052933678030968, -0.05812382325530052, 0.09222773462533951,
    -0.10889776796102524, 0.08227870613336563, 0.0035904112737625837, -0.1402405947446823, 1.2375125885009766,
)  # fmt: skip


#: Of smaller numbers a part would be subnormal; the function is a product.
_SMALL = word_of(2.0**-100)


def _near(x: Scalar) -> Scalar:
    value = x + x * polynomial(x * x, _ERF)
    return select(magnitude(word(x)).lt(_SMALL), x * (2.0 / sqrt(pi)), value)


def erf(x: Scalar) -> Scalar:
    size = number(magnitude(word(x)))
    far = select(size.lt(3.95), size, 3.95)
    value = select(size.gt(0.921875), 1.0 - exp_inside(0.0 - polynomial(far, _LOG_ERFC)), _near(size))
    return number(word(value) | sign(word(x)))


def erfc(x: Scalar) -> Scalar:
    size = number(magnitude(word(x)))
    far = select(size.lt(9.3), size, 9.3)
    square, error = two_product(far, far)
    power = exp_inside(0.0 - square)
    scaled = polynomial((far - 3.75) / (far + 3.75), _ERFC) / (1.0 + 2.0 * far)
    outside = power * (scaled - scaled * error)
    outside = select(size.lt(9.3), outside, 0.0)
    outside = select(x.lt(0.0), 2.0 - outside, outside)
    return select(size.gt(0.5), outside, 1.0 - _near(x))
