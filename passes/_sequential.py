"""Structured ops as loops that say their order: parallel iterators outside, an `scf.for` for each reduction inside."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from torch_mlir import ir
from torch_mlir.dialects import linalg, scf

from ._linalg import Out, extract, generic, index
from ._places import places
from ._rewrite import operations
from ._scalar import Scalar, constant

#: From the elements of the inputs and the running results to the next results.
Body = Callable[..., Sequence[Scalar]]


def _turns(sizes: Sequence[int], start: Sequence[Scalar], body: Callable[..., Sequence[Scalar]]) -> list[Scalar]:
    """`body(indices, *carried)` for all indices below `sizes`, the last one fastest; what is carried at the end."""
    if not sizes:
        return list(body((), *start))
    size, *rest = sizes
    if size == 1:
        zero = constant(ir.IndexType.get(), 0)
        return _turns(rest, start, lambda inner, *carried: body((zero, *inner), *carried))
    bounds = (constant(ir.IndexType.get(), bound).value for bound in (0, size, 1))
    loop = scf.ForOp(*bounds, [x.value for x in start])
    with ir.InsertionPoint(loop.body):
        number = Scalar(loop.induction_variable)
        carried = [Scalar(x) for x in loop.inner_iter_args]
        found = _turns(rest, carried, lambda inner, *now: body((number, *inner), *now))
        scf.YieldOp([x.value for x in found])
    return [Scalar(result) for result in loop.results]


def in_order(
    sizes: Sequence[int],
    reduced: Sequence[int],
    inputs: Sequence[tuple[ir.Value, ir.AffineMap]],
    outputs: Sequence[tuple[ir.Value, ir.AffineMap]],
    body: Body,
) -> list[ir.Value]:
    """A structured op over a domain of these sizes, as a `linalg.generic` without reductions.

    Args:
        sizes: of the domain.
        reduced: its dimensions that no output is indexed by, ascending.
        inputs: tensors, and how the domain reads them.
        outputs: where the results start, and how the domain indexes them: by dimensions alone.
        body: may call `linalg.index` of the old domain through its argument `indices`, which comes first.
    """
    kept = [d for d in range(len(sizes)) if d not in reduced]
    names = {d: number for number, d in enumerate(kept)}
    outs = []
    for start, map_ in outputs:
        outs.append(Out(start.type, tuple(names[e.position] for e in map_.results), start))

    def whole(*starts: Scalar) -> list[Scalar]:
        outer = {d: index(number) for d, number in names.items()}

        def turn(inner: Sequence[Scalar], *carried: Scalar) -> Sequence[Scalar]:
            at = {**outer, **dict(zip(reduced, inner, strict=True))}
            indices = [at[d] for d in range(len(sizes))]
            elements = [extract(value, *places(map_, indices)) for value, map_ in inputs]
            return body(indices, *elements, *carried)

        return _turns([sizes[d] for d in reduced], starts, turn)

    return generic(len(kept), [], outs, whole)


def sizes_of(operands: Sequence[tuple[ir.Value, ir.AffineMap]]) -> list[int]:
    """The sizes of a domain, of operands that name all of its dimensions."""
    found: dict[int, int] = {}
    for value, map_ in operands:
        for expression, size in zip(map_.results, value.type.shape, strict=True):
            if isinstance(expression, ir.AffineDimExpr):
                found[expression.position] = size
    return [found[d] for d in range(len(found))]


def cloned(block: ir.Block) -> Callable[..., list[Scalar]]:
    """The body of a structured op as a function that builds it again at the insertion point."""

    def build(indices: Sequence[Scalar], *arguments: Scalar) -> list[Scalar]:
        values = dict(zip(block.arguments, (x.value for x in arguments), strict=True))
        for op in block.operations:
            op = op.operation
            if op.name == "linalg.yield":
                return [Scalar(values.get(x, x)) for x in op.operands]
            if isinstance(op.opview, linalg.IndexOp):
                values[op.results[0]] = indices[ir.IntegerAttr(op.attributes["dim"]).value].value
                continue
            copy = op.clone()
            for inner in (copy, *(view.operation for view in operations(copy))):
                for number, operand in enumerate(inner.operands):
                    if operand in values:
                        inner.operands[number] = values[operand]
            values.update(zip(op.results, copy.results, strict=True))
        raise AssertionError("a body without linalg.yield")

    return build
