"""NaN and infinities in compiled programs: as in eager, on every device here."""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F

import fungible
from local_devices import runs_here

FUNCTIONS = {
    "maximum": lambda x, y: torch.maximum(x, y),
    "minimum": lambda x, y: torch.minimum(y, x),
    "minimum with a number": lambda x, y: torch.minimum(x, torch.tensor(0.5)),
    "clamp": lambda x, y: x.clamp(0, 1),
    "clamp_min": lambda x, y: x.clamp_min(0.5),
    "clamp_max": lambda x, y: x.clamp_max(0.5),
    "clamp by tensors": lambda x, y: torch.clamp(x, torch.zeros(8), y),
    "relu": lambda x, y: x.relu(),
    "relu6": lambda x, y: F.relu6(x),
    "hardtanh": lambda x, y: F.hardtanh(x),
    "hardshrink": lambda x, y: F.hardshrink(x),
    "threshold": lambda x, y: F.threshold(x, 0.1, 20.0),
    "largest": lambda x, y: x.amax(),
    "max pool": lambda x, y: F.max_pool1d(x.view(1, 1, 8), 2),
    "equal to itself": lambda x, y: x == x,
    "equal to a copy": lambda x, y: x.clone() == x,
    "unequal": lambda x, y: x != x,
    "not less": lambda x, y: ~(x < y),
    "finite": lambda x, y: x.isfinite(),
    "difference from itself": lambda x, y: x - x,
    "difference of products": lambda x, y: y * x - x * y,
    "add and subtract": lambda x, y: (x + 1) - x,
    "negated sum": lambda x, y: x + (-x),
    "quotient by itself": lambda x, y: x / x,
    "product with zero": lambda x, y: x * (y * 0.0),
    "erfc": lambda x, y: torch.erfc(x),
    "lgamma": lambda x, y: torch.lgamma(x),
    "fmod": lambda x, y: torch.fmod(x, 2.0),
    "fmod of both": lambda x, y: torch.fmod(x, y),
    "nan_to_num": lambda x, y: torch.nan_to_num(x, 7.0),
    "kl_div": lambda x, y: F.kl_div(x, x, log_target=True, reduction="none"),
}


@pytest.mark.parametrize("target", ["cpu", "vulkan"])
def test_special_values(target):
    if not runs_here(target):
        pytest.skip(f"{target} does not run here")
    x = torch.tensor([math.nan, math.inf, -math.inf, -0.0, 1.0, -2.5, 0.3, math.nan])
    y = torch.tensor([1.0, -math.inf, 2.0, 0.0, math.nan, 1.5, math.inf, math.nan])

    def step(batch):
        return [function(*batch) for function in FUNCTIONS.values()]

    program = fungible.Program(model=torch.nn.Module(), optimizer=None, step=step, batches=[(x, y)], seed=0)
    results = program.compile(targets=[target]).on(target).step((x, y))
    # lavapipe computes the product with a constant 0 as 0, whatever SPIR-V says.
    unfit = {"product with zero"} if target == "vulkan" else set()
    for name, own, expected in zip(FUNCTIONS, map(np.asarray, results), step((x, y)), strict=True):
        if name not in unfit:
            np.testing.assert_allclose(own, expected.numpy(), rtol=1e-6, atol=1e-6, err_msg=name)
