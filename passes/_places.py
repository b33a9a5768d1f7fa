"""Indexing maps as arithmetic on indices, for ops that read tensors element by element."""

from collections.abc import Sequence

from torch_mlir import ir
from torch_mlir.dialects import arith

from ._scalar import Scalar, constant


def place(expression: ir.AffineExpr, dimensions: Sequence[Scalar]) -> Scalar:
    """The value of an affine expression; `dimensions` are indices that are not negative.

    Raises:
        ValueError: an expression of another kind than sums, products, quotients and remainders.
    """
    if isinstance(expression, ir.AffineDimExpr):
        return dimensions[expression.position]
    if isinstance(expression, ir.AffineConstantExpr):
        return constant(ir.IndexType.get(), expression.value)
    left, right = place(expression.lhs, dimensions), place(expression.rhs, dimensions)
    if isinstance(expression, ir.AffineAddExpr):
        return left + right
    if isinstance(expression, ir.AffineMulExpr):
        return left * right
    if isinstance(expression, ir.AffineFloorDivExpr):
        return Scalar(arith.divui(left.value, right.value))
    if isinstance(expression, ir.AffineModExpr):
        return Scalar(arith.remui(left.value, right.value))
    raise ValueError(f"an index {expression}")


def places(map_: ir.AffineMap, dimensions: Sequence[Scalar]) -> list[Scalar]:
    """The index along each dimension of a tensor that `map_` reads."""
    return [place(expression, dimensions) for expression in map_.results]
