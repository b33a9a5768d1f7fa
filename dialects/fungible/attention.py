"""Scaled dot-product attention."""

from collections.abc import Sequence

from torch_mlir import ir

from .._base import (
    Bool,
    Operand,
    Pure,
    Result,
    Tensor,
    boolean,
    expect,
    expect_float,
    expect_like,
    expect_rank,
    expect_same_element,
    expect_same_type,
    expect_shape,
    real,
)
from .numerics import RoundingOp


def _check(
    op: RoundingOp, query: ir.Value, key: ir.Value, value: ir.Value, masks: Sequence[ir.Value]
) -> tuple[list[int], list[int]]:
    """Returns the shapes of output and logsumexp."""
    for what, tensor in (("query", query), ("key", key), ("value", value)):
        expect_rank(tensor, what, 4)
        expect_float(tensor, what)
        expect_same_element(tensor, what, query, "query")
    batch, heads, length, width = query.type.shape
    key_heads, keys = key.type.shape[1:3]
    expect(
        key_heads > 0 and heads % key_heads == 0,
        f"expects the {heads} heads of query to be a multiple of those of key, but these are {key_heads}",
    )
    expect_shape(key, "key", [batch, key_heads, keys, width])
    expect_shape(value, "value", [batch, key_heads, keys, value.type.shape[3]])
    expect(len(masks) <= 1, f"expects at most one mask, but has {len(masks)}")
    for mask in masks:
        type_ = expect_float(mask, "mask")
        scores = [batch, heads, length, keys]
        fits = type_.rank <= 4 and all(n in (1, m) for n, m in zip(reversed(type_.shape), reversed(scores)))
        expect(fits, f"expects mask to broadcast to {'x'.join(map(str, scores))}, but it is {type_}")
        expect_same_element(mask, "mask", query, "query")
    real(op, "scale")
    boolean(op, "causal")
    return [batch, heads, length, value.type.shape[3]], [batch, heads, length]


def _expect_logsumexp(value: ir.Value, shape: Sequence[int], query: ir.Value) -> None:
    """It holds what query holds; f32 beside 16-bit floats, as PyTorch keeps it."""
    type_, element = expect_shape(value, "logsumexp", shape), query.type.element_type
    expect(
        type_.element_type == element or (element.width < 32 and isinstance(type_.element_type, ir.F32Type)),
        f"expects logsumexp to hold {element} or, beside 16-bit floats, f32, but it is {type_}",
    )


class AttentionOp(RoundingOp, name="attention", traits=[Pure]):
    """Scaled dot-product attention.

        scores = query @ key^T * scale + mask           (minus infinity where causal and s > l)
        logsumexp = log(sum exp(scores)),  output = exp(scores - logsumexp) @ value

    Operands: query `[B, H, L, D]`, key `[B, G, S, D]`, value `[B, G, S, V]`, and possibly a mask
    that broadcasts to `[B, H, L, S]`. G divides H: H / G neighbouring heads share keys and values.
    Results: output `[B, H, L, V]`, logsumexp `[B, H, L]` (natural logarithm). Where every score
    of a row is minus infinity, its output and its logsumexp are zero.
    Source: Vaswani et al. 2017 (arXiv:1706.03762); `torch.nn.functional.scaled_dot_product_attention`.
    """

    query: Operand[Tensor]
    key: Operand[Tensor]
    value: Operand[Tensor]
    mask: Sequence[Operand[Tensor]]
    output: Result[Tensor]
    logsumexp: Result[Tensor]
    scale: ir.FloatAttr
    causal: Bool

    def check(self) -> None:
        query, key, value, *masks = self.operation.operands
        output, logsumexp = self.operation.results
        output_shape, row_shape = _check(self, query, key, value, masks)
        expect_like(output, "output", output_shape, query, "query")
        _expect_logsumexp(logsumexp, row_shape, query)


class AttentionBackwardOp(RoundingOp, name="attention_backward", traits=[Pure]):
    """Gradients of `attention`; probabilities are recomputed from its logsumexp.

        P = exp(scores - logsumexp),  dP = grad_output @ value^T
        dS = P * (dP - row sums of grad_output * output)
        grad_query = dS @ key * scale,  grad_key = dS^T @ query * scale,  grad_value = P^T @ grad_output

    where heads that share a key add up. Operands: grad_output, query, key, value, output,
    logsumexp, and the mask where there is one. Results: like query, key and value.
    Source: Dao et al. 2022 (arXiv:2205.14135), appendix B.4;
    `torch.ops.aten._scaled_dot_product_flash_attention_for_cpu_backward`.
    """

    grad_output: Operand[Tensor]
    query: Operand[Tensor]
    key: Operand[Tensor]
    value: Operand[Tensor]
    output: Operand[Tensor]
    logsumexp: Operand[Tensor]
    mask: Sequence[Operand[Tensor]]
    grad_query: Result[Tensor]
    grad_key: Result[Tensor]
    grad_value: Result[Tensor]
    scale: ir.FloatAttr
    causal: Bool

    def check(self) -> None:
        grad_output, query, key, value, output, logsumexp, *masks = self.operation.operands
        grad_query, grad_key, grad_value = self.operation.results
        output_shape, row_shape = _check(self, query, key, value, masks)
        expect_like(output, "output", output_shape, query, "query")
        _expect_logsumexp(logsumexp, row_shape, query)
        expect_same_type(grad_output, "grad_output", output, "output")
        expect_same_type(grad_query, "grad_query", query, "query")
        expect_same_type(grad_key, "grad_key", key, "key")
        expect_same_type(grad_value, "grad_value", value, "value")
