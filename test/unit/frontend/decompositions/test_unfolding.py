"""Windows of images as columns and back, against PyTorch's own kernels."""

import pytest
import torch

from fungible.frontend.decompositions import unfolding

_aten = torch.ops.aten


@pytest.mark.parametrize("shape", [(2, 3, 9, 8), (3, 9, 8), (0, 2, 5, 6)])
@pytest.mark.parametrize("geometry", [([3, 2], [1, 2], [1, 0], [2, 1]), ([2, 2], [1, 1], [0, 0], [3, 3])])
def test_both_ways(shape, geometry):
    x = torch.randn(shape)
    columns = _aten.im2col.default(x, *geometry)
    torch.testing.assert_close(unfolding.TABLE[_aten.im2col.default](x, *geometry), columns)
    grad, op = torch.randn_like(columns), _aten.col2im.default
    torch.testing.assert_close(unfolding.TABLE[op](grad, list(shape[-2:]), *geometry), op(grad, list(shape[-2:]), *geometry))
