"""Functions with exact numerics: the same bits on every target of this machine, special values as PyTorch's.

A sample; `benchmarks/numerics/functions.py` takes all 2^32 numbers.
"""

import math
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

ROOT = Path(__file__).resolve().parents[3]
sys.path += [str(ROOT / "benchmarks" / "numerics"), str(ROOT / "test" / "e2e")]
from compiled import Compiled, of_op  # noqa: E402
from local_devices import runs_here  # noqa: E402
from references import FUNCTIONS, LARGEST_ANGLE, PAIRS, errors, exact, same  # noqa: E402

TARGETS = [name for name in ("cpu:x86-64-v2", "cpu", "vulkan") if runs_here(name)]
COUNT, FEW = 1 << 19, 1 << 12

#: More than the largest error in the sample, in units in the last place; over all numbers some are larger.
LIMITS = {
    "exp": 1.0, "log": 0.9, "log1p": 0.9, "cbrt": 0.8, "exp2": 1.1, "tanh": 1.3, "acos": 1.3, "erf": 1.4, "log2": 1.4,
    "rsqrt": 1.5,
    "expm1": 1.6, "asinh": 1.7, "log10": 1.8, "acosh": 2.0, "atanh": 2.0, "asin": 2.4, "atan": 2.6, "sin": 3.0, "cosh": 3.0,
    "cos": 3.2, "sinh": 3.6, "erfc": 4.0, "tan": 4.6, "powf": 2.5, "atan2": 2.9,
}  # fmt: skip
MOVING = ("absf", "ceil", "copysign", "floor", "round", "roundeven", "trunc")

#: What has another name in PyTorch, which has no cube root.
IN_TORCH = {"absf": "abs", "round": None, "roundeven": "round", "cbrt": None}


def _sample() -> np.ndarray:
    """Numbers of all exponents, and zeros, infinities, NaN and what is near the ends of functions."""
    words = (np.arange(COUNT, dtype=np.uint64) * (2**32 // COUNT | 1) % 2**32).astype(np.uint32)
    special = [0.0, 1.0, 0.5, 2.0, 88.72283, 88.72284, 87.33654, 87.33655, 126.0, 127.0, 128.0, 149.0, 1e7, math.inf, math.nan]
    special = np.array(special, np.float32)
    near = special.view(np.uint32)[:, None] + np.arange(-8, 9).astype(np.uint32)
    near = np.concatenate([near.ravel(), near.ravel() ^ np.uint32(1 << 31)])
    words[: near.size] = near
    return words.view(np.float32)


def _operands(name: str) -> tuple[np.ndarray, ...]:
    """The sample; as the second of two operands, shuffled."""
    x = _sample()
    return (x, np.random.default_rng(0).permutation(x)) if name in PAIRS else (x,)


#: What the interpreter gets of the sample: the special ones and some others.
ROWS = np.concatenate([np.arange(FEW // 4), np.arange(FEW // 4, COUNT, COUNT // FEW * 2)])[:FEW]


@pytest.fixture(scope="module")
def results():
    """Target -> name of the function -> float32 of its operands."""
    operands = {name: _operands(name) for name in (*FUNCTIONS, *PAIRS)}
    functions, found = {name: (len(operands[name]), of_op(f"math.{name}")) for name in operands}, {}
    for target in (*TARGETS, "vmvx"):
        rows = ROWS if target == "vmvx" else slice(None)
        compiled = Compiled(functions, ROWS.size if target == "vmvx" else COUNT, target)
        found[target] = {name: compiled(name, *(x[rows] for x in operands[name])).view(np.float32) for name in functions}
    return found


@pytest.mark.parametrize("name", [*FUNCTIONS, *PAIRS])
def test_the_same_bits_on_every_target(results, name):
    for target in results:
        rows = ROWS if target == "vmvx" else slice(None)
        expected, found = results[TARGETS[0]][name][rows], results[target][name]
        differs = ~same(found, expected)
        assert not differs.any(), (target, _sample()[rows][differs][:3], found[differs][:3], expected[differs][:3])


@pytest.mark.parametrize("name", [*FUNCTIONS, *PAIRS])
def test_errors(results, name):
    operands, found = _operands(name), results[TARGETS[0]][name]
    error = errors(found, exact(name, *operands))
    worst = error.argmax()
    assert error[worst] <= (0.0 if name in MOVING else LIMITS[name]), (error[worst], [x[worst] for x in operands], found[worst])


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if IN_TORCH.get(name, name)])
def test_special_values_are_those_of_torch(results, name):
    x = np.array([0.0, -0.0, 1.0, -1.0, math.inf, -math.inf, math.nan], np.float32)
    expected = getattr(torch, IN_TORCH.get(name, name))(torch.from_numpy(x)).numpy()
    sample = _sample()
    rows = [np.flatnonzero((sample.view(np.uint32) == word))[0] for word in x.view(np.uint32)]
    found = results[TARGETS[0]][name][rows]
    assert np.array_equal(np.isnan(found), np.isnan(expected))
    special = np.isinf(expected) | (expected == 0)
    assert np.array_equal(found[special].view(np.uint32), expected[special].view(np.uint32))


@pytest.mark.parametrize("name", ["cos", "sin", "tan"])
def test_angles_end(results, name):
    beyond = np.abs(_sample()) >= LARGEST_ANGLE
    assert beyond.any() and np.isnan(results[TARGETS[0]][name][beyond]).all()
