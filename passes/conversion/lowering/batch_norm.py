"""Batch normalization to linalg."""

from math import prod

from torch_mlir import ir

from fungible.dialects._base import real

from ..._linalg import At, like, pointwise
from ..._scalar import rsqrt
from ..._sums import precise_sum


def _channel(value: ir.Value) -> At:
    return At(value, (1,))


def _others(x: ir.Value) -> tuple[int, ...]:
    return tuple(d for d in range(x.type.rank) if d != 1)


def _count(x: ir.Value) -> int:
    """Elements of one channel."""
    return prod(x.type.shape[d] for d in _others(x))


def _batch_norm(op: ir.OpView) -> list[ir.Value]:
    x, weight, bias, running_mean, running_var = op.operation.operands
    eps, momentum, count = real(op, "eps"), real(op, "momentum"), _count(x)
    channels = like(x, [x.type.shape[1]])

    mean = pointwise(channels, [precise_sum(x, _others(x))], lambda total: total / count)
    centered = pointwise(x.type, [x, _channel(mean)], lambda x, m: x - m)
    squares = precise_sum(centered, _others(x), lambda x: x * x)
    rstd = pointwise(channels, [squares], lambda total: rsqrt(total / count + eps))
    output = pointwise(
        x.type,
        [centered, _channel(rstd), _channel(weight), _channel(bias)],
        lambda x, r, w, b: x * r * w + b,
    )
    new_mean = pointwise(
        channels, [running_mean, mean], lambda old, new: old * (1 - momentum) + new * momentum
    )
    unbiased = max(count - 1, 1)
    new_var = pointwise(
        channels,
        [running_var, squares],
        lambda old, total: old * (1 - momentum) + total / unbiased * momentum,
    )
    return [output, mean, rstd, new_mean, new_var]


def _sums(grad: ir.Value, x: ir.Value, mean: ir.Value, rstd: ir.Value) -> tuple[ir.Value, ir.Value, ir.Value]:
    """The normalized input, and the gradients of weight and bias."""
    normalized = pointwise(x.type, [x, _channel(mean), _channel(rstd)], lambda x, m, r: (x - m) * r)
    product = pointwise(x.type, [grad, normalized], lambda g, n: g * n)
    return normalized, precise_sum(product, _others(x)), precise_sum(grad, _others(x))


def _batch_norm_backward(op: ir.OpView) -> list[ir.Value]:
    grad, x, weight, mean, rstd = op.operation.operands
    count = _count(x)
    normalized, grad_weight, grad_bias = _sums(grad, x, mean, rstd)
    grad_input = pointwise(
        x.type,
        [grad, normalized, *map(_channel, (weight, rstd, grad_weight, grad_bias))],
        lambda g, n, w, r, dot, total: w * r * (g - total / count - n * (dot / count)),
    )
    return [grad_input, grad_weight, grad_bias]


def _batch_norm_inference(op: ir.OpView) -> list[ir.Value]:
    x, *channels = op.operation.operands
    eps = real(op, "eps")
    return [
        pointwise(
            x.type,
            [x, *map(_channel, channels)],
            lambda x, w, b, mean, variance: (x - mean) * rsqrt(variance + eps) * w + b,
        )
    ]


def _batch_norm_inference_backward(op: ir.OpView) -> list[ir.Value]:
    grad, x, weight, mean, variance = op.operation.operands
    eps = real(op, "eps")
    rstd = pointwise(variance.type, [variance], lambda v: rsqrt(v + eps))
    _, grad_weight, grad_bias = _sums(grad, x, mean, rstd)
    grad_input = pointwise(x.type, [grad, _channel(weight), _channel(rstd)], lambda g, w, r: g * w * r)
    return [grad_input, grad_weight, grad_bias]


LOWERINGS = {
    "fungible.batch_norm": _batch_norm,
    "fungible.batch_norm_backward": _batch_norm_backward,
    "fungible.batch_norm_inference": _batch_norm_inference,
    "fungible.batch_norm_inference_backward": _batch_norm_inference_backward,
}
