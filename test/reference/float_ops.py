"""Ops of `arith` on floats: f32 as in `float32.py`, other formats as NumPy has them."""

import numpy as np
from torch_mlir import ir

from .element_types import dtype_of
from .registry import makes, step

#: Predicate of `arith.cmpf`, by its number: the relations that make it true, and whether an unordered pair does.
_PREDICATES = {
    0: ("", False), 1: ("=", False), 2: (">", False), 3: (">=", False), 4: ("<", False), 5: ("<=", False),
    6: ("<>", False), 7: ("<=>", False), 8: ("=", True), 9: (">", True), 10: (">=", True), 11: ("<", True),
    12: ("<=", True), 13: ("<>", True), 14: ("", True), 15: ("<=>", True),
}  # fmt: skip


def compare(predicate: int, a, b):
    relations, unordered = _PREDICATES[predicate]
    result = np.isnan(a) | np.isnan(b) if unordered else np.zeros(np.broadcast_shapes(np.shape(a), np.shape(b)), bool)
    for relation, function in (("=", np.equal), (">", np.greater), ("<", np.less)):
        if relation in relations:
            result = result | function(a, b)
    return result


def _maximum(a, b):
    """The larger; +0 is larger than -0, and NaN is propagated."""
    return np.where(a == b, np.where(np.signbit(a), b, a), np.maximum(a, b))


def _minimum(a, b):
    return np.where(a == b, np.where(np.signbit(a), a, b), np.minimum(a, b))


def _maximum_number(a, b):
    """The larger; a number rather than NaN."""
    return np.where(a == b, np.where(np.signbit(a), b, a), np.fmax(a, b))


def _minimum_number(a, b):
    return np.where(a == b, np.where(np.signbit(a), a, b), np.fmin(a, b))


_EXTREMA = {
    "arith.maximumf": _maximum,
    "arith.minimumf": _minimum,
    "arith.maxnumf": _maximum_number,
    "arith.minnumf": _minimum_number,
}
_OTHER_FORMATS = {
    "arith.addf": np.add,
    "arith.subf": np.subtract,
    "arith.mulf": np.multiply,
    "arith.divf": np.divide,
    "arith.remf": np.fmod,
}
_F32 = {
    "arith.addf": "add",
    "arith.subf": "subtract",
    "arith.mulf": "multiply",
    "arith.divf": "divide",
    "arith.remf": "remainder",
}


def is_f32(op: ir.Operation) -> bool:
    return dtype_of(op.operands[0].type) == np.float32


@makes(*_OTHER_FORMATS)
def _arithmetic(op, compiler):
    function = getattr(compiler.float32, _F32[op.name]) if is_f32(op) else _OTHER_FORMATS[op.name]
    return step(op, compiler, function)


@makes(*_EXTREMA)
def _extremum(op, compiler):
    function, flushed = _EXTREMA[op.name], compiler.float32.operand
    if is_f32(op):
        return step(op, compiler, lambda a, b: function(flushed(a), flushed(b)))
    return step(op, compiler, function)


@makes("arith.cmpf")
def _cmpf(op, compiler):
    predicate, flushed = ir.IntegerAttr(op.attributes["predicate"]).value, compiler.float32.operand
    if is_f32(op):
        return step(op, compiler, lambda a, b: compare(predicate, flushed(a), flushed(b)))
    return step(op, compiler, lambda a, b: compare(predicate, a, b))


@makes("arith.negf")
def _negf(op, compiler):
    return step(op, compiler, np.negative)  # the sign bit alone, of subnormals and NaN too
