"""The definition of every function of the `math` dialect in modules with exact numerics.

They are made of `addf`, `subf`, `mulf`, `divf` and `math.sqrt`, each rounded once, of comparisons, of choices, and of
integers; none fuses anything. Some are made of others, so that the table is to be applied until nothing is replaced.
"""

from collections.abc import Callable

from torch_mlir import ir
from torch_mlir.dialects import arith

from . import _angles, _elementary
from ._bits import magnitude, number, word, word_of
from ._exact_error_functions import erf, erfc
from ._exact_exponentials import exp, exp2, expm1, tanh
from ._exact_logarithms import log1p, log2, log_, log_10
from ._exact_rounding import absolute, ceil, floor, round_, roundeven, trunc, with_sign_of
from ._powers import SHORT
from ._powers import power as general_power
from ._scalar import Scalar, rsqrt, select


def _odd(function: Callable[[Scalar], Scalar]) -> Callable[[Scalar], Scalar]:
    """The function, but x where it differs by x^3 and that is nothing, and so with the sign of zero."""

    def apply(x: Scalar) -> Scalar:
        return select(magnitude(word(x)).lt(word_of(2.0**-13)), x, function(x))

    return apply


def cbrt(x: Scalar) -> Scalar:
    """By Newton's steps from a third of the exponent."""
    size = absolute(x)
    root = number((word(size) // 3) + 0x2A5137A0)
    for _ in range(3):
        root = root - (root - (size / root) / root) * (1.0 / 3.0)
    is_ordinary = size.gt(0.0) & size.lt(float("inf"))
    return with_sign_of(select(is_ordinary, root, size), x)


def _number(x: Scalar) -> float | None:
    owner = x.value.owner
    if isinstance(owner, ir.Block) or not isinstance(owner.opview, arith.ConstantOp):
        return None
    return float(owner.opview.value.value)


def power(x: Scalar, exponent: Scalar) -> Scalar:
    """As `fungible-expand-math`: products and roots where the exponent is one of a few."""
    known = _number(exponent)
    if _number(x) == 2.0:
        return exp2(exponent.to(x.type))
    return SHORT[known](x) if known in SHORT else general_power(x, exponent.to(x.type))


#: Op of the `math` dialect -> the function of f32.
EXPANSIONS: dict[str, Callable[..., Scalar]] = {
    "math.absf": absolute,
    "math.acos": _angles.acos,
    "math.acosh": _elementary.acosh,
    "math.asin": _odd(_angles.asin),
    "math.asinh": _odd(_elementary.asinh),
    "math.atan": _odd(_angles.atan),
    "math.atan2": _angles.atan2,
    "math.atanh": _odd(_elementary.atanh),
    "math.cbrt": cbrt,
    "math.ceil": ceil,
    "math.copysign": with_sign_of,
    "math.cos": _angles.cos,
    "math.cosh": _elementary.cosh,
    "math.erf": erf,
    "math.erfc": erfc,
    "math.exp": exp,
    "math.exp2": exp2,
    "math.expm1": expm1,
    "math.floor": floor,
    "math.fpowi": power,
    "math.log": log_,
    "math.log10": log_10,
    "math.log1p": log1p,
    "math.log2": log2,
    "math.powf": power,
    "math.round": round_,
    "math.roundeven": roundeven,
    "math.rsqrt": rsqrt,
    "math.sin": _odd(_angles.sin),
    "math.sinh": _odd(_elementary.sinh),
    "math.tan": _odd(_angles.tangent),
    "math.tanh": tanh,
    "math.trunc": trunc,
}
