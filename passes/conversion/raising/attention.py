"""Recognises scaled dot-product attention."""

from torch_mlir import ir

from fungible.dialects.fungible import attention, numerics

from ..._attributes import boolean, real
from ..._torch import builtin_type, constant_bool, constant_float, from_builtins, is_none, to_builtin


def _raise(
    kind: type, op: ir.OpView, tensors: list[ir.Value], options: list[ir.Value], query: int, results: list[ir.Type]
) -> list[ir.Value]:
    """`options` are dropout, causal, mask and scale; `query` is the position of the query in `tensors`."""
    dropout, causal, mask, scale = options
    if constant_float(dropout) != 0:
        raise ValueError("dropout inside of attention is not supported; use dropout on its own")
    width = tensors[query].type.shape[3]
    raised = kind.create(
        results,
        tensors if is_none(mask) else [*tensors, to_builtin(mask)],
        {
            "scale": real(width**-0.5 if is_none(scale) else constant_float(scale)),
            "causal": boolean(constant_bool(causal)),
            "numerics": numerics.fast(),
        },
    )
    return from_builtins(raised.results, op)


def _forward(op: ir.OpView) -> list[ir.Value]:
    *tensors, dropout, causal, mask, scale = op.operation.operands
    results = [builtin_type(result.type) for result in op.operation.results]
    tensors = [to_builtin(value) for value in tensors]
    return _raise(attention.AttentionOp, op, tensors, [dropout, causal, mask, scale], 0, results)


def _backward(op: ir.OpView) -> list[ir.Value]:
    *tensors, dropout, causal, mask, scale = op.operation.operands
    tensors = [to_builtin(value) for value in tensors]
    results = [value.type for value in tensors[1:4]]
    return _raise(attention.AttentionBackwardOp, op, tensors, [dropout, causal, mask, scale], 1, results)


RAISINGS = {
    "torch.aten._scaled_dot_product_flash_attention_for_cpu": _forward,
    "torch.aten._scaled_dot_product_flash_attention_for_cpu_backward": _backward,
}
