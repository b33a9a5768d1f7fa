"""Ops of `arith` that change the type of numbers, constants, and `select`."""

import numpy as np

from .element_types import constant, dtype_of
from .integer_ops import unsigned
from .registry import computes, makes, step


def _signed_cast(x, dtype):
    x = np.asarray(x)
    return (-x.astype(np.int8) if x.dtype == bool else x).astype(dtype)


def _unsigned_cast(x, dtype):
    return unsigned(x).astype(dtype)


def _truncated(x, dtype):
    return (np.asarray(x) & 1).astype(bool) if dtype == bool else np.asarray(x).astype(dtype)


def _rounded(x, dtype):
    return np.asarray(x).astype(dtype)  # to nearest even


def _to_integer(low: int, high: int):
    """Towards zero. Outside of the range the ops are undefined; here the nearest end, and 0 for NaN."""

    def convert(x, dtype):
        x = np.trunc(np.asarray(x).astype(np.float64))
        inside = (x >= float(low)) & (x < float(high + 1))
        ends = np.where(x > 0, high, np.where(np.isnan(x), 0, low))
        kind = np.int64 if low else np.uint64
        return np.where(inside, np.where(inside, x, 0.0).astype(kind), ends.astype(kind)).astype(dtype)

    return convert


_CASTS = {
    "arith.extsi": _signed_cast,
    "arith.extui": _unsigned_cast,
    "arith.index_cast": _signed_cast,
    "arith.index_castui": _unsigned_cast,
    "arith.trunci": _truncated,
    "arith.sitofp": _signed_cast,
    "arith.uitofp": _unsigned_cast,
    "arith.extf": _rounded,
    "arith.truncf": _rounded,
}


@makes(*_CASTS)
def _cast(op, compiler):
    function, dtype = _CASTS[op.name], dtype_of(op.results[0].type)
    flushed = compiler.float32.operand
    if dtype_of(op.operands[0].type) == np.float32:
        return step(op, compiler, lambda x: function(flushed(x), dtype))
    if dtype == np.float32:
        note = compiler.float32.note
        return step(op, compiler, lambda x: note(function(x, dtype)))
    return step(op, compiler, lambda x: function(x, dtype))


@makes("arith.fptosi", "arith.fptoui")
def _to_integers(op, compiler):
    dtype = dtype_of(op.results[0].type)
    width = 1 if dtype == bool else 8 * dtype.itemsize
    if op.name == "arith.fptosi":
        convert = _to_integer(-(1 << (width - 1)), (1 << (width - 1)) - 1)
    else:
        convert = _to_integer(0, (1 << width) - 1)
    return step(op, compiler, lambda x: convert(x, dtype))


@makes("arith.bitcast", "tensor.bitcast")
def _bitcast(op, compiler):
    dtype, note = dtype_of(op.results[0].type), compiler.float32.note
    return step(op, compiler, lambda x: note(np.asarray(x).view(dtype)))


@makes("arith.constant")
def _constant(op, compiler):
    result = compiler.slot(op.results[0])
    value = compiler.float32.outside(constant(op.attributes["value"], op.results[0].type))

    def run(values):
        values[result] = value

    return run


computes("arith.select", np.where)
