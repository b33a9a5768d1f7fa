"""Bags of rows of a table and the gradients, against PyTorch's own kernels."""

import pytest
import torch

from fungible.frontend.decompositions import embedding_bags

_aten, TABLE = torch.ops.aten, embedding_bags.TABLE
INDICES = torch.tensor([0, 5, 2, 2, 1, 0, 3])


@pytest.mark.parametrize("mode", [0, 1, 2])
@pytest.mark.parametrize("padding", [None, 2])
@pytest.mark.parametrize("last", [False, True])
def test_forward_and_backward(mode, padding, last):
    offsets = torch.tensor([0, 2, 2, 5, *([7] if last else [])])
    weight = torch.randn(6, 4, requires_grad=True)
    out = torch.embedding_bag(weight, INDICES, offsets, False, mode, False, None, last, padding)[0]
    padding = -1 if padding is None else padding
    ours = TABLE[_aten._embedding_bag.default](weight.detach(), INDICES, offsets, False, mode, False, None, last, padding)
    torch.testing.assert_close(ours[0], out.detach())
    grad = torch.randn_like(out)
    found = TABLE[_aten._embedding_bag_backward.default](
        grad, INDICES, offsets, *ours[1:], 6, False, mode, False, None, padding
    )
    torch.testing.assert_close(found, torch.autograd.grad(out, weight, grad)[0])


def test_weights_of_samples():
    offsets, weight, samples = torch.tensor([0, 2, 2, 5]), torch.randn(6, 4, requires_grad=True), torch.randn(7, requires_grad=True)
    out = torch.embedding_bag(weight, INDICES, offsets, False, 0, False, samples, False, 2)[0]
    grad = torch.randn_like(out)
    expected = torch.autograd.grad(out, [weight, samples], grad)
    weight, samples = weight.detach(), samples.detach()
    ours = TABLE[_aten._embedding_bag.default](weight, INDICES, offsets, False, 0, False, samples, False, 2)
    torch.testing.assert_close(ours[0], out.detach())
    of_table = TABLE[_aten._embedding_bag_backward.default](
        grad, INDICES, offsets, *ours[1:], 6, False, 0, False, samples, 2
    )
    of_samples = TABLE[_aten._embedding_bag_per_sample_weights_backward.default](
        grad, weight, INDICES, offsets, ours[1], 0, 2
    )
    torch.testing.assert_close((of_table, of_samples), expected)
