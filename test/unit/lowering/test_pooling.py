"""Pooling and its gradients against eager."""

import pytest
import torch
import torch.nn.functional as F
from harness import assert_as_exact_as_eager, assert_gradients_as_exact_as_eager

MAXIMUM = {3: F.max_pool1d, 4: F.max_pool2d, 5: F.max_pool3d}
AVERAGE = {3: F.avg_pool1d, 4: F.avg_pool2d, 5: F.avg_pool3d}


def _normal(*shape):
    return torch.randn(shape, generator=torch.Generator().manual_seed(sum(shape)))


@pytest.mark.parametrize(
    ("shape", "kernel", "options"),
    [
        ((2, 3, 8, 8), 2, {}),
        ((2, 3, 9, 7), 2, {}),
        ((2, 3, 9, 7), 2, {"ceil_mode": True}),
        ((2, 3, 7, 7), 3, {"stride": 2, "padding": 1}),
        ((2, 3, 8, 11), (3, 4), {"stride": (1, 3), "padding": (1, 2), "dilation": (2, 1), "ceil_mode": True}),
        ((1, 2, 12), 3, {"stride": 2}),
        ((1, 2, 4, 5, 6), 2, {"padding": 1, "stride": (1, 2, 2)}),
    ],
)
def test_max_pool(shape, kernel, options):
    assert_gradients_as_exact_as_eager(
        lambda x: MAXIMUM[len(shape)](x, kernel, **options), _normal(*shape)
    )


def _with_indices(x, kernel, **options):
    def function(x):
        x = x.detach().requires_grad_()
        values, indices = F.max_pool2d(x, kernel, return_indices=True, **options)
        weights = torch.arange(1.0, values.numel() + 1, dtype=x.dtype).view(values.shape)
        return values.detach(), indices, torch.autograd.grad((values * weights).sum(), [x])[0]

    assert_as_exact_as_eager(function, x)


@pytest.mark.parametrize("options", [{}, {"stride": 1, "padding": 1}, {"stride": 2, "padding": 1, "ceil_mode": True}])
def test_the_first_of_equal_maxima_counts(options):
    _with_indices(torch.zeros(1, 2, 6, 6), 2, **options)
    x = _normal(1, 2, 7, 7).round()
    _with_indices(x, 3, **options)


def test_infinities():
    x = _normal(1, 1, 6, 6)
    x[0, 0, :4] = -torch.inf
    x[0, 0, 5, 5] = torch.inf
    _with_indices(x, 3, stride=1, padding=1, dilation=2)


def test_nan():
    """Indices and values; which of several NaNs counts is what eager says."""
    x = _normal(1, 1, 6, 6)
    x[0, 0, 0, 0] = x[0, 0, 3, 3] = x[0, 0, 3, 2] = torch.nan
    assert_as_exact_as_eager(lambda x: F.max_pool2d(x, 3, stride=1, return_indices=True), x)


@pytest.mark.parametrize(
    ("shape", "kernel", "options"),
    [
        ((2, 3, 8, 8), 2, {}),
        ((2, 3, 9, 7), (2, 3), {"ceil_mode": True}),
        ((2, 3, 9, 7), 3, {"stride": 2, "padding": 1}),
        ((2, 3, 9, 7), 3, {"stride": 2, "padding": 1, "count_include_pad": False}),
        ((2, 3, 10, 8), 3, {"stride": 2, "padding": 1, "ceil_mode": True}),
        ((2, 3, 10, 8), 3, {"stride": 2, "padding": 1, "divisor_override": 5}),
        ((2, 3, 56, 48), (56, 48), {}),
        ((3, 8, 8), 4, {}),
        ((1, 2, 12), 3, {"stride": 2, "padding": 1}),
        ((1, 2, 4, 5, 6), 2, {"padding": 1, "stride": (1, 2, 2)}),
    ],
)
def test_avg_pool(shape, kernel, options):
    pool = F.avg_pool2d if shape == (3, 8, 8) else AVERAGE[len(shape)]
    assert_gradients_as_exact_as_eager(lambda x: pool(x, kernel, **options), _normal(*shape))


@pytest.mark.parametrize(
    ("shape", "size"), [((2, 3, 8, 8), 1), ((2, 3, 8, 12), (4, 3)), ((2, 3, 10, 7), (3, 5)), ((2, 3, 4, 4), 6)]
)
def test_adaptive_avg_pool(shape, size):
    assert_gradients_as_exact_as_eager(lambda x: F.adaptive_avg_pool2d(x, size), _normal(*shape))


def test_adaptive_avg_pool_of_other_ranks():
    assert_gradients_as_exact_as_eager(lambda x: F.adaptive_avg_pool1d(x, 3), _normal(2, 3, 10))
    assert_gradients_as_exact_as_eager(lambda x: F.adaptive_avg_pool3d(x, (2, 3, 1)), _normal(2, 2, 5, 6, 7))
