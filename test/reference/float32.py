"""Arithmetic on f32: round to nearest, ties to even, each operation once; subnormals are zeros.

A result is tiny if its exact value, rounded to 24 bits as if exponents had no end, is below 2^-126 in
magnitude. It becomes zero with its sign: what x86 (FTZ, tininess after rounding) and its followers do.
A subnormal operand counts as zero with its sign (DAZ).
"""

import numpy as np

#: Half way from the largest number of 24 bits below 2^-126 to 2^-126; ties go to the latter.
_TINY = 2.0**-126 - 2.0**-151

#: Of twice the magnitude's bits, less one: 2^-126.
_SMALLEST = np.uint32(0x00FFFFFF)

#: The bits of a float64 that a float32 has no place for, and those of the middle between two float32.
_LOW, _MIDDLE = np.uint64(0x1FFFFFFF), np.uint64(0x10000000)


def _position(x: np.ndarray) -> np.ndarray:
    """An order of magnitudes in which zero comes last."""
    return (np.asarray(x).view(np.uint32) << np.uint32(1)) - np.uint32(1)


def is_subnormal(x: np.ndarray) -> np.ndarray:
    return _position(x) < _SMALLEST


def flush(x: np.ndarray) -> np.ndarray:
    """Subnormals as zeros of their sign."""
    position = _position(x)
    if not position.size or position.min() >= _SMALLEST:
        return x
    return np.where(position < _SMALLEST, np.copysign(np.float32(0), x), x)


def _suspects(x: np.ndarray) -> np.ndarray | None:
    """Where the magnitude is above 0 and at most 2^-126, so that the result may be tiny; None for nowhere."""
    position = _position(x)
    return position <= _SMALLEST if position.size and position.min() <= _SMALLEST else None


def _rounded_to_odd(product: np.ndarray, addend: np.ndarray, total: np.ndarray) -> np.ndarray:
    """`product + addend`, whose rounded sum is `total`, rounded to odd instead.

    The error of the sum is exact (Knuth's TwoSum). Of the two float64 around the exact sum, the one with an odd last
    bit rounds to float32 as the exact sum does (Boldo and Melquiond, "Emulation of FMA and correctly rounded sums:
    proved algorithms using rounding to odd", IEEE Trans. Computers 2008).
    """
    other = total - product
    error = (product - (total - other)) + (addend - other)
    even = (total.view(np.uint64) & np.uint64(1)) == 0
    neighbour = np.nextafter(total, np.where(error > 0, np.inf, -np.inf))
    return np.where(even & (error != 0) & np.isfinite(total), neighbour, total)


class Float32:
    """The operations. Arrays in, arrays out, broadcast as NumPy does; NumPy's warnings are to be off.

    Args:
        flushes_outside: whether subnormals from outside, of inputs, state and constants, are zeros at once.

    Attributes:
        subnormal_operands: whether an operand can be subnormal. No result of an operation is; so it is true from
            when one came in from elsewhere.
    """

    def __init__(self, flushes_outside: bool = False):
        self._flushes_outside = flushes_outside
        self.subnormal_operands = False

    def outside(self, x: np.ndarray) -> np.ndarray:
        """`x`, which came from an input, from the state that the host set, or from a constant."""
        if x.dtype == np.float32 and self._flushes_outside:
            with np.errstate(over="ignore"):
                return flush(x)
        return self.note(x)

    def note(self, x: np.ndarray) -> np.ndarray:
        """`x`, which was made of bits or in another format."""
        if x.dtype == np.float32 and not self.subnormal_operands:
            with np.errstate(over="ignore"):
                self.subnormal_operands = bool(is_subnormal(x).any())
        return x

    def operand(self, x: np.ndarray) -> np.ndarray:
        return flush(x) if self.subnormal_operands else x

    def add(self, a, b):
        return flush(self.operand(a) + self.operand(b))  # a subnormal sum is exact: tiny before and after rounding

    def subtract(self, a, b):
        return flush(self.operand(a) - self.operand(b))

    def multiply(self, a, b):
        a, b = self.operand(a), self.operand(b)
        result = a * b
        suspects = _suspects(result)
        if suspects is None:
            return result
        exact = a.astype(np.float64) * b.astype(np.float64)
        return np.where(suspects & (np.abs(exact) < _TINY), np.copysign(np.float32(0), result), result)

    def divide(self, a, b):
        a, b = self.operand(a), self.operand(b)
        result = a / b
        suspects = _suspects(result)
        if suspects is None:
            return result
        bound = _TINY * np.abs(b.astype(np.float64))  # 25 bits by 24: exact
        tiny = np.abs(a.astype(np.float64)) < bound
        return np.where(suspects & tiny, np.copysign(np.float32(0), result), result)

    def fma(self, a, b, c):
        """`a * b + c`, rounded once."""
        a, b, c = (np.asarray(self.operand(x)).astype(np.float64) for x in (a, b, c))
        product = a * b  # 48 bits: exact
        total = np.asarray(product + c)
        result = total.astype(np.float32)
        position = _position(result)
        careful = (total.view(np.uint64) & _LOW) == _MIDDLE
        if not (careful.any() or (position.size and position.min() <= _SMALLEST)):
            return result
        careful |= position <= _SMALLEST
        product, c, total, signed = (
            np.broadcast_to(x, careful.shape)[careful] for x in (product, c, total, result)
        )
        odd = _rounded_to_odd(product, c, total)
        result = np.array(result)
        result[careful] = np.where(np.abs(odd) < _TINY, np.copysign(np.float32(0), signed), odd.astype(np.float32))
        return result

    def sqrt(self, x):
        return np.sqrt(self.operand(x))

    def remainder(self, a, b):
        return flush(np.fmod(self.operand(a), self.operand(b)))  # exact

    def sums(self, terms: np.ndarray) -> np.ndarray:
        """The sum over the first dimension in ascending order, starting from its first element."""
        partial = np.add.accumulate(self.operand(terms), axis=0)
        if not is_subnormal(partial[1:]).any():
            return partial[-1]
        total = terms[0]
        for term in terms[1:]:
            total = self.add(total, term)
        return total
