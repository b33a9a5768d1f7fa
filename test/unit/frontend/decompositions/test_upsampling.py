"""Resizing and its gradient as linear maps, against PyTorch's own kernels."""

import pytest
import torch

from fungible.frontend.decompositions import upsampling

SIZES = [
    ((5, 7, 4), (9, 3, 4), None),
    ((5, 6, 4), (10, 12, 8), 2.0),
    ((6, 7, 4), (2, 20, 1), None),
    ((5, 6, 4), (8, 10, 6), 1.7),
    ((1, 2, 3), (4, 1, 30), None),
]


@pytest.mark.parametrize("name", upsampling._OPS)
@pytest.mark.parametrize("sizes, counts, scale", SIZES)
def test_forward_and_backward(name, sizes, counts, scale):
    _, spatial, aligns = upsampling._OPS[name]
    forward, backward = (getattr(torch.ops.aten, name + end).default for end in ("", "_backward"))
    x, counts = torch.randn(2, 3, *sizes[:spatial]), list(counts[:spatial])
    for align_corners in (False, True) if aligns else (None,):
        more = ([align_corners] if aligns else []) + [scale] * spatial
        y = forward(x, counts, *more)
        grad = torch.randn_like(y)
        ours = upsampling.TABLE[forward](x, counts, *more), upsampling.TABLE[backward](grad, counts, list(x.shape), *more)
        torch.testing.assert_close(ours, (y, backward(grad, counts, list(x.shape), *more)))


def test_an_infinite_element_stays_in_its_neighbourhood():
    x = torch.zeros(1, 1, 8)
    x[0, 0, 3] = float("inf")
    op = torch.ops.aten.upsample_linear1d.default
    y = upsampling.TABLE[op](x, [16], False, None)
    torch.testing.assert_close(y, op(x, [16], False, None))
    assert y.isfinite().sum() == 12


def test_16_bit_floats_are_rounded_once():
    x, op = torch.randn(1, 2, 5, 5).to(torch.bfloat16), torch.ops.aten.upsample_bilinear2d.default
    wide = upsampling.TABLE[op](x.float(), [7, 7], False, None, None)
    assert torch.equal(upsampling.TABLE[op](x, [7, 7], False, None, None), wide.to(torch.bfloat16))
