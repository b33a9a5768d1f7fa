"""The arithmetic against exact fractions, rounded as the contract says."""

from fractions import Fraction

import numpy as np
import pytest

from reference.float32 import Float32

_DIGITS, _SMALLEST, _LARGEST = 24, Fraction(2) ** -126, (2 - Fraction(2) ** -23) * Fraction(2) ** 127


def _rounded(exact: Fraction, sign_of_zero: float) -> np.float32:
    """To 24 bits, nearest even, as if exponents had no end; what is then below 2^-126 is a zero."""
    if exact == 0:
        return np.copysign(np.float32(0), np.float32(sign_of_zero))
    size = abs(exact)
    unit = Fraction(2) ** (size.numerator.bit_length() - size.denominator.bit_length() - _DIGITS)
    while size >= unit * 2**_DIGITS:
        unit *= 2
    size = round(size / unit) * unit  # Python rounds ties to even
    value = 0.0 if size < _SMALLEST else np.inf if size > _LARGEST else float(size)
    return np.float32(-value if exact < 0 else value)


def _numbers(generator: np.random.Generator, count: int) -> np.ndarray:
    """f32 of all sizes; half of them of few bits or near powers of two, where ties and cancellation are."""
    sign = generator.integers(0, 2, count, np.uint32) << np.uint32(31)
    exponent = generator.integers(1, 255, count, np.uint32) << np.uint32(23)
    fraction = generator.integers(0, 1 << 23, count, np.uint32)
    few = generator.integers(0, 4, count)
    fraction = np.where(few == 0, fraction & 0x600000, np.where(few == 1, (1 << 23) - 1 - (fraction & 3), fraction))
    return (sign | exponent | fraction.astype(np.uint32)).view(np.float32)


def _same(found, expected):
    np.testing.assert_array_equal(np.asarray(found).view(np.uint32), np.asarray(expected).view(np.uint32))


def _exact(*arrays):
    return [[Fraction(float(x)) for x in array] for array in arrays]


@pytest.fixture
def generator():
    return np.random.default_rng(0)


@pytest.fixture(autouse=True)
def without_warnings():
    with np.errstate(all="ignore"):
        yield


def _near(generator: np.random.Generator, of: np.ndarray, size: float) -> np.ndarray:
    """Numbers whose products with `of` are about `size`, where that is possible."""
    found = (np.float64(size) / of * generator.uniform(0.9, 1.1, of.shape)).astype(np.float32)
    return np.where(np.abs(found) >= 2.0**-126, found, np.float32(1))


@pytest.mark.parametrize("size", [None, 2.0**-126, 2.0**-149, 2.0**128])
@pytest.mark.parametrize("name", ["multiply", "divide", "fma"])
def test_against_fractions(generator, name, size):
    count = 4_000
    a, c = _numbers(generator, count), _numbers(generator, count)
    b = _numbers(generator, count) if size is None else _near(generator, a, size)
    if name == "divide" and size is not None:
        b = np.where(np.isfinite(1 / b), 1 / b, np.float32(1)).astype(np.float32)
        b = np.where(np.abs(b) >= 2.0**-126, b, np.float32(1))
    a, b = (np.where(np.isfinite(x), x, np.float32(1)) for x in (a, b))
    if name == "fma":  # half of the addends are near the product
        close = (-a.astype(np.float64) * b * generator.choice([1, 1 + 2.0**-23, 2.0**-24, 2.0**25], count)).astype(np.float32)
        c = np.where((np.abs(close) >= 2.0**-126) & np.isfinite(close) & (np.arange(count) % 2 == 0), close, c)
        found = Float32().fma(a, b, c)
        expected = [_rounded(x * y + z, x * y + z) for x, y, z in zip(*_exact(a, b, c))]
    elif name == "multiply":
        found = Float32().multiply(a, b)
        expected = [_rounded(x * y, 0) for x, y in zip(*_exact(a, b))]
    else:
        found = Float32().divide(a, b)
        expected = [_rounded(x / y, 0) for x, y in zip(*_exact(a, b))]
    _same(found, np.array(expected))


@pytest.mark.parametrize("name", ["add", "subtract"])
def test_sums_of_small_numbers(generator, name):
    a, b = (_numbers(generator, 4_000) for _ in range(2))
    a, b = (((x.view(np.uint32) & 0x81FFFFFF) | 0x00800000).view(np.float32) for x in (a, b))  # below 2^-122
    sign = 1 if name == "add" else -1
    expected = [_rounded(x + sign * y, 0) for x, y in zip(*_exact(a, b))]
    found = getattr(Float32(), name)(a, b)
    assert (found == 0).sum() > (a == -sign * b).sum()  # some were flushed
    np.testing.assert_array_equal(found, np.array(expected))


@pytest.mark.parametrize(("n", "expected"), [(1448, 2.0**-126), (1449, 0.0)])
def test_tininess_is_after_rounding(n, expected):
    # The product is 2^-126 - n^2 2^-172: on either side of half way from the largest number of 24 bits below 2^-126.
    # Rounded as a subnormal number both are 2^-126.
    a, b = np.float32((2**23 + n) * 2.0**-86), np.float32((2**24 - 2 * n) * 2.0**-87)
    assert a * b == np.float32(2.0**-126)
    for sign in (1, -1):
        wanted = np.copysign(np.float32(expected), np.float32(sign))
        _same(Float32().multiply(sign * a, b), wanted)
        _same(Float32().fma(sign * a, b, np.float32(-0.0)), wanted)


def test_tiny_quotients():
    largest, two = np.float32((2**24 - 1) * 2.0**-126), np.float32(2.0**24)  # 2^-126 - 2^-150; IEEE 754 has 2^-126
    assert largest / two == np.float32(2.0**-126)
    _same(Float32().divide(-largest, two), np.float32(-0.0))


def test_subnormal_operands_are_zeros():
    arithmetic, tiny = Float32(), np.array([2.0**-127, -(2.0**-149)], np.float32)
    arithmetic.note(tiny)
    assert arithmetic.subnormal_operands
    _same(arithmetic.multiply(tiny, np.float32(2.0**100)), np.array([0.0, -0.0], np.float32))
    _same(arithmetic.add(tiny, tiny), np.array([0.0, -0.0], np.float32))
    _same(arithmetic.fma(tiny, np.float32(2.0**100), np.float32(-0.0)), np.array([0.0, -0.0], np.float32))
    _same(arithmetic.sqrt(tiny), np.array([0.0, -0.0], np.float32))


def test_special_values():
    arithmetic, infinity = Float32(), np.float32(np.inf)
    assert arithmetic.fma(np.float32(2.0**127), np.float32(2), -infinity) == -infinity
    assert np.isnan(arithmetic.fma(infinity, np.float32(0), np.float32(1)))
    assert np.isnan(arithmetic.add(infinity, -infinity))
    assert arithmetic.fma(np.float32(2.0**127), np.float32(2), np.float32(-(2.0**127))) == np.float32(2.0**127)
    _same(arithmetic.fma(np.float32(1), np.float32(-1), np.float32(1)), np.float32(0.0))
    _same(arithmetic.fma(np.float32(-0.0), np.float32(1), np.float32(-0.0)), np.float32(-0.0))


def test_sums_are_ascending():
    terms = np.array([[1.0], [2.0**24], [1.0], [-(2.0**24)]], np.float32)
    assert Float32().sums(terms) == 0  # 1 + 2^24 is 2^24, and so is the next sum
    small = np.array([[2.0**-126], [-1.5 * 2.0**-126], [2.0**-126]], np.float32)
    assert Float32().sums(small) == np.float32(2.0**-126)  # the first sum is flushed
