"""Bessel, error and gamma functions against PyTorch's kernels, in double precision where those are not exact enough."""

import math

import pytest
import torch

from fungible.frontend.decompositions import bessel, error_functions, gamma_functions

TABLE = {**bessel.TABLE, **error_functions.TABLE, **gamma_functions.TABLE}

POINTS = torch.cat(
    [
        *(torch.linspace(-1, 1, 401), torch.linspace(-20, 20, 803)),
        *(torch.logspace(-6, 6, 241), -torch.logspace(-6, 1, 201)),
        *(1 - torch.logspace(-7, -1, 61), torch.tensor([0.0, -0.0, math.inf, -math.inf, math.nan, 0.5, 1.0, 2.0, 8.0])),
    ]
)


def _cases():
    for op in TABLE:
        if op is torch.ops.aten.polygamma.default:
            yield from (pytest.param(op, (n,), (), id=f"polygamma-{n}") for n in range(5))
        else:
            yield pytest.param(op, (), (3,) if "mvlgamma" in str(op) else (), id=str(op))


def _points(op, before, dtype):
    points = POINTS.to(dtype)
    if op is torch.ops.aten.mvlgamma.default:
        return points[points > 1.0]
    if before and before[0]:
        # PyTorch has large numbers for infinities at the poles, and NaN for zero at infinity.
        return points[((points > 0) | (points != points.round())) & (points != math.inf)]
    return points


@pytest.mark.parametrize("dtype, rtol, atol", [(torch.float32, 1.3e-6, 1e-5), (torch.float64, 1e-12, 1e-11)])
@pytest.mark.parametrize("op, before, behind", list(_cases()))
def test_against_pytorch(op, before, behind, dtype, rtol, atol):
    points = _points(op, before, dtype)
    own = TABLE[op](*before, points, *behind)
    # Trigamma is PyTorch's in each dtype: near a pole it is as exact as the product of pi and its argument.
    wide = points if before == (1,) else points.double()
    expected = op(*before, wide, *behind).to(dtype)
    assert own.dtype == dtype
    if before == (1,) and dtype == torch.float64:
        rtol = 1e-8  # PyTorch's series has six terms
    torch.testing.assert_close(own, expected, rtol=rtol, atol=atol, equal_nan=True)


@pytest.mark.parametrize("op", [torch.ops.aten.lgamma.default, torch.ops.aten.digamma.default])
def test_integers_give_floats(op):
    torch.testing.assert_close(TABLE[op](torch.arange(1, 9)), op(torch.arange(1, 9)))


def test_halves_round_once():
    points = torch.linspace(-3, 3, 61).to(torch.bfloat16)
    own = TABLE[torch.ops.aten.erfc.default](points)
    assert torch.equal(own, torch.erfc(points.float()).to(torch.bfloat16))
