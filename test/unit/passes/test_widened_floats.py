"""Passes that do without 16-bit floats, by what their results compute on this CPU."""

import ml_dtypes
import numpy as np
import pytest

from legalized import call, function, loaded, passed

#: Digits, the exponent of the smallest normal number, and that of overflow.
_FORMATS = {"f16": (11, -14, 16), "bf16": (8, -126, 128)}


def _nearest(x: np.ndarray, kind: str) -> np.ndarray:
    """float64 to the nearest number of the type, ties to even, as float32; by the definition."""
    digits, smallest, overflow = _FORMATS[kind]
    exponent = np.maximum(np.frexp(x)[1] - 1, smallest)
    step = np.exp2((exponent - digits + 1).astype(np.float64))
    with np.errstate(invalid="ignore"):
        rounded = np.rint(x / step) * step
        beyond = np.isfinite(x) & (np.abs(rounded) >= 2.0**overflow)
    return np.where(beyond, np.copysign(np.inf, x), np.where(np.isfinite(x), rounded, x)).astype(np.float32)


def _dtype(kind: str) -> np.dtype:
    return np.dtype({"f16": np.float16, "bf16": ml_dtypes.bfloat16}[kind])


def _all_numbers(kind: str) -> np.ndarray:
    """All 65536 of the type as float32."""
    return np.arange(2**16, dtype=np.uint16).view(_dtype(kind)).astype(np.float32)


def _assert_same_bits(found: np.ndarray, expected: np.ndarray) -> None:
    np.testing.assert_array_equal(np.isnan(found), np.isnan(expected))
    numbers = ~np.isnan(expected)
    np.testing.assert_array_equal(found[numbers].view(np.uint32), expected[numbers].view(np.uint32))


@pytest.mark.parametrize("kind", ["f16", "bf16"])
def test_widened_truncation_rounds_to_the_type(kind):
    """Every number of the type, everything halfway between two, both neighbours of that, random bits."""
    bits = np.random.default_rng(0).integers(0, 2**32, 2**16, dtype=np.uint32)
    numbers = _all_numbers(kind)
    halfway = (np.arange(2**16, dtype=np.uint32) << 16 | 0x8000) if kind == "bf16" else None
    if halfway is None:
        ordered = np.sort(numbers[np.isfinite(numbers)])
        halfway = np.append((ordered[1:] + ordered[:-1]) / 2, [65520, -65520, 2.0**-25])
        halfway = halfway.astype(np.float32).view(np.uint32)
    bits = np.concatenate([bits, numbers.view(np.uint32), halfway, halfway + 1, halfway - 1])
    x = bits.view(np.float32)
    body = f"%r = arith.truncf %0 : f32 to {kind}\n%w = arith.extf %r : {kind} to f32\nlinalg.yield %w : f32"
    text = function("main", ["f32"], "f32", x.size, body)
    widened = passed(text, f"fungible-widen-floats,verify-legalized-contract{{lacks={kind}}}")
    (found,) = call(loaded(widened)["main"], x)
    with np.errstate(over="ignore", invalid="ignore"):
        _assert_same_bits(found, x.astype(_dtype(kind)).astype(np.float32))
        _assert_same_bits(found, _nearest(x.astype(np.float64), kind))


@pytest.mark.parametrize("kind", ["f16", "bf16"])
def test_widened_arithmetic_is_that_of_the_type(kind):
    """But for what is subnormal in f32, which IREE's runtime flushes: no number of f16, some of bf16."""
    count, rng = 20000, np.random.default_rng(1)
    a, b = (rng.choice(_all_numbers(kind), count) for _ in range(2))
    with np.errstate(all="ignore"):
        near = a[::2].astype(np.float64) * np.exp2(rng.integers(-9, 9, count // 2))  # sums that cancel and carry
        b[::2] = _nearest(near, kind)
        wide = [x.astype(np.float64) for x in (a, b)]
        expected = {
            "addf": wide[0] + wide[1],
            "subf": wide[0] - wide[1],
            "mulf": wide[0] * wide[1],
            "divf": wide[0] / wide[1],
            "sqrt": np.sqrt(wide[0]),
            "negf": -wide[0],
            "maximumf": np.maximum(*wide),
        }
    text = ""
    for name in expected:
        unary = {"sqrt": f"math.sqrt %0 : {kind}", "negf": f"arith.negf %0 : {kind}"}
        op = unary.get(name, f"arith.{name} %0, %1 : {kind}")
        text += function(name, [kind, kind], kind, count, f"%r = {op}\nlinalg.yield %r : {kind}")
    module = loaded(passed(text, f"fungible-widen-floats{{types={kind}}},verify-legalized-contract{{lacks={kind}}}"))
    for name, exact in expected.items():
        (found,) = call(module[name], a, b)
        with np.errstate(all="ignore"):
            rounded = _nearest(exact, kind)
        if name == "maximumf":  # of two zeros either may be the larger one
            rounded[rounded == 0], found[found == 0] = 0, 0
        normal = ~np.any([(x != 0) & (np.abs(x) < 2.0**-126) for x in (*wide, exact)], axis=0)
        assert normal.all() or kind == "bf16"
        _assert_same_bits(found[normal], rounded[normal])


def test_widened_integers_and_constants():
    x = np.array([0, 1, -1, 255, 257, 2049, 2051, 65519, 65520, -65535, 10**9], np.int32)
    text = ""
    for kind in ("f16", "bf16"):
        body = f"%r = arith.sitofp %0 : i32 to {kind}\nlinalg.yield %r : {kind}"
        text += function(f"from_{kind}", ["i32"], kind, x.size, body)
        body = f"""
          %c = arith.constant 0.1 : {kind}
          %1 = arith.sitofp %0 : i32 to {kind}
          %2 = arith.maximumf %1, %c : {kind}
          %lowest = arith.constant -1000.0 : {kind}
          %highest = arith.constant 1000.0 : {kind}
          %3 = arith.minimumf %1, %highest : {kind}
          %4 = arith.fptosi %3 : {kind} to i32
          %5 = arith.sitofp %4 : i32 to {kind}
          %6 = arith.cmpf ogt, %1, %c : {kind}
          %7 = arith.select %6, %5, %c : {kind}
          linalg.yield %7 : {kind}"""
        text += function(f"mixed_{kind}", ["i32"], kind, x.size, body)
    module = loaded(passed(text, "fungible-widen-floats,verify-legalized-contract{lacks=f16,bf16}"))
    for kind in ("f16", "bf16"):
        wide = _nearest(x.astype(np.float64), kind)
        _assert_same_bits(call(module[f"from_{kind}"], x)[0], wide)
        tenth, thousand = (_nearest(np.array(v), kind) for v in (0.1, 1000.0))
        _assert_same_bits(
            call(module[f"mixed_{kind}"], x)[0], np.where(wide > tenth, np.minimum(wide, thousand), tenth)
        )
