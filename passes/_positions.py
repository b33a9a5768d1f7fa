"""Positions as numbers in memory, and searches in what is sorted."""

from collections.abc import Callable

import numpy as np
from torch_mlir import ir
from torch_mlir.dialects import arith, scf

from ._linalg import tensor_type
from ._scalar import Scalar, constant, int32, select


def positions(count: int) -> ir.Value:
    """0, 1, ..., count - 1 as a tensor of i32.

    Reductions across subgroups of Vulkan GPUs cannot count for themselves (IREE 3.13, "failed to
    legalize operation 'memref.alloc'" of indices).
    """
    numbers = ir.DenseElementsAttr.get(np.arange(count, dtype=np.int32))
    return arith.constant(tensor_type([count], int32()), numbers)


def loop(first: Scalar, last: Scalar, start: list[Scalar], body: Callable[..., list[Scalar]]) -> list[Scalar]:
    """`body(number, *carried)` for each i32 number from `first` to below `last`; what is carried at the end."""
    bounds = [first.to(ir.IndexType.get()).value, last.to(ir.IndexType.get()).value]
    op = scf.ForOp(*bounds, constant(ir.IndexType.get(), 1).value, [x.value for x in start])
    with ir.InsertionPoint(op.body):
        carried = [Scalar(value) for value in op.inner_iter_args]
        found = body(Scalar(op.induction_variable).to(int32()), *carried)
        scf.YieldOp([x.value for x in found])
    return [Scalar(value) for value in op.results]


def first_where(low: Scalar, high: Scalar, size: int, holds: Callable[[Scalar], Scalar]) -> Scalar:
    """The smallest i32 in [low, high) for which `holds`, else `high`; from there on it has to hold.

    `holds` is asked for numbers in [0, size) alone; `high - low` is at most `size`.
    """

    def halve(_, low, high):
        middle = (low + high) >> 1
        searching = low.lt(high)
        right = searching & (holds(select(searching, middle, 0)) ^ 1)
        left = searching & (right ^ 1)
        return [select(right, middle + 1, low), select(left, middle, high)]

    steps = constant(int32(), size.bit_length())
    return loop(constant(int32(), 0), steps, [low, high], halve)[0]
