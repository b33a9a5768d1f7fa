"""Convolution and its gradients against eager."""

import pytest
import torch
import torch.nn.functional as F
from harness import assert_as_exact_as_eager, assert_gradients_as_exact_as_eager, raised

CONVOLUTIONS = {3: F.conv1d, 4: F.conv2d, 5: F.conv3d}


def _normal(*shape):
    return torch.randn(shape, generator=torch.Generator().manual_seed(sum(shape)))


@pytest.mark.parametrize(
    ("input", "weight", "options"),
    [
        ((2, 3, 8, 8), (4, 3, 3, 3), {}),
        ((2, 3, 9, 7), (4, 3, 3, 2), {"stride": (2, 3), "padding": (1, 0)}),
        ((2, 3, 10, 8), (4, 3, 3, 3), {"stride": 3, "padding": 2}),
        ((2, 3, 11, 9), (4, 3, 3, 3), {"dilation": (2, 1), "padding": (3, 2)}),
        ((2, 4, 9, 9), (6, 2, 3, 3), {"groups": 2, "stride": 2}),
        ((2, 4, 8, 8), (8, 1, 3, 3), {"groups": 4, "padding": 1}),
        ((2, 5, 6, 6), (7, 5, 1, 1), {}),
        ((2, 5, 6, 6), (7, 5, 1, 1), {"padding": 2, "stride": 2}),  # the padding reaches beyond the kernel
        ((1, 1, 5, 5), (1, 1, 5, 5), {}),
        ((0, 3, 4, 4), (5, 3, 3, 3), {"padding": 1}),  # no sample: gradients are zero, not an error
        ((2, 3, 20), (4, 3, 5), {"stride": 3, "padding": 1}),
        # Phases with different kernel elements, and with none.
        ((2, 8, 9, 8), (6, 4, 4, 3), {"stride": 2, "padding": (2, 1), "groups": 2}),
        ((2, 3, 9, 12), (4, 3, 2, 3), {"stride": 2, "padding": (0, 3), "dilation": (2, 3)}),
        ((2, 3, 11), (4, 3, 5), {"stride": 6, "padding": 3, "dilation": 4}),
        ((0, 3, 8, 8), (4, 3, 3, 3), {"stride": 2, "padding": 1}),
        ((2, 3, 4, 5, 6), (2, 3, 3, 1, 3), {"stride": 2, "padding": (1, 0, 1)}),
        # Fewer places than output channels.
        ((2, 8, 4, 4), (64, 8, 3, 3), {"padding": 1}),
        ((1, 6, 9, 7), (96, 6, 3, 3), {"stride": 2, "padding": 2, "dilation": 2}),
        ((2, 6, 7), (64, 3, 5), {"stride": 3, "padding": 2, "groups": 2}),
        ((1, 4, 4, 4), (400, 4, 3, 3), {}),
        ((1, 3, 3, 3, 3), (100, 3, 2, 2, 2), {"padding": 1}),
        ((1, 2, 5, 6, 7), (3, 2, 2, 3, 3), {"stride": (1, 2, 1), "padding": (0, 1, 1)}),
    ],
)
def test_convolution(input, weight, options):
    convolution = CONVOLUTIONS[len(input)]
    assert_gradients_as_exact_as_eager(
        lambda x, w, b: convolution(x, w, b, **options),
        _normal(*input), _normal(*weight), _normal(weight[0]),
    )  # fmt: skip


def test_long_sums():
    """Over 96 channels forward, and 64 backward; the weight's gradient over 2048 places."""
    assert_gradients_as_exact_as_eager(
        lambda x, w: F.conv2d(x, w, padding=1), _normal(8, 96, 16, 16), _normal(64, 96, 3, 3)
    )


def test_a_number_of_channels_that_does_not_divide():
    assert_gradients_as_exact_as_eager(
        lambda x, w: F.conv2d(x, w, padding="same"), _normal(2, 37, 6, 6), _normal(5, 37, 3, 3)
    )


def test_gradient_of_the_weight_alone():
    def function(x, w):
        w = w.detach().requires_grad_()
        return torch.autograd.grad(F.conv2d(x, w).square().sum(), [w])

    assert_as_exact_as_eager(function, _normal(2, 3, 8, 8), _normal(4, 3, 3, 3))


def test_without_batch():
    assert_gradients_as_exact_as_eager(lambda x, w: F.conv2d(x, w), _normal(3, 8, 8), _normal(4, 3, 3, 3))


def test_transposed_convolution_is_the_gradient_of_one():
    def function(x, w):
        return F.conv_transpose2d(x, w, stride=2)

    args = _normal(2, 3, 5, 5), _normal(3, 4, 3, 3)
    assert "fungible.convolution_backward" in raised(function, *args)
    assert_as_exact_as_eager(function, *args)
    assert_gradients_as_exact_as_eager(function, *args)
