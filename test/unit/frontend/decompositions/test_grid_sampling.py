"""Sampling at places of a grid and the gradients, against PyTorch's own kernels."""

import pytest
import torch

from fungible.frontend.decompositions import grid_sampling

_aten = torch.ops.aten


@pytest.mark.parametrize("align_corners", [False, True])
@pytest.mark.parametrize("padding", [0, 1, 2])
@pytest.mark.parametrize(
    "sizes, places, mode", [((5, 7), (3, 4), 0), ((5, 7), (3, 4), 1), ((5, 1), (3, 4), 2), ((3, 4, 5), (2, 3, 2), 0), ((3, 4, 5), (2, 3, 2), 1)]
)
def test_forward_and_backward(sizes, places, mode, padding, align_corners):
    forward, backward = (getattr(_aten, f"grid_sampler_{len(sizes)}d{end}").default for end in ("", "_backward"))
    x = torch.randn(2, 3, *sizes, dtype=torch.float64)
    grid = torch.randn(2, *places, len(sizes), dtype=torch.float64) * 1.2
    y = forward(x, grid, mode, padding, align_corners)
    torch.testing.assert_close(grid_sampling.TABLE[forward](x, grid, mode, padding, align_corners), y)
    given = (torch.randn_like(y), x, grid, mode, padding, align_corners, [True, True])
    torch.testing.assert_close(grid_sampling.TABLE[backward](*given), backward(*given))
