"""Elementary functions of compiled programs, in units in the last place of the result; eager is within one or two."""

import math

import numpy as np
import pytest
import torch

import fungible

LIMIT = 5

BOTH = ["acos", "acosh", "asin", "asinh", "atan", "atanh", "cos", "cosh", "exp2", "log10", "sin", "sinh", "tan"]
#: In float32 these are the target's own.
DOUBLE = ["erf", "exp", "expm1", "log", "log1p", "log2", "sigmoid", "tanh"]


def _points(dtype):
    points = [torch.linspace(-1, 1, 401), torch.linspace(-20, 20, 801)]
    points += [torch.logspace(-20, 30, 501), -torch.logspace(-20, 30, 501)]
    points += [sign * (1 + side * torch.logspace(-7, -1, 61)) for sign in (1, -1) for side in (1, -1)]
    return torch.cat([*points, torch.tensor([0.0, math.inf, -math.inf, math.nan, 88.9, -88.9])]).to(dtype)


def _distance(own, exact, dtype):
    """In units in the last place, for normal results; infinite where one of the two is no number alone."""
    info = np.finfo(dtype)
    size = np.maximum(np.abs(exact), info.tiny)
    with np.errstate(all="ignore"):
        found = np.abs(own.astype(np.longdouble) - exact) / (np.exp2(np.floor(np.log2(size))) * info.eps)
        same = (own == exact.astype(dtype)) | (np.isnan(own) & np.isnan(exact)) | (np.abs(exact) < 2 * info.tiny)
    found = np.where(same, 0.0, found)
    return np.where(np.isnan(found), np.inf, found)


@pytest.mark.parametrize("dtype, names", [(torch.float32, BOTH), (torch.float64, [*BOTH, *DOUBLE])])
def test_units_in_the_last_place(dtype, names):
    x = _points(dtype)
    y = torch.roll(x, 7)

    def step(batch):
        return [*(getattr(torch, name)(batch[0]) for name in names), torch.atan2(*batch)]

    program = fungible.Program(model=torch.nn.Module(), optimizer=None, step=step, batches=[(x, y)], seed=0)
    results = program.compile(targets=["cpu"]).on("cpu").step((x, y))
    exact = step((x.double(), y.double()))
    largest = 1e7 if dtype == torch.float32 else 2e8
    worst = {}
    for name, own, expected in zip([*names, "atan2"], results, exact):
        distance = _distance(np.asarray(own), expected.numpy(), np.asarray(own).dtype)
        if name in ("sin", "cos", "tan"):
            beyond = np.abs(x.numpy()) >= largest
            assert np.isnan(np.asarray(own)[beyond]).all()
            distance = distance[~beyond]
        worst[name] = distance.max()
    assert all(value <= LIMIT for value in worst.values()), worst


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_powers(dtype):  # of normal numbers: IREE's CPU device takes others for zero
    peculiar = torch.tensor([0.0, -0.0, 1.0, -1.0, math.inf, -math.inf, math.nan, 2e-38, -2.0, 0.5, 3.0, 3e38, 16777217.0])
    generator = torch.Generator().manual_seed(0)
    near, any_ = (torch.randn(4000, generator=generator) for _ in range(2))
    x = torch.cat([peculiar.repeat_interleave(13), 1 + near / 1000, (8 * any_).exp2()]).to(dtype)
    y = torch.cat([peculiar.repeat(13), 5000 * any_, near * 8]).to(dtype)

    def step(batch):
        x, y = batch
        return [x**y, *(x**n for n in (-3, -2, -1, 0, 1, 2, 3, 4, 7, 0.5, -0.5, 1.5)), 2**y, (-2) ** y, 1**y, 2.5**y]

    program = fungible.Program(model=torch.nn.Module(), optimizer=None, step=step, batches=[(x, y)], seed=0)
    results = program.compile(targets=["cpu"]).on("cpu").step((x, y))
    with np.errstate(all="ignore"):
        exact = [np.power(x.numpy().astype(np.longdouble), y.numpy())]
    exact += [result.numpy() for result in step((x.double(), y.double()))[1:]]
    worst = [_distance(np.asarray(own), value, np.asarray(own).dtype).max() for own, value in zip(results, exact)]
    assert max(worst) <= LIMIT, worst
