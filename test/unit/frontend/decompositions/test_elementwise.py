"""Arithmetic on bits, and what ignores NaN, against PyTorch's kernels, on every pair of peculiar numbers."""

import math

import pytest
import torch

from fungible.frontend.decompositions.elementwise import TABLE

PECULIAR = [
    *(0.0, -0.0, 1.0, -1.0, math.inf, -math.inf, math.nan, 1e-40, -1e-45, 3e38, -2.5, 1.1754944e-38, 65504.0),
    *(0.5, 3.0, 1e-20, -1e20),
]
ONE = ["angle.default", "frexp.Tensor", "signbit.default"]
TWO = ["copysign.Tensor", "fmax.default", "fmin.default", "hypot.default", "nextafter.default"]


def _op(name):
    packet, overload = name.split(".")
    return getattr(getattr(torch.ops.aten, packet), overload)


def _agree(own, expected):
    assert own.dtype == expected.dtype
    if expected.is_floating_point():
        torch.testing.assert_close(own, expected, rtol=3e-7, atol=0.0, equal_nan=True)
        number = ~expected.isnan() & (expected != 0)
        assert torch.equal(own.signbit()[number], expected.signbit()[number])
    else:
        assert torch.equal(own, expected)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("name", [*ONE, *TWO])
def test_peculiar_numbers(name, dtype):
    numbers = torch.tensor(PECULIAR, dtype=dtype)
    pairs = torch.cartesian_prod(numbers, numbers).t().contiguous()
    arguments = pairs[:1] if name in ONE else pairs
    own, expected = TABLE[_op(name)](*arguments), _op(name)(*arguments)
    for a, b in zip(own, expected) if isinstance(own, tuple) else [(own, expected)]:
        _agree(a, b)


@pytest.mark.parametrize("name", ["copysign.Tensor", "fmax.default", "hypot.default"])
def test_shapes_and_dtypes_are_those_of_broadcasting(name):
    left, right = torch.rand(3, 1), torch.rand(4, dtype=torch.float64)
    torch.testing.assert_close(TABLE[_op(name)](left.double(), right), _op(name)(left.double(), right))


def test_copysign_keeps_the_sign_of_zero():
    own = TABLE[torch.ops.aten.copysign.Tensor](torch.ones(2), torch.tensor([0.0, -0.0]))
    assert torch.equal(own, torch.tensor([1.0, -1.0]))
    assert TABLE[torch.ops.aten.copysign.Scalar](torch.tensor([3]), -1.0).equal(torch.tensor([-3.0]))
