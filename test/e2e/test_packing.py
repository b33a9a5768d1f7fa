"""Batches of products of sizes that no tile divides, scaled by sums of rows: what IREE's data tiling gets wrong."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

import fungible
from fungible.targets import _packing, _workgroups, flags, flags_for, resolve


def _scaled(x):
    return (x @ x.transpose(-1, -2)) * x.sum(-1, keepdim=True), (x @ x.transpose(-1, -2)) * x.sum(-1)[..., None, :]


def _attended(x):
    x = x.detach().requires_grad_()
    with torch.enable_grad():
        y = F.scaled_dot_product_attention(x, x * 0.5, x + 1, is_causal=True)
        (gradient,) = torch.autograd.grad(y.square().sum(), x)
    return y.detach(), gradient


@pytest.mark.parametrize(
    ("function", "shape"),
    [
        (_scaled, (2, 12, 8)),
        (_scaled, (3, 20, 16)),
        (_attended, (1, 2, 12, 8)),
        (_attended, (2, 3, 5, 4)),
        (_attended, (1, 2, 512, 32)),  # in blocks of rows
    ],
)
def test_products_are_those_of_eager(function, shape):
    x = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    program = fungible.Program(model=nn.Linear(1, 1), optimizer=None, step=function, batches=[x])
    for found, expected in zip(program.compile().on("cpu").step(x), function(x), strict=True):
        np.testing.assert_allclose(found, expected.numpy(), rtol=1e-4, atol=1e-5)


PRODUCT = "%3 = linalg.batch_matmul indexing_maps = [#m] ins(%1, %2 : tensor<{0}x{1}x8xf32>) outs(%0 : tensor<{0}x{1}x{2}xf32>) -> "


@pytest.mark.parametrize(("sizes", "unsafe"), [((2, 12, 16), True), ((2, 16, 12), True), ((2, 32, 16), False), ((1, 12, 12), False)])
def test_only_what_tiles_do_not_divide_is_packed_early(sizes, unsafe):
    text = PRODUCT.format(*sizes)
    assert _packing.is_unsafe(text) == unsafe
    target = resolve("cpu:x86-64-v3")
    assert (flags_for(target, text) == (*flags(target), *_packing.EARLY)) == unsafe
    vulkan = resolve("vulkan")
    assert flags_for(vulkan, text) == flags(vulkan)


def test_transpositions_move_and_workgroups_are_square_where_convolutions_have_channels_last():
    target = resolve("cpu:x86-64-v3")
    for text in ("linalg.conv_2d_nhwc_hwcf", "linalg.matmul"):
        own = (*_packing.MOVING, *_workgroups.SQUARE) if "conv" in text else ()
        assert flags_for(target, text)[len(flags(target)) :] == own
