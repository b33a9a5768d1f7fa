"""What IEEE 754 says of NaN, infinities and zeros, and exact numerics of the larger and the smaller of two numbers.

`exact.py` asks for roundings of ordinary numbers; these are what a compiler changes that takes floats for real numbers
(x - x is 0, x * 0.0 is 0, x + 0.0 is x), and what devices disagree about. Which NaN a NaN is stays open.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np

from .check import Check, matmul, pointwise
from .exact import elementwise, rows
from .rounding import fused_multiply_add, product, products, sums

_BOTH_SIGNS = np.array([0.0, 2.0**-126, 1.0, 1.5, 3.0, 2.0**127, np.inf], np.float32)
_ALL = np.concatenate([_BOTH_SIGNS, -_BOTH_SIGNS, np.array([np.nan, 2.0**24 + 2], np.float32)])
_FEW = np.array([0.0, -0.0, -1.5, np.inf, -np.inf, np.nan], np.float32)


def _combinations(values: np.ndarray, count: int) -> list[np.ndarray]:
    """All of `count` operands, again and again up to the shape of `pointwise`."""
    tuples = itertools.islice(itertools.cycle(itertools.product(values, repeat=count)), 257)
    return list(np.array(list(tuples), np.float32).T.copy())


_ONE, _TWO, _THREE = (_combinations(values, count) for values, count in ((_ALL, 1), (_ALL, 2), (_FEW, 3)))


def _mixed_rows(count: int, columns: int) -> np.ndarray:
    """Rows of zeros of both signs; in most of them something else, at another place in each."""
    index = np.arange(count * columns).reshape(count, columns)
    x = np.where(index * 2654435761 >> 7 & 1, np.float32(-0.0), np.float32(0.0)).astype(np.float32)
    x[-1] = -0.0
    for row, value in enumerate(itertools.islice(itertools.cycle([np.nan, np.inf, -np.inf, 1.0, -1.0, 0.0]), count - 1)):
        x[row, row * 11 % columns] = value
        x[row, row * 7 % columns] += np.float32(0 if row % 4 else -np.inf)
    return x


def _zero_is_positive(x: np.ndarray) -> np.ndarray:
    return x + np.float32(0)


def _maximum(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return _zero_is_positive(np.maximum(a, b))


def _minimum(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return _zero_is_positive(np.minimum(a, b))


_RELATIONS = {
    "lt": np.less, "le": np.less_equal, "gt": np.greater, "ge": np.greater_equal, "eq": np.equal, "ne": np.not_equal,
}  # fmt: skip


def _comparisons() -> Check:
    """Bit i of the result is comparison i, the ordered ones first."""
    names = [f"{kind}{relation}" for kind in "ou" for relation in _RELATIONS]
    lines = ["    %n0 = arith.constant 0 : i32"]
    for bit, name in enumerate(names):
        lines.append(f"    %q{bit} = arith.cmpf {name}, %a, %b : f32")
        lines.append(f"    %w{bit} = arith.constant {1 << bit} : i32")
        lines.append(f"    %s{bit} = arith.select %q{bit}, %w{bit}, %n0 : i32")
        result = "%r" if bit == len(names) - 1 else f"%n{bit + 1}"
        lines.append(f"    {result} = arith.ori %n{bit}, %s{bit} : i32")

    def expected(a: np.ndarray, b: np.ndarray) -> list[np.ndarray]:
        unordered, total = np.isnan(a) | np.isnan(b), np.zeros(a.shape, np.int32)
        for bit, name in enumerate(names):
            holds = _RELATIONS[name[1:]](a, b)
            holds = holds & ~unordered if name[0] == "o" else holds | unordered
            total |= holds.astype(np.int32) << bit
        return [total]

    return pointwise("exact_special_comparisons", [("a", "f32"), ("b", "f32")], "i32", "\n".join(lines), _TWO, expected)


_INTEGERS = np.resize(
    np.array([0, 1, -1, 7, 2**24 + 1, 2**24 + 3, -(2**24) - 1, 2**31 - 1, 2**31 - 64, -(2**31), -(2**31) + 65], np.int64), 257
).astype(np.int32)


def _conversion(op: str, dtype: type) -> Check:
    body = f"    %r = arith.{op} %a : i32 to f32"
    return pointwise(f"exact_special_{op}", [("a", "i32")], "f32", body, (_INTEGERS,), lambda a: [a.view(dtype).astype(np.float32)])


def _quiet(function: Callable[..., np.ndarray]) -> Callable[..., np.ndarray]:
    def expected(*arrays: np.ndarray) -> np.ndarray:
        with np.errstate(invalid="ignore"):
            return function(*arrays)

    return expected


def _of_matrices() -> Check:
    name, (m, k, n) = "exact_special_matmul", (18, 3, 20)
    few = np.array([0.0, -0.0, -1.5, 1.0, np.inf, 2.0, 3.0], np.float32)
    inputs = np.resize(few, (m, k)), np.resize(_ALL, (k, n))
    return Check(name, matmul(name, m, k, n).text, inputs, lambda a, b: [_quiet(products)(a, b)])


_ROWS = _mixed_rows(25, 40)

_ZERO = "    %zero = arith.constant 0.0 : f32\n"

CHECKS = (
    elementwise("exact_special_sums", "    %r = arith.addf %a, %b : f32", np.add, *_TWO),
    elementwise("exact_special_differences", "    %r = arith.subf %a, %b : f32", np.subtract, *_TWO),
    elementwise("exact_special_products", "    %r = arith.mulf %a, %b : f32", product, *_TWO),
    elementwise("exact_special_quotients", "    %r = arith.divf %a, %b : f32", np.divide, *_TWO),
    elementwise("exact_special_fused", "    %r = math.fma %a, %b, %c : f32", fused_multiply_add, *_THREE),
    elementwise("exact_special_roots", "    %r = math.sqrt %a : f32", np.sqrt, *_ONE),
    elementwise("exact_special_plus_zero", _ZERO + "    %r = arith.addf %a, %zero : f32", lambda a: a + np.float32(0), *_ONE),
    elementwise("exact_special_times_zero", _ZERO + "    %r = arith.mulf %a, %zero : f32", lambda a: a * np.float32(0), *_ONE),
    elementwise("exact_special_zero_minus", _ZERO + "    %r = arith.subf %zero, %a : f32", lambda a: np.float32(0) - a, *_ONE),
    elementwise("exact_special_less_itself", "    %r = arith.subf %a, %a : f32", lambda a: a - a, *_ONE),
    elementwise("exact_special_over_itself", "    %r = arith.divf %a, %a : f32", lambda a: a / a, *_ONE),
    # Of +0 and -0 devices return either; `fungible-settle-extrema` says which.
    elementwise("exact_special_maximum", "    %r = arith.maximumf %a, %b : f32", _maximum, *_TWO),
    elementwise("exact_special_minimum", "    %r = arith.minimumf %a, %b : f32", _minimum, *_TWO),
    elementwise(
        "exact_special_maximum_number", "    %r = arith.maxnumf %a, %b : f32", lambda a, b: _zero_is_positive(np.fmax(a, b)), *_TWO
    ),
    elementwise(
        "exact_special_minimum_number", "    %r = arith.minnumf %a, %b : f32", lambda a, b: _zero_is_positive(np.fmin(a, b)), *_TWO
    ),
    _comparisons(),
    _conversion("sitofp", np.int32),
    _conversion("uitofp", np.uint32),
    rows("exact_special_sums_of_rows", "addf", "0.0", _ROWS, _quiet(sums)),
    rows("exact_special_maxima_of_rows", "maximumf", "0xFF800000", _ROWS, _quiet(lambda x: _zero_is_positive(x.max(axis=1)))),
    rows("exact_special_minima_of_rows", "minimumf", "0x7F800000", _ROWS, _quiet(lambda x: _zero_is_positive(x.min(axis=1)))),
    _of_matrices(),
)
