"""Pads and their gradients, against PyTorch's own kernels."""

import pytest
import torch

from fungible.frontend.decompositions import padding

_aten = torch.ops.aten


@pytest.mark.parametrize(
    "name, shape, pad",
    [
        ("reflection_pad1d", (2, 3, 6), [2, 3]),
        ("reflection_pad2d", (3, 6, 5), [2, 1, 3, -1]),
        ("reflection_pad3d", (1, 2, 4, 5, 6), [1, 2, 3, 0, 1, 2]),
        ("replication_pad1d", (3, 6), [17, 3]),
        ("replication_pad2d", (2, 3, 6, 5), [-2, 1, 3, -1]),
        ("replication_pad3d", (1, 2, 4, 5, 6), [1, 2, 3, 0, 1, 2]),
    ],
)
def test_forward_and_backward(name, shape, pad):
    forward, backward = (getattr(_aten, name + end).default for end in ("", "_backward"))
    x = torch.randn(shape)
    y = forward(x, pad)
    grad = torch.randn_like(y)
    assert torch.equal(padding.TABLE[forward](x, pad), y)
    torch.testing.assert_close(padding.TABLE[backward](grad, x, pad), backward(grad, x, pad))


@pytest.mark.parametrize("pad", [[-1, 2], [-1, -2, 3, 0], [0, 0, -2, -2]])
def test_negative_constant_pads(pad):
    x, op = torch.randn(2, 6, 7), _aten.constant_pad_nd.default
    assert torch.equal(padding.TABLE[op](x, pad, 1.5), op(x, pad, 1.5))


def test_positive_constant_pads_stay():
    assert padding.TABLE[_aten.constant_pad_nd.default](torch.randn(3), [1, 1], 0.0) is NotImplemented
