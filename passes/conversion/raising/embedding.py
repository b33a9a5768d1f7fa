"""Recognises table look-up."""

from torch_mlir import ir

from fungible.dialects.fungible import embedding, numerics

from ..._attributes import integer
from ..._torch import builtin_type, constant_bool, constant_int, from_builtins, to_builtin


def _embedding(op: ir.OpView) -> list[ir.Value]:
    """`padding_idx` and `scale_grad_by_freq` matter to the gradient alone, and it has its own copy."""
    weight, indices, _, _, _ = op.operation.operands
    raised = embedding.EmbeddingOp.create(
        [builtin_type(op.operation.results[0].type)],
        [to_builtin(weight), to_builtin(indices)],
        {"numerics": numerics.fast()},
    )
    return from_builtins(raised.results, op)


def _embedding_backward(op: ir.OpView) -> list[ir.Value]:
    grad_output, indices, _, padding_index, scale_by_frequency = op.operation.operands
    if constant_bool(scale_by_frequency):
        raise ValueError("scale_grad_by_freq=True is not supported")
    raised = embedding.EmbeddingBackwardOp.create(
        [builtin_type(op.operation.results[0].type)],
        [to_builtin(grad_output), to_builtin(indices)],
        {
            "padding_index": integer(max(constant_int(padding_index), -1)),
            "numerics": numerics.fast(),
        },
    )
    return from_builtins(raised.results, op)


RAISINGS = {
    "torch.aten.embedding": _embedding,
    "torch.aten.embedding_dense_backward": _embedding_backward,
}
