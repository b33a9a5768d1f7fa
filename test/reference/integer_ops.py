"""Ops of `arith` on integers and booleans: two's complement, results modulo 2^width."""

import numpy as np
from torch_mlir import ir

from .registry import computes, makes, step, steps


def unsigned(x) -> np.ndarray:
    x = np.asarray(x)
    return x.view(f"u{x.dtype}") if x.dtype.kind == "i" else x.view(np.uint8)


def _signed(x) -> np.ndarray:
    """Integers that compare as the type does: `true`, whose one bit is the sign, is -1."""
    x = np.asarray(x)
    return -x.astype(np.int8) if x.dtype == bool else x


def _back(x, like) -> np.ndarray:
    return np.asarray(x).view(np.asarray(like).dtype)


def _bits(boolean, other):
    """The op of i1, which is arithmetic modulo 2, or that of wider integers."""
    return lambda a, b: boolean(a, b) if np.asarray(a).dtype == bool else other(a, b)


computes("arith.addi", _bits(np.logical_xor, np.add))
computes("arith.subi", _bits(np.logical_xor, np.subtract))
computes("arith.muli", _bits(np.logical_and, np.multiply))
computes("arith.andi", np.bitwise_and)
computes("arith.ori", np.bitwise_or)
computes("arith.xori", np.bitwise_xor)
computes("arith.maxsi", _bits(np.logical_and, np.maximum))
computes("arith.minsi", _bits(np.logical_or, np.minimum))


def _of_unsigned(function):
    return lambda a, b: _back(function(unsigned(a), unsigned(b)), a)


computes("arith.maxui", _of_unsigned(np.maximum))
computes("arith.minui", _of_unsigned(np.minimum))
computes("arith.divui", _of_unsigned(np.floor_divide))
computes("arith.remui", _of_unsigned(np.remainder))
computes("arith.ceildivui", _of_unsigned(lambda a, b: a // b + (a % b != 0).astype(a.dtype)))


def _shift(function):
    """By the width or more it is undefined; here 0, and the sign for the arithmetic shift to the right."""

    def shifted(a, b):
        width = 8 * np.asarray(a).dtype.itemsize
        return function(a, np.minimum(unsigned(b), width - 1).astype(np.asarray(a).dtype)), unsigned(b) >= width

    return shifted


@computes("arith.shli")
def _shli(a, b):
    value, far = _shift(np.left_shift)(a, b)
    return np.where(far, np.zeros_like(value), value)


@computes("arith.shrui")
def _shrui(a, b):
    value, far = _shift(lambda x, by: np.right_shift(unsigned(x), unsigned(by)).view(np.asarray(x).dtype))(a, b)
    return np.where(far, np.zeros_like(value), value)


@computes("arith.shrsi")
def _shrsi(a, b):
    return _shift(np.right_shift)(a, b)[0]


@computes("arith.remsi")
def _remsi(a, b):
    return np.fmod(a, b)  # the sign of the dividend


@computes("arith.divsi")
def _divsi(a, b):
    return np.floor_divide(a - np.fmod(a, b), b)  # towards zero


computes("arith.floordivsi", np.floor_divide)


@computes("arith.ceildivsi")
def _ceildivsi(a, b):
    return -np.floor_divide(-a, b)


#: Predicate of `arith.cmpi` by number, and whether it compares as unsigned.
_PREDICATES = (
    (np.equal, False), (np.not_equal, False), (np.less, False), (np.less_equal, False), (np.greater, False),
    (np.greater_equal, False), (np.less, True), (np.less_equal, True), (np.greater, True), (np.greater_equal, True),
)  # fmt: skip


@makes("arith.cmpi")
def _cmpi(op, compiler):
    function, is_unsigned = _PREDICATES[ir.IntegerAttr(op.attributes["predicate"]).value]
    view = unsigned if is_unsigned else _signed
    return step(op, compiler, lambda a, b: function(view(a), view(b)))


def _wide(x, view, width: int) -> np.ndarray:
    """As integers of twice the width; those of 64 bits as Python's."""
    x = np.asarray(view(x))
    return x.astype(object) if width == 64 else x.astype(f"{x.dtype.kind}{x.dtype.itemsize * 2}")


def _extended_product(view):
    def product(a, b):
        dtype = np.asarray(a).dtype
        width = 8 * dtype.itemsize
        exact = np.asarray(_wide(a, view, width) * _wide(b, view, width))
        low, high = exact & ((1 << width) - 1), exact >> width
        to = np.dtype(f"u{dtype}")
        return low.astype(to).view(dtype), (high & ((1 << width) - 1)).astype(to).view(dtype)

    return product


@makes("arith.mului_extended", "arith.mulsi_extended")
def _extended(op, compiler):
    return steps(op, compiler, _extended_product(unsigned if "mului" in op.name else _signed))


@makes("arith.addui_extended")
def _addui_extended(op, compiler):
    def add(a, b):
        total = np.add(a, b)
        return total, unsigned(total) < unsigned(a)

    return steps(op, compiler, add)
