"""Losses against eager, forward and backward."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from harness import assert_gradients_as_exact_as_eager, execute, lowered, raised


def _scores(*shape, scale=3.0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(sum(shape))) * scale


def _targets(classes, *shape):
    return torch.randint(classes, shape, generator=torch.Generator().manual_seed(classes))


def _weights(classes):
    return torch.rand(classes, generator=torch.Generator().manual_seed(5)) + 0.25


def _check(function, scores, target):
    assert_gradients_as_exact_as_eager(lambda x, t: function(x, t), scores, target)


SHAPES = [(16, 10), (300, 7), (33, 1031), (1, 2), (6, 1)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_cross_entropy(shape, reduction):
    _check(
        lambda x, t: F.cross_entropy(x, t, reduction=reduction), _scores(*shape), _targets(shape[1], shape[0])
    )


def test_large_scores():
    _check(F.cross_entropy, _scores(32, 65, scale=40.0) + 1000, _targets(65, 32))


def test_many_samples():
    _check(F.cross_entropy, _scores(5000, 3), _targets(3, 5000))


@pytest.mark.parametrize("shape", [(10,), (4, 5, 3, 2), (4, 5, 7), (2, 3, 4, 2, 2)])
@pytest.mark.parametrize("reduction", ["mean", "none"])
def test_ranks(shape, reduction):
    """One sample without batch, images, sequences and volumes."""
    classes = shape[0] if len(shape) == 1 else shape[1]
    samples = () if len(shape) == 1 else (shape[0], *shape[2:])
    _check(
        lambda x, t: F.cross_entropy(x, t, reduction=reduction), _scores(*shape), _targets(classes, *samples)
    )


@pytest.mark.parametrize("ignored", [-100, 2])
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_ignored_and_weighted(ignored, reduction):
    target = _targets(10, 40)
    target[::3] = ignored

    def weighted(x, t, w):
        return F.cross_entropy(x, t, w.detach(), ignore_index=ignored, reduction=reduction)

    assert_gradients_as_exact_as_eager(weighted, _scores(40, 10), target, _weights(10))
    _check(
        lambda x, t: F.cross_entropy(x, t, ignore_index=ignored, reduction=reduction), _scores(40, 10), target
    )


def test_all_ignored():
    """The mean over nothing is NaN, as in eager."""
    _check(F.cross_entropy, _scores(4, 3), torch.full((4,), -100))


@pytest.mark.parametrize("smoothing", [0.1, 1.0])
def test_label_smoothing(smoothing):
    target = _targets(10, 40)
    target[::3] = -100
    _check(lambda x, t: F.cross_entropy(x, t, label_smoothing=smoothing), _scores(40, 10), target)
    assert_gradients_as_exact_as_eager(
        lambda x, t, w: F.cross_entropy(x, t, w.detach(), label_smoothing=smoothing),
        _scores(40, 10),
        target,
        _weights(10),
    )


def test_target_probabilities():
    _check(F.cross_entropy, _scores(20, 10), _scores(20, 10).softmax(1))


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_nll_loss_on_its_own(reduction):
    _check(lambda x, t: F.nll_loss(x, t, reduction=reduction), _scores(16, 10), _targets(10, 16))


def test_log_probabilities_used_twice():
    def function(x, t):
        y = F.log_softmax(x, 1)
        return F.nll_loss(y, t) + y.exp().sum()

    _check(function, _scores(16, 10), _targets(10, 16))


def test_log_softmax_over_another_dimension():
    _check(lambda x, t: F.nll_loss(F.log_softmax(x, 0), t), _scores(16, 10), _targets(10, 16))


def test_narrow_targets():
    target = _targets(10, 16)
    assert "fungible.cross_entropy_backward" in raised(_gradient, _scores(16, 10), target)
    text = lowered(_gradient, _scores(16, 10), target)
    # Each target is saturated to 32 bits once; nothing else computes in 64.
    saturation = ("arith.constant", "arith.maxsi", "arith.minsi", "arith.trunci")
    wide = [line for line in text.splitlines() if "arith." in line and "i64" in line]
    assert wide and all(any(op in line for op in saturation) for line in wide)


def test_target_outside_the_classes():
    scores, target = _scores(4, 3), _targets(3, 4)
    text = lowered(lambda x, t: F.cross_entropy(x, t), scores, target)
    for outside in (3, -1):
        target[2] = outside
        assert np.isnan(execute(text, [scores, target])[0])


def _gradient(x, t):
    x = x.detach().requires_grad_()
    return torch.autograd.grad(F.cross_entropy(x, t), [x])


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize(
    "function", [F.mse_loss, F.l1_loss, F.smooth_l1_loss, F.huber_loss, F.binary_cross_entropy_with_logits]
)
def test_between_tensors(function, reduction):
    """These have no op of ours; they are here because their sums are."""
    assert_gradients_as_exact_as_eager(
        lambda x, y: function(x, y.detach(), reduction=reduction), _scores(33, 70), _scores(33, 70, scale=1.0).sigmoid()
    )
