"""Computations whose results exact numerics fix to the last bit, and which a device that breaks the contract gets wrong.

What `checks.py` leaves open on purpose is what these look at: order of sums, fusion of products with sums, rounding of
quotients and roots, and subnormal numbers. A device that passes keeps the contract in what was asked, which is a
sample; docs/numerics.md says for which functions all inputs were compared.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from .. import threefry
from ..runtime.conversion import without_subnormals
from .check import Check, matmul, pointwise
from .rounding import product, products, sums


def numbers(*shape: int, stream: int, exponents: tuple[int, int] = (-3, 3)) -> np.ndarray:
    """float32 with 24 significant bits of both signs, their exponents evenly within the range."""
    count = math.prod(shape)
    words = threefry.words(2 * count, (1, 2), 3, stream).astype(np.int64)
    low, high = exponents
    exponent = low + words[:count] % (high - low + 1) + 127
    bits = (words[count:] & 0x807FFFFF) | exponent << 23
    return bits.astype(np.uint32).view(np.float32).reshape(shape)


def _products(name: str, m: int, k: int, n: int, stream: int) -> Check:
    text = matmul(name, m, k, n).text
    return Check(name, text, (numbers(m, k, stream=stream), numbers(k, n, stream=stream + 1)), lambda a, b: [products(a, b)])


def rows(name: str, combine: str, start: str, x: np.ndarray, expected: Callable[[np.ndarray], np.ndarray]) -> Check:
    """The elements of each row of x combined in ascending order."""
    rows, columns = x.shape
    type_ = f"tensor<{rows}x{columns}xf32>"
    text = f"""
func.func @{name}(%x: {type_}) -> tensor<{rows}xf32> {{
  %first = arith.constant {start} : f32
  %empty = tensor.empty() : tensor<{rows}xf32>
  %start = linalg.fill ins(%first : f32) outs(%empty : tensor<{rows}xf32>) -> tensor<{rows}xf32>
  %r = linalg.generic {{indexing_maps = [affine_map<(i, k) -> (i, k)>, affine_map<(i, k) -> (i)>],
      iterator_types = ["parallel", "reduction"]}} ins(%x : {type_}) outs(%start : tensor<{rows}xf32>) {{
  ^bb0(%in: f32, %total: f32):
    %next = arith.{combine} %total, %in : f32
    linalg.yield %next : f32
  }} -> tensor<{rows}xf32>
  return %r : tensor<{rows}xf32>
}}"""
    return Check(name, text, (x,), lambda x: [expected(x)])


def elementwise(name: str, body: str, expected: Callable, *inputs: np.ndarray) -> Check:
    """`body` computes `%r` from f32 `%a`, `%b`, ...; the answer is flushed."""
    arguments = [(letter, "f32") for letter, _ in zip("abc", inputs)]

    def answer(*arrays: np.ndarray) -> list[np.ndarray]:
        with np.errstate(all="ignore"):
            return [without_subnormals(expected(*arrays))]

    return pointwise(name, arguments, "f32", body, inputs, answer)


_WIDE = (-120, 120)

CHECKS = (
    _products("exact_products", 37, 65, 29, 10),
    _products("exact_products_even", 64, 256, 64, 12),
    _products("exact_products_row", 1, 300, 19, 14),
    _products("exact_products_column", 33, 90, 1, 16),
    rows("exact_sums", "addf", "0.0", numbers(5, 1009, stream=20), sums),
    rows("exact_sums_even", "addf", "0.0", numbers(64, 1024, stream=21), sums),
    # Fused, the product would not be rounded before the sum, which cancels most of it.
    elementwise(
        "exact_separate",
        "    %p = arith.mulf %a, %b : f32\n    %r = arith.subf %p, %c : f32",
        lambda a, b, c: a * b - c,
        numbers(257, stream=30),
        numbers(257, stream=31),
        numbers(257, stream=30) * numbers(257, stream=31),
    ),
    elementwise(
        "exact_separate_negated",
        "    %n = arith.negf %a : f32\n    %p = arith.mulf %n, %b : f32\n    %r = arith.addf %p, %c : f32",
        lambda a, b, c: c - a * b,
        numbers(257, stream=30),
        numbers(257, stream=31),
        numbers(257, stream=30) * numbers(257, stream=31),
    ),
    elementwise(
        "exact_separate_difference",
        "    %d = arith.subf %b, %a : f32\n    %p = arith.mulf %d, %b : f32\n    %n = arith.negf %p : f32\n    %r = arith.subf %n, %c : f32",
        lambda a, b, c: -((b - a) * b) - c,
        numbers(257, stream=30),
        numbers(257, stream=31),
        numbers(257, stream=30) * numbers(257, stream=31),
    ),
    elementwise(
        "exact_quotients",
        "    %r = arith.divf %a, %b : f32",
        lambda a, b: a / b,
        numbers(257, stream=40, exponents=_WIDE),
        numbers(257, stream=41, exponents=_WIDE),
    ),
    elementwise(
        "exact_roots",
        "    %s = math.absf %a : f32\n    %r = math.sqrt %s : f32",
        lambda a: np.sqrt(np.abs(a)),
        numbers(257, stream=42, exponents=_WIDE),
    ),
    # Results of about 2^-126: some of them normal, some subnormal, which have to be zero.
    elementwise(
        "exact_tiny",
        "    %p = arith.mulf %a, %b : f32\n    %r = arith.addf %p, %c : f32",
        lambda a, b, c: product(a, b) + c,
        numbers(257, stream=50, exponents=(-64, -60)),
        numbers(257, stream=51, exponents=(-64, -60)),
        numbers(257, stream=52, exponents=(-126, -120)),
    ),
)
