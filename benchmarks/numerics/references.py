"""What functions of float32 are, computed in float64."""

from collections.abc import Callable

import numpy as np
import torch


def _of_torch(function: Callable) -> Callable:
    return lambda x: function(torch.from_numpy(x)).numpy()


def _round(x: np.ndarray) -> np.ndarray:
    return np.copysign(np.floor(np.abs(x) + 0.5), x)


#: Op of the `math` dialect of one operand -> the function of float64.
FUNCTIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "exp": np.exp,
    "log": np.log,
    "tanh": np.tanh,
    "erf": _of_torch(torch.erf),
    "expm1": np.expm1,
    "log1p": np.log1p,
    "rsqrt": lambda x: 1.0 / np.sqrt(x),
    "sin": np.sin,
    "cos": np.cos,
    "exp2": np.exp2,
    "log2": np.log2,
    "log10": np.log10,
    "atan": np.arctan,
    "asin": np.arcsin,
    "acos": np.arccos,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tan": np.tan,
    "erfc": _of_torch(torch.erfc),
    "asinh": np.arcsinh,
    "acosh": np.arccosh,
    "atanh": np.arctanh,
    "cbrt": np.cbrt,
    "floor": np.floor,
    "ceil": np.ceil,
    "trunc": np.trunc,
    "round": _round,
    "roundeven": np.rint,
    "absf": np.abs,
}

#: The same of two operands.
PAIRS: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "atan2": np.arctan2,
    "copysign": np.copysign,
    "powf": np.power,
}

#: Angles from here on give NaN; see `fungible-expand-math`.
LARGEST_ANGLE = 1e7
_OF_ANGLES = ("cos", "sin", "tan")

_TINY = 2.0**-126
#: What is less is subnormal after it is rounded to 24 bits.
_ROUNDS_TO_TINY = _TINY - 2.0**-151


def flushed(x: np.ndarray, limit: float = _TINY) -> np.ndarray:
    """With zeros of the same sign for what is less."""
    return np.where(np.abs(x) < limit, np.copysign(x.dtype.type(0), x), x)


def _rounded(exact: np.ndarray) -> np.ndarray:
    """float64 rounded to float32 and flushed."""
    return flushed(exact, _ROUNDS_TO_TINY).astype(np.float32)


def _wide(*operands: np.ndarray) -> list[np.ndarray]:
    with np.errstate(invalid="ignore"):  # a NaN may be a signaling one
        return [flushed(x).astype(np.float64) for x in operands]


def fused(x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
    """x y + z of float32, rounded once: a sum in float64 that is not exact gets an odd last bit first."""
    x, y, z = _wide(x, y, z)
    with np.errstate(all="ignore"):
        product = x * y
        total = product + z
        of_z = total - product
        error = (product - (total - of_z)) + (z - of_z)
        bits = total.view(np.int64)
        odd = (bits - ((error < 0) != (total < 0))) | 1
        inexact = np.isfinite(total) & (error != 0)
        return _rounded(np.where(inexact, odd, bits).view(np.float64))


def quotient(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """x / y of float32, rounded twice, which changes nothing: 53 bits are more than twice 24."""
    with np.errstate(all="ignore"):
        return _rounded(np.divide(*_wide(x, y)))


def root(x: np.ndarray) -> np.ndarray:
    with np.errstate(all="ignore"):
        return np.sqrt(flushed(x))


def exact(name: str, *operands: np.ndarray) -> np.ndarray:
    """The function of float32 numbers in float64, with subnormal operands as zeros."""
    with np.errstate(all="ignore"):
        wide = _wide(*operands)
        result = (FUNCTIONS | PAIRS)[name](*wide)
        return np.where(np.abs(wide[0]) >= LARGEST_ANGLE, np.nan, result) if name in _OF_ANGLES else result


def same(found: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Where the bits are the same; all NaN are the same."""
    equal = found.view(np.uint32) == expected.view(np.uint32)
    return equal if equal.all() else equal | (np.isnan(found) & np.isnan(expected))


def errors(found: np.ndarray, exact: np.ndarray) -> np.ndarray:
    """In units in the last place of the exact result; infinite where one is NaN or infinite and the other is another.

    Args:
        found: float32.
        exact: float64.
    """
    with np.errstate(all="ignore"):
        exact = flushed(exact)
        rounded = exact.astype(np.float32)
        exponent = np.maximum(rounded.view(np.uint32) & np.uint32(0x7F800000), np.uint32(0x00800000)).astype(np.uint64)
        # 1 / np.spacing(rounded), which takes as long as all else here: 2 to the power of 23 less the exponent.
        per_ulp = (np.uint64((1023 + 127 + 23) << 52) - (exponent << np.uint64(29))).view(np.float64)
        error = np.abs(found - exact) * per_ulp
        special = ~(np.isfinite(rounded) & np.isfinite(found))
        if special.any():
            error[special] = np.where(same(found[special], rounded[special]), 0.0, np.inf)
        return error
