"""Sums, means and norms against eager: a long sum may not lose what eager keeps."""

import pytest
import torch
from harness import assert_as_exact_as_eager, assert_gradients_as_exact_as_eager


def _normal(*shape, shift=0.0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(sum(shape))) + shift


@pytest.mark.parametrize(
    ("shape", "dims"),
    [
        ((1024, 48), 0),
        ((1031, 48), (0,)),
        ((8, 128, 33), (0, 1)),
        ((3, 5000), -1),
        ((3, 5003), 1),
        ((16, 7, 13, 17), (0, 2, 3)),
        ((4, 6, 5), (0, 2)),
        ((1, 3), 0),
    ],
)
@pytest.mark.parametrize("keep", [False, True])
def test_over_dims(shape, dims, keep):
    x = _normal(*shape, shift=0.5)
    assert_as_exact_as_eager(lambda x: (x.sum(dims, keepdim=keep), x.mean(dims, keepdim=keep)), x)
    assert_as_exact_as_eager(lambda x: torch.linalg.vector_norm(x, dim=dims, keepdim=keep), x)


@pytest.mark.parametrize("shape", [(), (1,), (100003,), (512, 512), (7, 1000, 3)])
def test_over_all(shape):
    assert_as_exact_as_eager(
        lambda x: (x.sum(), x.mean(), torch.linalg.vector_norm(x)), _normal(*shape, shift=0.5)
    )


def test_gradients():
    assert_gradients_as_exact_as_eager(lambda x: x.sum(0) * x.mean(0), _normal(300, 5))


def test_integers_stay_exact():
    x = torch.arange(2**24, 2**24 + 1001)
    assert_as_exact_as_eager(lambda x: x.sum(), x)


@pytest.mark.parametrize("order", [1, torch.inf])
def test_other_norms(order):
    x = _normal(517, 1003)
    assert_as_exact_as_eager(
        lambda x: (
            torch.linalg.vector_norm(x, order),
            torch.linalg.vector_norm(x, order, dim=0),
            torch.linalg.vector_norm(x, order, dim=1, keepdim=True),
        ),
        x,
    )


def test_norms_of_nan():
    x = torch.tensor([[1.0, torch.nan], [-torch.inf, 2.0]])
    assert_as_exact_as_eager(
        lambda x: [torch.linalg.vector_norm(x, order, dim=1) for order in (1, 2, torch.inf)], x
    )


def test_a_norm_that_is_left_to_torch_mlir():
    assert_as_exact_as_eager(lambda x: torch.linalg.vector_norm(x, -torch.inf, dim=1), _normal(5, 64))
