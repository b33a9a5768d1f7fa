"""Intervals of integers, and what the ops of `arith` make of them.

Values are signed, except those of i1, which are 0 or 1. A function gives None for what it
does not know: the result may then be any value of its type.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Interval:
    """The integers from `low` to `high`, both included."""

    low: int
    high: int

    def __contains__(self, other: "Interval") -> bool:
        return self.low <= other.low and other.high <= self.high

    def __or__(self, other: "Interval") -> "Interval":
        """The smallest interval around both."""
        return Interval(min(self.low, other.low), max(self.high, other.high))

    def __and__(self, other: "Interval") -> "Interval | None":
        """What both hold, None where that is nothing."""
        low, high = max(self.low, other.low), min(self.high, other.high)
        return Interval(low, high) if low <= high else None


def of_width(width: int) -> Interval:
    """All values of an integer type."""
    return Interval(0, 1) if width == 1 else Interval(-(2 ** (width - 1)), 2 ** (width - 1) - 1)


#: Shifts by more are undefined once 64-bit integers have become 32-bit ones.
_SHIFTS = Interval(0, 31)


def add(a: Interval, b: Interval) -> Interval:
    return Interval(a.low + b.low, a.high + b.high)


def subtract(a: Interval, b: Interval) -> Interval:
    return Interval(a.low - b.high, a.high - b.low)


def _corners(a: Interval, b: Interval, function: Callable[[int, int], int]) -> Interval:
    """Of a function that is monotone in each argument."""
    found = [function(x, y) for x in (a.low, a.high) for y in (b.low, b.high)]
    return Interval(min(found), max(found))


def multiply(a: Interval, b: Interval) -> Interval:
    return _corners(a, b, lambda x, y: x * y)


def _below_zero(a: Interval) -> Interval | None:
    return Interval(a.low, min(a.high, -1)) if a.low < 0 else None


def _above_zero(a: Interval) -> Interval | None:
    return Interval(max(a.low, 1), a.high) if a.high > 0 else None


def _toward_zero(x: int, y: int) -> int:
    return abs(x) // abs(y) * (1 if (x < 0) == (y < 0) else -1)


def _divide(round_: Callable[[int, int], int]):
    def divide(a: Interval, b: Interval) -> Interval | None:
        """Division by zero is undefined, so that 0 may be taken out of the divisor."""
        parts = [part for part in (_below_zero(b), _above_zero(b)) if part]
        found = [_corners(a, part, round_) for part in parts]
        if not found:
            return None
        return found[0] if len(found) == 1 else found[0] | found[1]

    return divide


def _remainder(a: Interval, b: Interval) -> Interval | None:
    """With the sign of the dividend. -2^31 by -1 is defined in 64 bits and undefined in 32."""
    if a.low <= -(2**31) and Interval(-1, -1) in b:
        return None
    most = max(abs(b.low), abs(b.high)) - 1
    if most < 0:
        return None
    return Interval(max(a.low, -most) if a.low < 0 else 0, min(a.high, most) if a.high > 0 else 0)


def _unsigned(function: Callable[[Interval, Interval], Interval | None]):
    """The unsigned op equals the signed one where no operand is negative."""

    def apply(a: Interval, b: Interval) -> Interval | None:
        return function(a, b) if a.low >= 0 and b.low >= 0 else None

    return apply


def _bits(a: Interval, b: Interval) -> Interval:
    """A bitwise op keeps to the bits that its operands have, the sign one of them."""
    both = a | b
    count = max(both.high.bit_length(), (~both.low).bit_length() if both.low < 0 else 0)
    return Interval(0 if both.low >= 0 else -(2**count), 2**count - 1)


def _and(a: Interval, b: Interval) -> Interval:
    limits = [x.high for x in (a, b) if x.low >= 0]
    return Interval(0, min(limits)) if limits else _bits(a, b)


def _shift(function: Callable[[int, int], int]):
    def shift(a: Interval, b: Interval) -> Interval | None:
        return _corners(a, b, function) if b in _SHIFTS else None

    return shift


def maximum(a: Interval, b: Interval) -> Interval:
    return Interval(max(a.low, b.low), max(a.high, b.high))


def minimum(a: Interval, b: Interval) -> Interval:
    return Interval(min(a.low, b.low), min(a.high, b.high))


def _either(function: Callable[[Interval, Interval], Interval]):
    """The larger or smaller as unsigned numbers: one of the operands in any case."""
    return lambda a, b: function(a, b) if a.low >= 0 and b.low >= 0 else a | b


def _absolute(a: Interval) -> Interval:
    low = 0 if a.low <= 0 <= a.high else min(abs(a.low), abs(a.high))
    return Interval(low, max(abs(a.low), abs(a.high)))


_shift_right = _shift(lambda x, y: x >> y)

_BINARY: dict[str, Callable[[Interval, Interval], Interval | None]] = {
    "arith.addi": add,
    "arith.andi": _and,
    "arith.ceildivsi": _divide(lambda x, y: -(-x // y)),
    "arith.ceildivui": _unsigned(_divide(lambda x, y: -(-x // y))),
    "arith.divsi": _divide(_toward_zero),
    "arith.divui": _unsigned(_divide(_toward_zero)),
    "arith.floordivsi": _divide(lambda x, y: x // y),
    "arith.maxsi": maximum,
    "arith.maxui": _either(maximum),
    "arith.minsi": minimum,
    "arith.minui": _either(minimum),
    "arith.muli": multiply,
    "arith.ori": _bits,
    "arith.remsi": _remainder,
    "arith.remui": _unsigned(_remainder),
    "arith.shli": _shift(lambda x, y: x << y),
    "arith.shrsi": _shift_right,
    "arith.shrui": _unsigned(_shift_right),
    "arith.subi": subtract,
    "arith.xori": _bits,
}


def transfer(name: str, operands: Sequence[Interval], widths: Sequence[int]) -> Interval | None:
    """What an op of `arith` makes of integers of these widths, before it wraps; None if unknown."""
    if name in _BINARY and len(operands) == 2:
        return _BINARY[name](*operands)
    if len(operands) != 1:
        return None
    (a,) = operands
    if name in ("arith.extui", "arith.index_castui"):
        return a if a.low >= 0 else Interval(0, 2 ** widths[0] - 1)
    if name == "arith.extsi" and widths[0] == 1:
        return Interval(-a.high, -a.low)
    if name in ("arith.extsi", "arith.index_cast", "arith.trunci"):
        return a
    return _absolute(a) if name == "math.absi" else None


def known(name: str) -> bool:
    """Whether `transfer` may have an answer for the op."""
    return name in _BINARY or name in _UNARY


_UNARY = {"arith.extsi", "arith.extui", "arith.index_cast", "arith.index_castui", "arith.trunci", "math.absi"}


def given(predicate: str, a: Interval, b: Interval) -> tuple[Interval | None, Interval | None]:
    """Both sides of a comparison that holds; None where it cannot hold."""
    if predicate.startswith("u"):
        if a.low < 0 or b.low < 0:
            return a, b
        predicate = "s" + predicate[1:]
    if predicate == "eq":
        return a & b, a & b
    if predicate in ("sgt", "sge"):
        right, left = given("slt" if predicate == "sgt" else "sle", b, a)
        return left, right
    if predicate in ("slt", "sle"):
        step = predicate == "slt"
        return a & Interval(a.low, b.high - step), b & Interval(a.low + step, b.high)
    return a, b
