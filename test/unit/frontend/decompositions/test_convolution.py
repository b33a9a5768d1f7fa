"""Transposed convolution and its gradients as convolutions, against PyTorch's own kernels."""

import pytest
import torch

from fungible.frontend.decompositions import convolution

_aten, TABLE = torch.ops.aten, convolution.TABLE


@pytest.mark.parametrize(
    "shape, kernel, geometry, output_padding, groups",
    [
        ((2, 4, 7), (4, 3, 3), ([2], [1], [1]), [1], 1),
        ((2, 4, 5, 6), (4, 2, 3, 2), ([2, 1], [1, 0], [1, 2]), [1, 1], 2),
        ((1, 2, 3, 4, 3), (2, 3, 2, 2, 2), ([1, 2, 1], [0, 1, 0], [1, 3, 2]), [0, 2, 1], 1),
        ((2, 3, 4), (3, 1, 2), ([1], [0], [3]), [2], 3),
    ],
)
def test_transposed(shape, kernel, geometry, output_padding, groups):
    forward, backward = _aten.convolution.default, _aten.convolution_backward.default
    x, weight, bias = torch.randn(shape), torch.randn(kernel), torch.randn(kernel[1] * groups)
    more = (*geometry, True, output_padding, groups)
    y = forward(x, weight, bias, *more)
    torch.testing.assert_close(TABLE[forward](x, weight, bias, *more), y, rtol=1e-5, atol=1e-5)
    given = (torch.randn_like(y), x, weight, [len(bias)], *more, [True, True, True])
    torch.testing.assert_close(TABLE[backward](*given), backward(*given), rtol=1e-5, atol=1e-5)
