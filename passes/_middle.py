"""One dimension of a tensor in the middle of three, what is before and behind it being one each."""

from math import prod

from torch_mlir import ir

from ._linalg import reshape


def in_the_middle(value: ir.Value, dim: int) -> ir.Value:
    """`[outer, size of dim, inner]`"""
    shape = list(value.type.shape)
    return reshape(value, [prod(shape[:dim]), shape[dim], prod(shape[dim + 1 :])])
