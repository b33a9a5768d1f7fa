"""Activation functions and gradients, against PyTorch's own kernels."""

import pytest
import torch

from fungible.frontend.decompositions import activations, softmax

_aten = torch.ops.aten


@pytest.fixture
def x():
    x = torch.randn(4, 5) * 3
    x[0, :3] = torch.tensor([float("nan"), 0.5, -0.5])
    return x


@pytest.mark.parametrize("op", [_aten.hardshrink_backward, _aten.softshrink_backward, _aten.threshold_backward])
def test_gradients(op, x):
    grad = torch.randn(4, 5)
    if op is not _aten.threshold_backward:
        x = x.nan_to_num()  # of NaN PyTorch's vectorized kernel makes another thing than its scalar one
    torch.testing.assert_close(activations.TABLE[op.default](grad, x, 0.5), op.default(grad, x, 0.5), equal_nan=True)


def test_softshrink(x):
    op = _aten.softshrink.default
    torch.testing.assert_close(activations.TABLE[op](x, 0.5), op(x, 0.5), equal_nan=True)


def test_gelu_with_tanh(x):
    forward, backward, grad = _aten.gelu.default, _aten.gelu_backward.default, torch.randn(4, 5)
    for x in (x, x.to(torch.bfloat16)):
        ours = activations.TABLE[forward](x, approximate="tanh")
        torch.testing.assert_close(ours, forward(x, approximate="tanh"), equal_nan=True)
        ours = activations.TABLE[backward](grad.to(x.dtype), x, approximate="tanh")
        torch.testing.assert_close(ours, backward(grad.to(x.dtype), x, approximate="tanh"), equal_nan=True)


@pytest.mark.parametrize("op", [_aten._softmax.default, _aten._log_softmax.default])
def test_softmax_of_a_scalar(op):
    x = torch.tensor(2.0)
    assert torch.equal(softmax.TABLE[op](x, 0, False), op(x, 0, False))
    assert softmax.TABLE[op](torch.randn(3), 0, False) is NotImplemented
