"""Recognises sums, means and norms of floating-point tensors."""

from collections.abc import Mapping
from types import MappingProxyType

from torch_mlir import ir

from fungible.dialects.fungible import numerics, reduction

from ..._attributes import boolean, integers, real
from ..._torch import (
    builtin_type,
    constant_bool,
    constant_float,
    constant_ints,
    from_builtins,
    is_none,
    to_builtin,
)


def _raise(
    kind: type,
    op: ir.OpView,
    dims: ir.Value | None,
    keep_dims: bool,
    more: Mapping[str, ir.Attribute] = MappingProxyType({}),
) -> list[ir.Value] | None:
    """Over all dimensions where `dims` is None, or is no list or an empty one."""
    input_ = to_builtin(op.operation.operands[0])
    result = builtin_type(op.operation.results[0].type)
    rank = input_.type.rank
    if not isinstance(result.element_type, ir.FloatType) or result.element_type != input_.type.element_type:
        return None  # integers add up exactly; a change of dtype is torch-mlir's
    listed = [] if dims is None or is_none(dims) else constant_ints(dims)
    reduced = sorted(d % rank for d in listed) if listed and rank else list(range(rank))
    attributes = {
        "dims": integers(reduced),
        "keep_dims": boolean(keep_dims),
        "numerics": numerics.fast(),
        **more,
    }
    return from_builtins(kind.create([result], [input_], attributes).results, op)


def _over_all(kind: type):
    return lambda op: _raise(kind, op, None, False)


def _over_dims(kind: type):
    def raise_(op: ir.OpView) -> list[ir.Value] | None:
        _, dims, keep_dims, _ = op.operation.operands
        return _raise(kind, op, dims, constant_bool(keep_dims))

    return raise_


def _vector_norm(op: ir.OpView) -> list[ir.Value] | None:
    _, order, dims, keep_dims, _ = op.operation.operands
    if constant_float(order) not in reduction.NORM_ORDERS:
        return None
    order = {"ord": real(constant_float(order))}
    return _raise(reduction.VectorNormOp, op, dims, constant_bool(keep_dims), order)


RAISINGS = {
    "torch.aten.sum": _over_all(reduction.SumOp),
    "torch.aten.sum.dim_IntList": _over_dims(reduction.SumOp),
    "torch.aten.mean": _over_all(reduction.MeanOp),
    "torch.aten.mean.dim": _over_dims(reduction.MeanOp),
    "torch.aten.linalg_vector_norm": _vector_norm,
}
