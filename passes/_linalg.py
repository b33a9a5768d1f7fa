"""Builds `linalg` on tensors at the current insertion point.

Everything is one primitive, `generic`: a domain, inputs and outputs that each name the
domain dimensions they are indexed by, and a scalar body. Dimensions that no output is
indexed by are reductions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import copysign, prod

from torch_mlir import ir
from torch_mlir.dialects import arith, linalg, tensor

from ._scalar import Scalar


@dataclass(frozen=True)
class At:
    """A tensor and, for each of its dimensions, what indexes it.

    An entry of `dims` is the number of a domain dimension, or an affine expression of
    them (`ir.AffineExpr`) for shifted or strided reads.
    """

    value: ir.Value
    dims: tuple[int | ir.AffineExpr, ...]


@dataclass(frozen=True)
class Out:
    """A result: its type, the domain dimensions it is indexed by, and where it starts.

    `start` is a number that fills it, a tensor it accumulates into, or None where the
    body overwrites it.
    """

    type: ir.RankedTensorType
    dims: tuple[int, ...]
    start: int | float | ir.Value | None = None


#: Ops that give the same elements another shape.
RESHAPES = ("tensor.collapse_shape", "tensor.expand_shape")


def uses_in_any_shape(value: ir.Value) -> list[ir.OpOperand]:
    """By ops that compute, of a value as it is or reshaped."""
    found = []
    for use in value.uses:
        user = use.owner.operation
        found += uses_in_any_shape(user.results[0]) if user.name in RESHAPES else [use]
    return found


#: Products of matrices; with exact numerics each is `total = fma(x, w, total)`, the summed dimension ascending.
PRODUCTS = ("linalg.matmul", "linalg.batch_matmul")


def is_elementwise(op: ir.Operation) -> bool:
    """Whether it is a `linalg.generic` that reduces nothing."""
    return op.name == "linalg.generic" and all("parallel" in str(kind) for kind in op.attributes["iterator_types"])


def combines(op: ir.Operation) -> bool:
    """Whether it is what a reduction does to its running result."""
    around = op.parent
    if not around.name.startswith("linalg.") or is_elementwise(around):
        return False
    running = list(around.regions[0].blocks[0].arguments)[-len(around.results) :]
    return any(operand in running for operand in op.operands)


def filled_with(value: ir.Value) -> float | None:
    """The one number, a constant, that a tensor of floats is filled with."""
    maker = value.owner
    if not isinstance(maker, ir.Block) and maker.operation.name == "linalg.fill":
        maker = maker.operation.operands[0].owner
    if isinstance(maker, ir.Block) or maker.operation.name != "arith.constant":
        return None
    attribute = maker.operation.attributes["value"]
    if isinstance(attribute, ir.DenseElementsAttr) and attribute.is_splat:
        attribute = attribute.get_splat_value()
    return attribute.value if isinstance(attribute, ir.FloatAttr) else None


def is_zero(value: ir.Value) -> bool:
    """Whether a tensor is filled with +0.0."""
    number = filled_with(value)
    return number == 0.0 and copysign(1.0, number) > 0


def tensor_type(shape: Sequence[int], element: ir.Type) -> ir.RankedTensorType:
    return ir.RankedTensorType.get(list(shape), element)


def like(value: ir.Value, shape: Sequence[int]) -> ir.RankedTensorType:
    """The type of `value` with another shape."""
    return tensor_type(shape, value.type.element_type)


def empty(type_: ir.RankedTensorType) -> ir.Value:
    return tensor.empty(list(type_.shape), type_.element_type)


def filled(type_: ir.RankedTensorType, number: int | float) -> ir.Value:
    """A tensor whose elements all are `number`."""
    element = type_.element_type
    number = float(number) if isinstance(element, ir.FloatType) else int(number)
    return linalg.fill(arith.constant(element, number), outs=[empty(type_)])


def constant_tensor(type_: ir.RankedTensorType, number: int | float) -> ir.Value:
    """A constant whose elements all are `number`; unlike `filled` it is no `linalg` op."""
    element = type_.element_type
    kind = ir.FloatAttr if isinstance(element, ir.FloatType) else ir.IntegerAttr
    return arith.constant(type_, ir.DenseElementsAttr.get_splat(type_, kind.get(element, number)))


def splat(type_: ir.Type, number: float) -> ir.Value:
    """A constant of a scalar type, or of a tensor whose elements all are the number."""
    return constant_tensor(type_, number) if isinstance(type_, ir.RankedTensorType) else arith.constant(type_, number)


def _start(out: Out) -> ir.Value:
    if out.start is None:
        return empty(out.type)
    return out.start if isinstance(out.start, ir.Value) else filled(out.type, out.start)


def _map(rank: int, dims: Sequence[int | ir.AffineExpr]) -> ir.AffineMap:
    expressions = [ir.AffineDimExpr.get(d) if isinstance(d, int) else d for d in dims]
    return ir.AffineMap.get(rank, 0, expressions)


def reshape(value: ir.Value, shape: Sequence[int]) -> ir.Value:
    """The same elements in row-major order under another static shape."""
    old, new = list(value.type.shape), list(shape)
    if old == new:
        return value
    flat = tensor_type([prod(old)], value.type.element_type)
    if len(old) != 1:
        groups = [list(range(len(old)))] if old else []
        value = tensor.collapse_shape(flat, value, groups) if old else tensor.expand_shape(flat, value, [], [], [1])
    if len(new) == 1:
        return value
    if not new:
        return tensor.collapse_shape(like(value, []), value, [])
    return tensor.expand_shape(like(value, new), value, [list(range(len(new)))], [], new)


def rows(value: ir.Value, start: int, count: int, dim: int = 0) -> ir.Value:
    """So many places of a dimension."""
    sizes, offsets = list(value.type.shape), [0] * value.type.rank
    sizes[dim], offsets[dim] = count, start
    return tensor.extract_slice(like(value, sizes), value, [], [], [], offsets, sizes, [1] * len(sizes))


def _with_rows(whole: ir.Value, part: ir.Value, start: int, dim: int = 0) -> ir.Value:
    """`whole`, with `part` in some places of a dimension."""
    sizes, offsets = list(part.type.shape), [0] * part.type.rank
    offsets[dim] = start
    return tensor.insert_slice(part, whole, [], [], [], offsets, sizes, [1] * len(sizes))


def joined(parts: Sequence[ir.Value], dim: int) -> ir.Value:
    """Values one after the other along a dimension."""
    if len(parts) == 1:
        return parts[0]
    shape = list(parts[0].type.shape)
    shape[dim] = sum(part.type.shape[dim] for part in parts)
    whole, start = empty(like(parts[0], shape)), 0
    for part in parts:
        whole = _with_rows(whole, part, start, dim)
        start += part.type.shape[dim]
    return whole


def generic(
    rank: int,
    inputs: Sequence[At],
    outputs: Sequence[Out],
    body: Callable[..., Scalar | Sequence[Scalar]],
) -> list[ir.Value]:
    """One `linalg.generic` over `rank` dimensions.

    `body` receives a Scalar for each input, then one for each output that has a start
    value, and returns one Scalar for each output. It may call `index(d)`.
    """
    parallel = {d for out in outputs for d in out.dims}
    iterators = [
        ir.Attribute.parse(f"#linalg.iterator_type<{'parallel' if d in parallel else 'reduction'}>")
        for d in range(rank)
    ]
    maps = [_map(rank, x.dims) for x in (*inputs, *outputs)]
    starts = [_start(out) for out in outputs]
    op = linalg.GenericOp(
        result_tensors=[out.type for out in outputs],
        inputs=[x.value for x in inputs],
        outputs=starts,
        indexing_maps=ir.ArrayAttr.get([ir.AffineMapAttr.get(m) for m in maps]),
        iterator_types=ir.ArrayAttr.get(iterators),
    )
    elements = [value.type.element_type for value in (*(x.value for x in inputs), *starts)]
    block = op.regions[0].blocks.append(*elements, arg_locs=[op.location] * len(elements))
    with ir.InsertionPoint(block):
        arguments = [Scalar(argument) for argument in block.arguments]
        used = arguments[: len(inputs)] + [
            argument
            for argument, out in zip(arguments[len(inputs) :], outputs)
            if out.start is not None
        ]
        results = body(*used)
        results = [results] if isinstance(results, Scalar) else list(results)
        linalg.YieldOp([result.value for result in results])
    return list(op.results)


def index(dimension: int) -> Scalar:
    """The iteration number along a domain dimension, of index type; only inside a body."""
    return Scalar(linalg.IndexOp(dimension).result)  # `linalg.index` is another thing


def extract(value: ir.Value, *indices: Scalar) -> Scalar:
    """One element of a tensor, at indices of index type."""
    return Scalar(tensor.extract(value, [i.value for i in indices]))


def pointwise(type_: ir.RankedTensorType, inputs: Sequence[At | ir.Value], body: Callable[..., Scalar]) -> ir.Value:
    """Computes each element of a result of this type from the inputs' elements.

    A bare value has the result's rank, or none (a scalar tensor).
    """
    rank = type_.rank
    everything = tuple(range(rank))
    inputs = [
        x if isinstance(x, At) else At(x, everything if x.type.rank == rank else ()) for x in inputs
    ]
    return generic(rank, inputs, [Out(type_, everything)], body)[0]


def matmul(type_: ir.RankedTensorType, left: At, right: At) -> ir.Value:
    """The product of the only matrices of two batches, over the same domain as `batch_matmul`."""
    _, rows, columns = type_.shape
    maps = [_map(3, [d - 1 for d in dims[1:]]) for dims in (left.dims, right.dims, (0, 1, 2))]
    left, right = (reshape(x.value, list(x.value.type.shape)[1:]) for x in (left, right))
    out = linalg.matmul(left, right, outs=[filled(like(left, [rows, columns]), 0)], indexing_maps=maps)
    return reshape(out, list(type_.shape))


def batch_matmul(type_: ir.RankedTensorType, left: At, right: At) -> ir.Value:
    """Matrix products over the domain (batch, row, column, summed), of which the operands name theirs.

    A named op, unlike a `generic`, keeps its loop order where IREE moves transposes about.
    """
    maps = [_map(4, dims) for dims in (left.dims, right.dims, (0, 1, 2))]
    return linalg.batch_matmul(left.value, right.value, outs=[filled(type_, 0)], indexing_maps=maps)


def reduce_(
    value: ir.Value,
    dims: Sequence[int],
    start: int | float,
    combine: Callable[[Scalar, Scalar], Scalar],
    prepare: Callable[[Scalar], Scalar] = lambda x: x,
) -> ir.Value:
    """Combines `prepare(element)` over `dims`, which are dropped from the result."""
    rank = value.type.rank
    kept = tuple(d for d in range(rank) if d not in set(dims))
    out = Out(like(value, [value.type.shape[d] for d in kept]), kept, start)
    return generic(
        rank, [At(value, tuple(range(rank)))], [out], lambda x, total: combine(total, prepare(x))
    )[0]


def sum_(value: ir.Value, dims: Sequence[int], prepare: Callable[[Scalar], Scalar] = lambda x: x) -> ir.Value:
    """The sum of `prepare(element)` over `dims`."""
    return reduce_(value, dims, 0, lambda total, x: total + x, prepare)
