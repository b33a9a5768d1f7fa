"""Distances between rows and their gradients, against PyTorch's own kernels."""

import math

import pytest
import torch

from fungible.frontend.decompositions import distances

_aten, TABLE = torch.ops.aten, distances.TABLE
ORDERS = [0.0, 0.5, 1.0, 1.5, 2.0, 3.0, math.inf]


@pytest.mark.parametrize("p", ORDERS)
def test_between_two_sets(p):
    x, y = torch.randn(2, 4, 3, dtype=torch.float64), torch.randn(2, 5, 3, dtype=torch.float64)
    y[0, 0], y[0, 1, 0] = x[0, 0], x[0, 1, 0]
    forward, backward = _aten._cdist_forward.default, _aten._cdist_backward.default
    distance = forward(x, y, p, None)
    torch.testing.assert_close(TABLE[forward](x, y, p, None), distance)
    given = (torch.randn_like(distance), x, y, p, distance)
    torch.testing.assert_close(TABLE[backward](*given), backward(*given))


@pytest.mark.parametrize("p", ORDERS)
def test_within_a_set(p):
    x = torch.randn(12, 3, dtype=torch.float64)
    x[3] = x[1]
    forward, backward = _aten._pdist_forward.default, _aten._pdist_backward.default
    distance = forward(x, p)
    torch.testing.assert_close(TABLE[forward](x, p), distance)
    given = (torch.randn_like(distance), x, p, distance)
    torch.testing.assert_close(TABLE[backward](*given), backward(*given))
