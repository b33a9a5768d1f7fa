"""Softmax against eager, forward and backward."""

import pytest
import torch
import torch.nn.functional as F
from harness import assert_as_exact_as_eager, assert_gradients_as_exact_as_eager

CASES = [((4, 8), -1), ((3, 5, 7), 1), ((7, 3), 0), ((5, 1031), 1), ((33, 4096), -1), ((3, 1), 1), ((9,), 0)]


def _logits(*shape, scale=3.0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(sum(shape))) * scale


@pytest.mark.parametrize(("shape", "dim"), CASES)
def test_softmax(shape, dim):
    assert_gradients_as_exact_as_eager(lambda x: F.softmax(x, dim), _logits(*shape))


@pytest.mark.parametrize(("shape", "dim"), CASES)
def test_log_softmax(shape, dim):
    assert_gradients_as_exact_as_eager(lambda x: F.log_softmax(x, dim), _logits(*shape))


@pytest.mark.parametrize("function", [F.softmax, F.log_softmax])
def test_large_logits(function):
    """No overflow, and nothing lost where all logits are far from zero."""
    assert_gradients_as_exact_as_eager(lambda x: function(x, -1), _logits(6, 33, scale=50.0) + 1000)


def test_masked_logits():
    x = _logits(4, 16)
    x[0, 3:] = x[2, :15] = -torch.inf
    assert_gradients_as_exact_as_eager(lambda x: F.softmax(x, -1), x)


def test_row_of_minus_infinity():
    """Plain softmax gives NaN there, the safe one zero."""
    x = _logits(4, 16)
    x[1] = x[2, :15] = -torch.inf
    assert_as_exact_as_eager(lambda x: F.softmax(x, -1), x)
    assert_as_exact_as_eager(lambda x: torch.ops.aten._safe_softmax(x, -1), x)
