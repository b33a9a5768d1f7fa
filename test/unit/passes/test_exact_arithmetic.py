"""Emulated fused multiply-adds, quotients and roots, bit for bit against exact fractions rounded once."""

import math
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from fungible.passes import _bits, _division, _flushing, _fused
from fungible.passes._exact_rounding import absolute
from fungible.passes._scalar import int32, select

ROOT = Path(__file__).resolve().parents[3]
sys.path += [str(ROOT / "benchmarks" / "numerics"), str(ROOT / "test" / "e2e")]
from compiled import Compiled, of_op  # noqa: E402
from local_devices import runs_here  # noqa: E402

COUNT = 6000
TARGETS = [name for name in ("cpu:x86-64-v2", "vmvx", "vulkan") if runs_here(name)]
SPECIAL = [0.0, -0.0, 1.0, -1.0, math.inf, -math.inf, math.nan, 2.0**-126, -(2.0**-126), 2.0**127, 3.4028235e38, 1e-40, -1e-40]


def _flushed(x: float) -> float:
    return math.copysign(0.0, x) if abs(x) < 2.0**-126 else x


def _rounded(exact: Fraction) -> float:
    """To 24 bits, ties to even, then to zero or infinity; of a number that is not zero."""
    size = abs(exact)
    exponent = size.numerator.bit_length() - size.denominator.bit_length()
    exponent -= size < Fraction(2) ** exponent
    unit = Fraction(2) ** (exponent - 23)
    value = round(size / unit) * unit  # ties to even
    value = math.inf if value >= 2**128 else 0.0 if value < Fraction(2) ** -126 else float(value)
    return -value if exact < 0 else value


def fused(x: float, y: float, z: float) -> float:
    x, y, z = map(_flushed, (x, y, z))
    if not (math.isfinite(x) and math.isfinite(y)):
        return x * y + z
    if not math.isfinite(z):
        return z
    exact = Fraction(x) * Fraction(y) + Fraction(z)
    return _rounded(exact) if exact else x * y * 0.0 + z if x == 0 or y == 0 else 0.0


def quotient(x: float, y: float) -> float:
    x, y = map(_flushed, (x, y))
    if not (math.isfinite(x) and math.isfinite(y)) or x == 0 or y == 0:
        with np.errstate(all="ignore"):
            return float(np.float32(x) / np.float32(y))
    return _rounded(Fraction(x) / Fraction(y))


def root(x: float) -> float:
    x = _flushed(x)
    if not 0 < x < math.inf:
        return x if x == 0 or x == math.inf else math.nan
    exact = Fraction(x)
    scale = 200
    digits = math.isqrt((exact.numerator << 2 * scale) // exact.denominator)
    return _rounded(Fraction(2 * digits + 1, 1 << scale + 1))  # never a tie


def _numbers(generator: np.random.Generator, count: int) -> np.ndarray:
    """Of all exponents; fractions are random, or have few bits that are set or clear."""
    words = generator.integers(0, 2**32, count, dtype=np.uint32)
    few = words & generator.integers(0, 2**32, count, dtype=np.uint32)
    fraction = np.choose(generator.integers(0, 4, count), [words, few, ~few, words & ~np.uint32(0xFFF)])
    return ((words & np.uint32(0xFF800000)) | (fraction & np.uint32(0x7FFFFF))).view(np.float32)


def _triples() -> list[np.ndarray]:
    """Unrelated ones, such that almost cancel, such that are far apart, such with tiny or huge results."""
    generator = np.random.default_rng(5)
    x, y, z = (_numbers(generator, COUNT) for _ in range(3))
    near = slice(COUNT // 4, None)
    with np.errstate(all="ignore"):
        product = x[near].astype(np.float64) * y[near]
        shifts = generator.choice([0, 0, 0, 24, -24, 25, -25, 48, -48, 1], product.size)
        words = (-product * 2.0**shifts).astype(np.float32).view(np.uint32)
        z[near] = (words + generator.integers(-2, 3, product.size).astype(np.uint32)).view(np.float32)
        tiny = slice(COUNT // 2, 3 * COUNT // 4)
        y[tiny] = (2.0 ** generator.integers(-127, -120, x[tiny].size) / x[tiny]).astype(np.float32)
        z[tiny] = np.where(generator.integers(0, 2, x[tiny].size), 0.0, -x[tiny] * y[tiny])
    grid = np.meshgrid(SPECIAL, SPECIAL, SPECIAL)
    for values, special in zip((x, y, z), grid):
        values[: special.size] = special.ravel()
    return [x, y, z]


def _assert_same(found: np.ndarray, reference, *arrays: np.ndarray) -> None:
    expected = np.array([reference(*map(float, values)) for values in zip(*arrays)], np.float32)
    wrong = (found != expected.view(np.uint32)) & ~(np.isnan(found.view(np.float32)) & np.isnan(expected))
    columns = (*arrays, found.view(np.float32), expected)
    rows = [[float(column[i]).hex() for column in columns] for i in np.flatnonzero(wrong)[:3]]
    assert not rows, (int(wrong.sum()), rows)


@pytest.fixture(scope="module", params=TARGETS)
def compiled(request):
    functions = {
        "fused": (3, _fused.through_single),
        "quotient": (2, _division.divide),
        "quotient_of_a_large_guess": (2, lambda x, y: _division.divide(x, y, lambda y: 1.0 / y * (1.0 + 2.0**-21))),
        "quotient_of_a_small_guess": (2, lambda x, y: _division.divide(x, y, lambda y: 1.0 / y * (1.0 - 2.0**-21))),
        "root": (1, _division.square_root),
        "product": (2, lambda x, y: _flushing.multiply(_bits.flush(x), _bits.flush(y))),
        "sum": (2, lambda x, y: _flushing.add(_bits.flush(x), _bits.flush(y))),
        "arith.mulf": (2, of_op("arith.mulf")),
        "arith.addf": (2, of_op("arith.addf")),
        "truncated": (1, lambda x: select(absolute(x).lt(2.0**30), x, 0.0).to(int32()).to(x.type)),
    }
    if request.param.startswith("cpu"):
        functions["fused_through_double"] = (3, _fused.through_double)
    return functions.keys(), Compiled(functions, COUNT, request.param)


def test_fused(compiled):
    names, run = compiled
    triple = _triples()
    for name in ("fused", "fused_through_double"):
        if name in names:
            _assert_same(run(name, *triple), fused, *triple)


def test_quotients_of_any_good_guess(compiled):
    x, y, _ = _triples()
    for name in ("quotient", "quotient_of_a_large_guess", "quotient_of_a_small_guess"):
        _assert_same(compiled[1](name, x, y), quotient, x, y)


def test_roots(compiled):
    x, *_ = _triples()
    _assert_same(compiled[1]("root", x), root, x)


def test_products_and_sums_are_flushed_after_they_are_rounded(compiled):
    x, y, z = _triples()

    def product(x: float, y: float) -> float:
        return fused(x, y, math.copysign(0.0, x) * math.copysign(1.0, y))

    for name in ("product", "arith.mulf"):
        _assert_same(compiled[1](name, x, y), product, x, y)
    for name in ("sum", "arith.addf"):
        _assert_same(compiled[1](name, x, z), lambda x, z: fused(x, 1.0, z), x, z)


def test_conversions_to_integers_truncate(compiled):
    special = [0.5, -0.5, 1.5, 2.5, 8388607.5, -8388607.5, 1e9, 0.0]
    x = np.concatenate([np.linspace(-50, 50, COUNT - len(special)), special]).astype(np.float32)
    _assert_same(compiled[1]("truncated", x), lambda x: float(int(x)), x)
