"""Batch normalization against eager, forward and backward, running statistics included."""

import pytest
import torch
import torch.nn.functional as F
from harness import assert_as_exact_as_eager, assert_gradients_as_exact_as_eager


def _normal(*shape, shift=0.0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(sum(shape))) + shift


SHAPES = [(8, 4), (64, 5), (4, 8, 3, 3), (16, 6, 14, 14), (3, 7, 11), (2, 3, 1, 257), (2, 3, 4, 5, 6)]


def _training(momentum):
    def function(incoming, x, w, b, mean, var):
        mean, var = mean.clone(), var.clone()
        x, w, b = (t.detach().requires_grad_() for t in (x, w, b))
        y = F.batch_norm(x, mean, var, w, b, True, momentum)
        return [y.detach(), *torch.autograd.grad(y, [x, w, b], incoming), mean, var]

    return function


def _arguments(shape):
    channels = shape[1]
    generator = torch.Generator().manual_seed(3)
    return [
        torch.randn(shape, generator=generator),
        _normal(*shape, shift=1.0),
        _normal(channels),
        _normal(channels, shift=0.5),
        _normal(channels),
        torch.rand(channels, generator=generator) + 0.5,
    ]


@pytest.mark.parametrize("shape", SHAPES)
def test_training(shape):
    assert_as_exact_as_eager(_training(0.1), *_arguments(shape))


def test_training_momentum():
    assert_as_exact_as_eager(_training(0.3), *_arguments((8, 4, 5)))


def test_training_without_affine_and_statistics():
    assert_gradients_as_exact_as_eager(
        lambda x: F.batch_norm(x, None, None, None, None, True), _normal(8, 4, 5, shift=1.0)
    )


def test_instance_norm():
    assert_gradients_as_exact_as_eager(
        lambda x, w, b: F.instance_norm(x, None, None, w, b), _normal(3, 4, 5, 6), _normal(4), _normal(4)
    )


@pytest.mark.parametrize("shape", SHAPES[2:4])
def test_inference(shape):
    incoming, *arguments = _arguments(shape)

    def function(incoming, x, w, b, mean, var):
        x, w, b = (t.detach().requires_grad_() for t in (x, w, b))
        y = F.batch_norm(x, mean, var, w, b, False)
        return [y.detach(), *torch.autograd.grad(y, [x, w, b], incoming)]

    assert_as_exact_as_eager(function, incoming, *arguments)


def test_inference_without_gradients():
    _, *arguments = _arguments((4, 3, 5))
    assert_as_exact_as_eager(lambda x, w, b, m, v: F.batch_norm(x, m, v, w, b, False), *arguments)
