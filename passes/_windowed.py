"""Contractions over windows, as `linalg.generic`: what convolutions and their gradients are at `linalg`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from torch_mlir import ir
from torch_mlir.dialects import linalg

from ._linalg import At, is_zero, like, pointwise


def _dims(expression: ir.AffineExpr) -> set[int]:
    """The domain dimensions that an expression names."""
    if isinstance(expression, ir.AffineDimExpr):
        return {expression.position}
    if isinstance(expression, (ir.AffineAddExpr, ir.AffineMulExpr)):
        return _dims(expression.lhs) | _dims(expression.rhs)
    return set()


def factors(expression: ir.AffineExpr) -> dict[int, int]:
    """What each domain dimension is multiplied by in a sum of them."""
    if isinstance(expression, ir.AffineDimExpr):
        return {expression.position: 1}
    if isinstance(expression, ir.AffineAddExpr):
        return factors(expression.lhs) | factors(expression.rhs)
    if isinstance(expression, ir.AffineMulExpr):
        (dimension,) = factors(expression.lhs)
        return {dimension: ir.AffineConstantExpr(expression.rhs).value}
    return {}


def _renamed(expression: ir.AffineExpr, names: dict[int, int]) -> ir.AffineExpr:
    """With other numbers for the dimensions."""
    if isinstance(expression, ir.AffineDimExpr):
        return ir.AffineDimExpr.get(names[expression.position])
    if isinstance(expression, ir.AffineAddExpr):
        return _renamed(expression.lhs, names) + _renamed(expression.rhs, names)
    if isinstance(expression, ir.AffineMulExpr):
        return _renamed(expression.lhs, names) * _renamed(expression.rhs, names)
    return expression


def _adds_products(block: ir.Block) -> bool:
    """Whether a body is `total + x * w`."""
    if [op.operation.name for op in block.operations] != ["arith.mulf", "arith.addf", "linalg.yield"]:
        return False
    x, w, total = block.arguments
    product, sum_, yielded = block.operations
    return (
        set(product.operation.operands) == {x, w}
        and set(sum_.operation.operands) == {total, product.result}
        and yielded.operation.operands[0] == sum_.result
    )


@dataclass(frozen=True)
class Windowed:
    """A contraction of `x`, over windows, and `w`; the domain's dimensions by their part in the product."""

    x: ir.Value
    w: ir.Value
    maps: tuple[ir.AffineMap, ir.AffineMap, ir.AffineMap]
    sizes: dict[int, int]
    batch: list[int]
    rows: list[int]
    columns: list[int]
    summed: list[int]

    @classmethod
    def of(cls, op: linalg.GenericOp) -> Windowed | None:
        """None for an op of another kind."""
        operation = op.operation
        maps = [ir.AffineMapAttr(attribute).value for attribute in operation.attributes["indexing_maps"]]
        if len(maps) != 3 or len(operation.results) != 1 or not _adds_products(operation.regions[0].blocks[0]):
            return None
        x, w, out = operation.operands
        # Windows are sums; the other two operands are read by dimensions alone.
        if any(isinstance(e, ir.AffineAddExpr) for e in maps[1].results):
            x, w, maps[:2] = w, x, maps[1::-1]
        plain = (e for map_ in maps[1:] for e in map_.results)
        if not any(isinstance(e, ir.AffineAddExpr) for e in maps[0].results) or not is_zero(out):
            return None
        if not all(isinstance(e, ir.AffineDimExpr) for e in plain):
            return None
        sizes = {
            e.position: size
            for value, map_ in ((w, maps[1]), (out, maps[2]))
            for e, size in zip(map_.results, value.type.shape, strict=True)
        }
        read, weighed, given = (set().union(*map(_dims, map_.results)) for map_ in maps)
        if read | weighed | given != set(sizes) or read - weighed - given or weighed - read - given:
            return None
        # In the order in which the weight is stored, which needs no copy then.
        stored = [e.position for e in maps[1].results]
        return cls(
            x, w, tuple(maps), sizes,
            batch=[d for d in stored if d in read & given],
            rows=[d for d in stored if d in given - read],
            columns=[e.position for e in maps[2].results if e.position in read - weighed],
            summed=[d for d in stored if d in read - given],
        )  # fmt: skip

    def gathered(self, value: ir.Value, map_: ir.AffineMap, dims: Sequence[int]) -> ir.Value:
        """What `map_` reads of a tensor at each point of these dimensions."""
        names = {d: number for number, d in enumerate(dims)}
        read = tuple(_renamed(e, names) for e in map_.results)
        if read == tuple(ir.AffineDimExpr.get(d) for d in range(len(dims))):
            return value
        return pointwise(like(value, [self.sizes[d] for d in dims]), [At(value, read)], lambda x: x)
