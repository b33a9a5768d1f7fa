"""Recognises normalization."""

from torch_mlir import ir

from fungible.dialects.fungible import normalization, numerics

from ..._torch import builtin_type, constant_float, constant_ints, from_builtins, is_none, to_builtin


def _layer_norm(op: ir.OpView) -> list[ir.Value]:
    input_, shape, weight, bias, eps = op.operation.operands
    affine = [] if is_none(weight) else [to_builtin(weight)]
    if not is_none(bias):
        affine.append(to_builtin(bias))
    if len(affine) == 1:
        return None  # weight without bias: torch-mlir decomposes it
    raised = normalization.LayerNormOp.create(
        [builtin_type(result.type) for result in op.operation.results],
        [to_builtin(input_), *affine],
        {
            "normalized_rank": ir.IntegerAttr.get(ir.IntegerType.get_signless(64), len(constant_ints(shape))),
            "eps": ir.FloatAttr.get(ir.F64Type.get(), constant_float(eps)),
            "numerics": numerics.fast(),
        },
    )
    return from_builtins(raised.results, op)


RAISINGS = {"torch.aten.native_layer_norm": _layer_norm}
