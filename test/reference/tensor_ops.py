"""Ops of `tensor`: they move elements, and round nothing."""

from __future__ import annotations

import itertools

import numpy as np
from torch_mlir import ir

from .accesses import take
from .blocks import DOMAIN, MASK
from .element_types import dtype_of, shape_of, undefined
from .registry import UnknownOp, computes, makes, step

#: In a list of static numbers, one that is an operand.
_DYNAMIC = ir.ShapedType.get_dynamic_size()


def _sizes(op, compiler, attribute: str, operands):
    """Reads numbers that are partly static, partly operands, from the values."""
    slots = iter([compiler.slot(operand) for operand in operands])
    numbers = [(n, next(slots) if n == _DYNAMIC else None) for n in ir.DenseI64ArrayAttr(op.attributes[attribute])]
    return lambda values: [n if slot is None else int(values[slot]) for n, slot in numbers]


def _segments(op) -> list[list[ir.Value]]:
    """The operands by the groups of the op's definition."""
    operands = iter(op.operands)
    return [list(itertools.islice(operands, n)) for n in ir.DenseI32ArrayAttr(op.attributes["operandSegmentSizes"])]


def _dynamic_shape(op, compiler, operands):
    slots = iter([compiler.slot(operand) for operand in operands])
    shape = [(size, next(slots) if size < 0 else None) for size in shape_of(op.results[0].type)]
    return lambda values: tuple(size if slot is None else int(values[slot]) for size, slot in shape)


@makes("tensor.empty")
def _empty(op, compiler):
    result, dtype = compiler.slot(op.results[0]), dtype_of(op.results[0].type)
    shape = _dynamic_shape(op, compiler, op.operands)

    def run(values):
        values[result] = undefined(shape(values), dtype)

    return run


@makes("tensor.extract")
def _extract(op, compiler):
    result, (source, *indices) = compiler.slot(op.results[0]), (compiler.slot(operand) for operand in op.operands)

    def run(values):
        at = [values[slot] for slot in indices]
        if values[MASK] is not None:
            at = [np.where(values[MASK], index, 0) for index in at]
        values[result] = take(values[source], at)

    return run


@makes("tensor.insert")
def _insert(op, compiler):
    def insert(scalar, target, *indices):
        if any(np.size(index) != 1 for index in (scalar, *indices)):
            raise UnknownOp(op, "writes the tensors of several points at once")
        result = np.array(target)
        result[tuple(int(np.asarray(index).item()) for index in indices)] = np.asarray(scalar).item()
        return result

    return step(op, compiler, insert)


def _slice(offsets, sizes, strides, shape):
    """Raises IndexError where it leaves the tensor."""
    for offset, size, stride, whole in zip(offsets, sizes, strides, shape, strict=True):
        if size and (offset < 0 or offset + (size - 1) * stride >= whole):
            raise IndexError(f"a slice of {size} from {offset} on, by {stride}, of a dimension of {whole}")
    ends = (offset + (size - 1) * stride + 1 if size else offset for offset, size, stride in zip(offsets, sizes, strides))
    return tuple(slice(*bounds) for bounds in zip(offsets, ends, strides))


def _slices(op, compiler, groups):
    names = ("static_offsets", "static_sizes", "static_strides")
    return [_sizes(op, compiler, name, group) for name, group in zip(names, groups)]


@makes("tensor.extract_slice")
def _extract_slice(op, compiler):
    (source,), *groups = _segments(op)
    source, result, shape = compiler.slot(source), compiler.slot(op.results[0]), shape_of(op.results[0].type)
    numbers = _slices(op, compiler, groups)

    def run(values):
        array = np.asarray(values[source])
        found = array[_slice(*(read(values) for read in numbers), array.shape)]
        values[result] = found if found.ndim == len(shape) else found.reshape(shape)

    return run


@makes("tensor.insert_slice")
def _insert_slice(op, compiler):
    (source,), (target,), *groups = _segments(op)
    source, target, result = (compiler.slot(value) for value in (source, target, op.results[0]))
    numbers = _slices(op, compiler, groups)

    def run(values):
        array = np.array(values[target])
        offsets, sizes, strides = (read(values) for read in numbers)
        array[_slice(offsets, sizes, strides, array.shape)] = np.reshape(values[source], sizes)
        values[result] = array

    return run


@makes("tensor.collapse_shape", "tensor.expand_shape", "tensor.reshape")
def _reshape(op, compiler):
    source, result, shape = compiler.slot(op.operands[0]), compiler.slot(op.results[0]), shape_of(op.results[0].type)
    if shape.count(-1) > 1:
        raise UnknownOp(op, "has more than one dynamic dimension")

    def run(values):
        values[result] = np.reshape(values[source], shape)

    return run


@makes("tensor.concat")
def _concat(op, compiler):
    dimension = ir.IntegerAttr(op.attributes["dim"]).value
    return step(op, compiler, lambda *parts: np.concatenate(parts, dimension))


computes("tensor.cast", lambda x: x)


@makes("tensor.from_elements")
def _from_elements(op, compiler):
    shape, dtype = shape_of(op.results[0].type), dtype_of(op.results[0].type)
    return step(op, compiler, lambda *elements: np.array([np.asarray(e).item() for e in elements], dtype).reshape(shape))


@makes("tensor.splat")
def _splat(op, compiler):
    result, source = compiler.slot(op.results[0]), compiler.slot(op.operands[0])
    shape = _dynamic_shape(op, compiler, list(op.operands)[1:])

    def run(values):
        values[result] = np.broadcast_to(values[source], shape(values))

    return run


@makes("tensor.dim")
def _dim(op, compiler):
    return step(op, compiler, lambda x, dimension: np.int64(x.shape[int(dimension)]))


@makes("tensor.rank")
def _rank(op, compiler):
    return step(op, compiler, lambda x: np.int64(x.ndim))


def _generated(body, values, shape, dtype):
    """The tensor whose elements a body computes from their indices."""
    saved = values[MASK], values[DOMAIN]
    values[MASK] = None
    for slot, index in zip(body.arguments, np.ogrid[tuple(slice(size) for size in shape)] if shape else ()):
        values[slot] = index
    body.run(values)
    values[MASK], values[DOMAIN] = saved
    return np.array(np.broadcast_to(values[body.results[0]], shape), dtype)


@makes("tensor.generate")
def _generate(op, compiler):
    result, dtype, body = compiler.slot(op.results[0]), dtype_of(op.results[0].type), compiler.block(op.regions[0].blocks[0])
    shape = _dynamic_shape(op, compiler, op.operands)

    def run(values):
        values[result] = _generated(body, values, shape(values), dtype)

    return run


@makes("tensor.pad")
def _pad(op, compiler):
    (source,), low, high = _segments(op)
    low, high = _sizes(op, compiler, "static_low", low), _sizes(op, compiler, "static_high", high)
    source, result, dtype = compiler.slot(source), compiler.slot(op.results[0]), dtype_of(op.results[0].type)
    body = compiler.block(op.regions[0].blocks[0])

    def run(values):
        array, before, after = np.asarray(values[source]), low(values), high(values)
        shape = tuple(a + size + b for a, size, b in zip(before, array.shape, after))
        padded = _generated(body, values, shape, dtype)
        padded[tuple(slice(a, a + size) for a, size in zip(before, array.shape))] = array
        values[result] = padded

    return run
