"""Draws from the counter-based generator have the moments of their distributions, and other draws at other steps."""

import math

import pytest
import torch
import torch.nn.functional as F

from fungible.errors import CaptureError
from fungible.frontend.random import CounterBased

MANY = 40000
SEED = torch.tensor([3, 4], dtype=torch.int32)


def _mode(step=0):
    return CounterBased(SEED, torch.tensor(step, dtype=torch.int32))


#: Name -> (draw, mean, standard deviation).
DRAWS = {
    "normal": (lambda: torch.normal(2.0, 3.0, (MANY,)), 2.0, 3.0),
    "normal of tensors": (lambda: torch.normal(torch.full((MANY,), 2.0), 3.0), 2.0, 3.0),
    "exponential": (lambda: torch.empty(MANY).exponential_(2.0), 0.5, 0.5),
    "log normal": (
        lambda: torch.empty(MANY).log_normal_(0.0, 0.5), math.exp(0.125), math.sqrt(math.exp(0.5) - math.exp(0.25))
    ),
    "geometric": (lambda: torch.empty(MANY).geometric_(0.4), 2.5, math.sqrt(0.6) / 0.4),
    "integers": (lambda: torch.randint(-3, 4, (MANY,)), 0.0, 2.0),
    "integers like": (lambda: torch.randint_like(torch.empty(MANY), 7), 3.0, 2.0),
    "integers in place": (lambda: torch.empty(MANY).random_(7), 3.0, 2.0),
    "cauchy, its middle": (lambda: (torch.empty(MANY).cauchy_(5.0, 2.0) < 7.0).float(), 0.75, math.sqrt(3) / 4),
    "alpha dropout": (lambda: F.alpha_dropout(torch.randn(MANY), 0.3, training=True), 0.0, 1.0),
    "multinomial": (lambda: torch.multinomial(torch.tensor([1.0, 0.0, 3.0]), MANY, True), 1.5, math.sqrt(0.75)),
}  # fmt: skip


@pytest.mark.parametrize("name", DRAWS)
def test_moments(name):
    draw, mean, deviation = DRAWS[name]
    with _mode():
        drawn = draw().double()
    # Five standard errors; that of the deviation is taken wide, since tails differ.
    assert abs(drawn.mean() - mean) < 5 * deviation / math.sqrt(MANY)
    assert abs(drawn.std() - deviation) < 0.05 * deviation + 0.01
    with _mode(1):
        assert not torch.equal(draw().double(), drawn)


def test_order_of_all_numbers():
    with _mode():
        drawn = torch.randperm(100)
    assert drawn.dtype == torch.int64 and torch.equal(drawn.sort().values, torch.arange(100))
    assert not torch.equal(drawn, torch.arange(100))


def test_without_replacement_each_at_most_once():
    with _mode():
        drawn = torch.multinomial(torch.tensor([[0.5, 0.2, 0.0, 0.3]]).expand(50, 4), 3)
    assert torch.equal(drawn.sort(-1).values, torch.tensor([0, 1, 3]).expand(50, 3))


def test_whole_features_are_dropped():
    with _mode():
        drawn = F.feature_alpha_dropout(torch.randn(4, 50, 6), 0.5, training=True)
    same = (drawn == drawn[:, :, :1]).all(-1)
    assert 60 < same.sum() < 140


@pytest.mark.parametrize(
    "draw",
    [
        lambda: torch.poisson(torch.ones(3)),
        lambda: torch.randint(2**30, (3,)),
        lambda: torch.empty(3).random_(),
        lambda: torch.normal(0.0, 1.0, (2,), generator=torch.Generator()),
    ],
)
def test_what_has_no_form_is_an_error(draw):
    with _mode(), pytest.raises(CaptureError):
        draw()
