"""What a mixture of experts is made of, against PyTorch's own kernels."""

import pytest
import torch

from fungible.frontend.decompositions import grouped_products, histograms

GROUPED = grouped_products.TABLE[torch.ops.aten._grouped_mm.default]
HISTC = histograms.TABLE[torch.ops.aten.histc.default]
OFFSETS = torch.tensor([8, 8, 24, 32], dtype=torch.int32)


@pytest.mark.parametrize("shapes", [((32, 16), (4, 16, 8)), ((4, 8, 16), (16, 32))])
def test_groups_of_rows_and_columns(shapes):
    left, right = (torch.randn(shape) for shape in shapes)
    torch.testing.assert_close(GROUPED(left, right, OFFSETS), torch._grouped_mm(left, right, OFFSETS))


def test_groups_of_the_summed_dimension():
    left, right = torch.randn(8, 32), torch.randn(32, 16)
    torch.testing.assert_close(GROUPED(left, right, OFFSETS), torch._grouped_mm(left, right, OFFSETS))


def test_rows_of_no_group_are_zero_even_where_they_are_nan():
    left, offsets = torch.randn(8, 4), torch.tensor([2, 5], dtype=torch.int32)
    left[5:] = float("nan")
    product = GROUPED(left, torch.randn(2, 4, 3), offsets)
    assert torch.equal(product[5:], torch.zeros(3, 3)) and product[:5].isfinite().all()


@pytest.mark.parametrize("arguments", [(4, 0, 3), (10, 0, 0), (7, -1, 1), (3, 2, 2)])
def test_histogram(arguments):
    values = torch.cat([torch.randn(50), torch.tensor([0.0, 1.0, 2.0, 3.0, 3.5])])
    assert torch.equal(HISTC(values, *arguments), torch.histc(values, *arguments))


def test_histogram_of_equal_elements():
    assert torch.equal(HISTC(torch.full((3,), 2.0), 5), torch.histc(torch.full((3,), 2.0), 5))
