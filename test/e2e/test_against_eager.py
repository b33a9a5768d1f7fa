"""The examples are as exact as PyTorch eager; benchmarks/accuracy.py says how that is measured."""

import os
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))
import accuracy  # noqa: E402

FACTOR = 3

slow = pytest.mark.skipif(
    os.environ.get("FUNGIBLE_TEST_SLOW") != "1", reason="slow: 100 steps, run lit with --param slow=1"
)


@pytest.mark.parametrize("name", ["mlp", "digits", "gpt"])
def test_one_step_is_as_exact_as_eager(name):
    ratios = accuracy.one_step(name)
    assert any(key.startswith("gradient of") for key in ratios)
    assert any(key.startswith("model.") for key in ratios)
    worse = {key: ratio for key, ratio in ratios.items() if not ratio <= FACTOR}
    assert not worse, f"{len(worse)} of {len(ratios)} tensors are further from float64 than {FACTOR} times eager: {worse}"


@pytest.mark.parametrize("name", ["mlp", *(pytest.param(name, marks=slow) for name in ("digits", "gpt"))])
def test_a_hundred_losses_are_eagers(name):
    compiled, eager = accuracy.losses(name)
    assert len(compiled) == accuracy.STEPS
    np.testing.assert_allclose(compiled, eager, rtol=1e-3)
