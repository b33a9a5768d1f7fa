"""Normalization against eager, forward and backward."""

import pytest
import torch
import torch.nn.functional as F
from harness import assert_as_exact_as_eager, assert_gradients_as_exact_as_eager


def _normal(*shape, shift=0.0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(sum(shape))) + shift


@pytest.mark.parametrize(
    ("shape", "rank"),
    [
        ((8, 64), 1),
        ((3, 1, 5), 1),
        ((2, 7, 3, 11), 2),
        ((37, 384), 1),
        ((8, 131, 48), 1),
        ((3, 1536), 1),
        ((5, 1), 1),
    ],
)
def test_layer_norm(shape, rank):
    inner = shape[-rank:]
    assert_gradients_as_exact_as_eager(
        lambda x, w, b: F.layer_norm(x, inner, w, b),
        _normal(*shape, shift=1.0),
        _normal(*inner),
        _normal(*inner, shift=0.5),
    )


def test_layer_norm_over_many_rows():
    """The sums of the weight's and bias's gradients are long."""
    assert_gradients_as_exact_as_eager(
        lambda x, w, b: F.layer_norm(x, (32,), w, b), _normal(2049, 32), _normal(32), _normal(32)
    )


def test_layer_norm_without_affine():
    assert_gradients_as_exact_as_eager(lambda x: F.layer_norm(x, (48,)), _normal(9, 48))


def test_layer_norm_weight_alone():
    assert_gradients_as_exact_as_eager(lambda x, w: F.layer_norm(x, (48,), w), _normal(9, 48), _normal(48))


def test_layer_norm_bias_alone():
    assert_gradients_as_exact_as_eager(
        lambda x, b: F.layer_norm(x, (48,), None, b), _normal(9, 48), _normal(48)
    )


def test_layer_norm_gradient_of_input_alone():
    def function(x, w, b):
        x = x.detach().requires_grad_()
        y = F.layer_norm(x, (48,), w, b)
        return torch.autograd.grad((y * y).sum(), [x])

    assert_as_exact_as_eager(function, _normal(9, 48), _normal(48), _normal(48))


@pytest.mark.parametrize(("shape", "groups"), [((4, 8, 3, 3), 2), ((3, 6, 17), 6), ((2, 12, 9, 7), 1), ((5, 4), 2)])
def test_group_norm(shape, groups):
    assert_gradients_as_exact_as_eager(
        lambda x, w, b: F.group_norm(x, groups, w, b),
        _normal(*shape, shift=1.0),
        _normal(shape[1]),
        _normal(shape[1]),
    )


def test_group_norm_without_affine():
    assert_gradients_as_exact_as_eager(lambda x: F.group_norm(x, 2), _normal(4, 8, 5))


@pytest.mark.parametrize("shape", [(9, 48), (4, 7, 384)])
def test_rms_norm(shape):
    """It reaches us decomposed: square, mean, rsqrt and products, and their gradients."""
    inner = shape[-1:]
    assert_gradients_as_exact_as_eager(
        lambda x, w: F.rms_norm(x, inner, w), _normal(*shape), _normal(*inner)
    )
