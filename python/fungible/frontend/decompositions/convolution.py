"""Transposed convolution as the gradient of a convolution, and its gradient as a convolution."""

from __future__ import annotations

import torch

_aten = torch.ops.aten

#: What a convolution that is not transposed is called with, after its strides, paddings and dilations.
_PLAIN = (False, [0])


def _each(numbers: list[int], spatial: int) -> list[int]:
    return list(numbers) * spatial if len(numbers) == 1 else list(numbers)


def _reached(shape: list[int], x: torch.Tensor, weight: torch.Tensor, stride, padding, dilation) -> list[int]:
    """The sizes of the output as far as windows of the plain convolution reach; a larger output padding is beyond."""
    spatial = x.dim() - 2
    geometry = zip(x.shape[2:], weight.shape[2:], *(_each(n, spatial) for n in (stride, padding, dilation)), strict=True)
    least = [(size - 1) * s - 2 * p + d * (k - 1) + 1 for size, k, s, p, d in geometry]
    return [min(size, n + s - 1) for size, n, s in zip(shape, least, _each(stride, spatial))]


def _crop(x: torch.Tensor, sizes: list[int]) -> torch.Tensor:
    for dim, size in enumerate(sizes, 2):
        x = x if x.size(dim) == size else x.narrow(dim, 0, size)
    return x


def _convolution(input, weight, bias, stride, padding, dilation, transposed, output_padding, groups):
    if not transposed:
        return NotImplemented
    spatial = input.dim() - 2
    geometry = [_each(n, spatial) for n in (stride, padding, dilation, output_padding)]
    sizes = [
        (size - 1) * s - 2 * p + d * (k - 1) + extra + 1
        for size, k, s, p, d, extra in zip(input.shape[2:], weight.shape[2:], *geometry, strict=True)
    ]
    reached = _reached(sizes, input, weight, stride, padding, dilation)
    # The gradient needs the shape of this alone.
    like = input.new_zeros([input.size(0), weight.size(1) * groups, *reached])
    output, _, _ = _aten.convolution_backward.default(
        input, like, weight, None, stride, padding, dilation, *_PLAIN, groups, [True, False, False]
    )
    if reached != sizes:
        beyond = [count for size, n in zip(reversed(sizes), reversed(reached)) for count in (0, size - n)]
        output = _aten.constant_pad_nd.default(output, beyond)
    return output if bias is None else output + bias.reshape([-1] + [1] * spatial)


def _convolution_backward(
    grad, input, weight, bias_sizes, stride, padding, dilation, transposed, output_padding, groups, mask
):
    if not transposed:
        return NotImplemented
    geometry = (stride, padding, dilation)
    inner = _crop(grad, _reached(list(grad.shape[2:]), input, weight, *geometry))
    grad_input = grad_weight = grad_bias = None
    if mask[0]:
        grad_input = _aten.convolution.default(inner, weight, None, *geometry, *_PLAIN, groups)
    if mask[1]:
        _, grad_weight, _ = _aten.convolution_backward.default(
            input, inner, weight, None, *geometry, *_PLAIN, groups, [False, True, False]
        )
    if mask[2]:
        grad_bias = grad.sum([0, *range(2, grad.dim())])
    return grad_input, grad_weight, grad_bias


TABLE = {
    _aten.convolution.default: _convolution,
    _aten.convolution_backward.default: _convolution_backward,
}
