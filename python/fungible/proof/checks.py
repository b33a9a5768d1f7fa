"""Computations whose results are known, as MLIR at the `fungible` stage and as NumPy.

They go through the passes and the code generator that the program goes through. Products and
sums are of small integers, which floating point adds exactly in every order: their answers hold
to the last bit whatever a target does with order and fusion. Functions are compared within
a tolerance.

Artifacts hold the compiled checks and their names, and are proved by what is written here under
those names: a check that changes gets another name.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from .. import threefry
from . import exact, special
from .check import INDEX, Check, function, matmul, pointwise, reduction, spread, whole

_NUMERICS = 'numerics = #fungible.numerics<"any", "any", "any">'


def _integers(name: str, type_: str, dtype: type, **more) -> Check:
    body = f"""
    %one = arith.constant 1 : {type_}
    %seven = arith.constant 7 : {type_}
    %p = arith.muli %a, %b : {type_}
    %q = arith.shli %p, %seven : {type_}
    %s = arith.shrui %q, %seven : {type_}
    %d = arith.divsi %s, %seven : {type_}
    %m = arith.remsi %p, %seven : {type_}
    %u = arith.remui %p, %seven : {type_}
    %x = arith.xori %d, %m : {type_}
    %y = arith.addi %x, %u : {type_}
    %less = arith.cmpi slt, %a, %b : {type_}
    %minus = arith.subi %y, %one : {type_}
    %r = arith.select %less, %y, %minus : {type_}"""
    bits = np.dtype(dtype).itemsize * 8

    def expected(a, b):
        results = []
        for x, y in zip(a.tolist(), b.tolist(), strict=True):
            product = x * y % 2**bits
            shifted = (product << 7) % 2**bits >> 7
            signed = product - 2**bits if product >> (bits - 1) else product
            value = (shifted // 7) ^ (abs(signed) % 7 * (1 if signed > 0 else -1))
            value = value + product % 7 - (0 if x < y else 1)
            value %= 2**bits
            results.append(value - 2**bits if value >> (bits - 1) else value)
        return [np.array(results, dtype)]

    index = np.arange(257, dtype=np.int64)
    a = (index * 40503 * 2654435761 - 2**40).astype(dtype)
    b = (index * index * 2246822519 + 77).astype(dtype)
    return pointwise(name, [("a", type_), ("b", type_)], type_, body, (a, b), expected, **more)


def _argmax(x: np.ndarray) -> list[np.ndarray]:
    return [x.argmax(axis=1).astype(np.int64)]


_ARGMAX = """
func.func @argmax(%x: tensor<9x131xf32>) -> tensor<9xi64> {
  %low = arith.constant 0xFF800000 : f32
  %zero = arith.constant 0 : i64
  %ev = tensor.empty() : tensor<9xf32>
  %ei = tensor.empty() : tensor<9xi64>
  %v = linalg.fill ins(%low : f32) outs(%ev : tensor<9xf32>) -> tensor<9xf32>
  %i = linalg.fill ins(%zero : i64) outs(%ei : tensor<9xi64>) -> tensor<9xi64>
  %r:2 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i)>],
      iterator_types = ["parallel", "reduction"]} ins(%x : tensor<9x131xf32>) outs(%v, %i : tensor<9xf32>, tensor<9xi64>) {
  ^bb0(%in: f32, %best: f32, %where: i64):
    %j = linalg.index 1 : index
    %k = arith.index_cast %j : index to i64
    %m = arith.maximumf %in, %best : f32
    %more = arith.cmpf ogt, %in, %best : f32
    %w = arith.select %more, %k, %where : i64
    linalg.yield %m, %w : f32, i64
  } -> (tensor<9xf32>, tensor<9xi64>)
  return %r#1 : tensor<9xi64>
}"""

_CONVOLUTION = f"""
func.func @convolution(%x: tensor<2x3x9x7xf32>, %w: tensor<5x3x3x3xf32>, %b: tensor<5xf32>) -> tensor<2x5x9x7xf32> {{
  %r = "fungible.convolution"(%x, %w, %b) {{dilation = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1>, stride = array<i64: 1, 1>, {_NUMERICS}}}
    : (tensor<2x3x9x7xf32>, tensor<5x3x3x3xf32>, tensor<5xf32>) -> tensor<2x5x9x7xf32>
  return %r : tensor<2x5x9x7xf32>
}}"""


def _convolution(x: np.ndarray, w: np.ndarray, b: np.ndarray) -> list[np.ndarray]:
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(2, 3))
    return [(np.einsum("nchwij,ocij->nohw", windows, w) + b[None, :, None, None]).astype(np.float32)]


_MAX_POOL = f"""
func.func @max_pool(%x: tensor<2x3x8x10xf32>) -> tensor<2x3x4x5xf32> {{
  %r:2 = "fungible.max_pool"(%x) {{ceil_mode = false, dilation = array<i64: 1, 1>, kernel = array<i64: 2, 2>, padding = array<i64: 0, 0>, stride = array<i64: 2, 2>, {_NUMERICS}}}
    : (tensor<2x3x8x10xf32>) -> (tensor<2x3x4x5xf32>, tensor<2x3x4x5xi32>)
  return %r#0 : tensor<2x3x4x5xf32>
}}"""


def _softmax_of(name: str, rows: int, columns: int, dim: int = 1) -> Check:
    type_ = f"tensor<{rows}x{columns}xf32>"
    text = f"""
func.func @{name}(%x: {type_}) -> {type_} {{
  %r = "fungible.softmax"(%x) {{dim = {dim} : i64, safe = false, {_NUMERICS}}} : ({type_}) -> {type_}
  return %r : {type_}
}}"""

    def softmax(x: np.ndarray) -> list[np.ndarray]:
        e = np.exp(x.astype(np.float64) - x.max(axis=dim, keepdims=True))
        return [(e / e.sum(axis=dim, keepdims=True)).astype(np.float32)]

    return Check(name, text, (whole(rows, columns) / 3,), softmax, 1e-5)


# A batch of products that tiles do not divide, scaled by sums of rows, as in attention.
_SCALED = """
func.func @scaled_products(%x: tensor<2x12x8xf32>) -> tensor<2x12x12xf32> {
  %zero = arith.constant 0.0 : f32
  %ep = tensor.empty() : tensor<2x12x12xf32>
  %es = tensor.empty() : tensor<2x12xf32>
  %p = linalg.fill ins(%zero : f32) outs(%ep : tensor<2x12x12xf32>) -> tensor<2x12x12xf32>
  %s = linalg.fill ins(%zero : f32) outs(%es : tensor<2x12xf32>) -> tensor<2x12xf32>
  %products = linalg.batch_matmul indexing_maps = [affine_map<(b, m, n, k) -> (b, m, k)>, affine_map<(b, m, n, k) -> (b, n, k)>, affine_map<(b, m, n, k) -> (b, m, n)>]
    ins(%x, %x : tensor<2x12x8xf32>, tensor<2x12x8xf32>) outs(%p : tensor<2x12x12xf32>) -> tensor<2x12x12xf32>
  %sums = linalg.reduce { arith.addf } ins(%x : tensor<2x12x8xf32>) outs(%s : tensor<2x12xf32>) dimensions = [2]
  %r = linalg.generic {indexing_maps = [affine_map<(b, m, n) -> (b, m, n)>, affine_map<(b, m, n) -> (b, m)>, affine_map<(b, m, n) -> (b, m, n)>],
      iterator_types = ["parallel", "parallel", "parallel"]} ins(%products, %sums : tensor<2x12x12xf32>, tensor<2x12xf32>) outs(%ep : tensor<2x12x12xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %c = arith.mulf %a, %b : f32
    linalg.yield %c : f32
  } -> tensor<2x12x12xf32>
  return %r : tensor<2x12x12xf32>
}"""


def _scaled(x: np.ndarray) -> list[np.ndarray]:
    return [x @ x.transpose(0, 2, 1) * x.sum(axis=2, keepdims=True)]


_RANDOM = """
func.func @random(%seed: tensor<2xi32>, %step: tensor<i32>) -> tensor<5x103xf32> {
  %r = "fungible.uniform"(%seed, %step) {stream = 3 : i64} : (tensor<2xi32>, tensor<i32>) -> tensor<5x103xf32>
  return %r : tensor<5x103xf32>
}"""


def _random(seed: np.ndarray, step: np.ndarray) -> list[np.ndarray]:
    words = threefry.words(5 * 103, (int(seed[0]), int(seed[1])), int(step), 3)
    return [((words >> np.uint32(8)) * np.float32(2**-24)).astype(np.float32).reshape(5, 103)]


_GATHER = """
func.func @gather(%x: tensor<31x5xf32>, %i: tensor<17xi32>) -> tensor<17x5xf32> {
  %empty = tensor.empty() : tensor<17x5xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>],
      iterator_types = ["parallel", "parallel"]} ins(%i : tensor<17xi32>) outs(%empty : tensor<17x5xf32>) {
  ^bb0(%in: i32, %out: f32):
    %row = arith.index_cast %in : i32 to index
    %column = linalg.index 1 : index
    %e = tensor.extract %x[%row, %column] : tensor<31x5xf32>
    linalg.yield %e : f32
  } -> tensor<17x5xf32>
  return %r : tensor<17x5xf32>
}"""

_STATE = """
"fungible.state"() {role = "buffer", sym_name = "total", type = tensor<5xf32>} : () -> ()
func.func @state(%x: tensor<5xf32>) -> tensor<5xf32> {
  %old = "fungible.state_read"() {state = @total} : () -> tensor<5xf32>
  %new = arith.addf %old, %x : tensor<5xf32>
  "fungible.state_write"(%new) {state = @total} : (tensor<5xf32>) -> ()
  return %new : tensor<5xf32>
}"""


_BYTES = """
    %narrow = arith.trunci %i : i32 to i8
    %sum = arith.addi %a, %narrow : i8
    %r = arith.select %m, %sum, %a : i8"""


def _bytes(a: np.ndarray, i: np.ndarray, m: np.ndarray) -> list[np.ndarray]:
    return [np.where(m, a + i.astype(np.int8), a)]


def _half(name: str, type_: str, rounded: Callable[[np.ndarray], np.ndarray]) -> Check:
    # One rounding, of the value that is stored: between ops of one kernel a target may keep more digits.
    body = f"""
    %p = arith.mulf %a, %b : f32
    %r = arith.truncf %p : f32 to {type_}"""
    arguments = [("a", "f32"), ("b", "f32")]
    inputs = (spread(-3.7, 5.3), spread(2.1, -9.9))
    return pointwise(name, arguments, type_, body, inputs, lambda a, b: [rounded(a * b)], result=name)


def _bfloat16(x: np.ndarray) -> np.ndarray:
    bits = x.astype(np.float32).view(np.uint32)
    return ((bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF0000).astype(np.uint32).view(np.float32)


def _float16(x: np.ndarray) -> np.ndarray:
    return x.astype(np.float16).astype(np.float32)


CHECKS = (
    matmul("matmul", 37, 65, 29),
    matmul("matmul_large", 130, 258, 66),
    matmul("matvec", 64, 512, 1),
    reduction("sum", "addf", "0.0", (5, 1009), np.sum),
    reduction("sum_short", "addf", "0.0", (300, 33), np.sum),
    # Whole multiples of every subgroup's size: reductions across subgroups where a target has them.
    reduction("sum_even", "addf", "0.0", (64, 1024), np.sum),
    reduction("sum_long", "addf", "0.0", (4, 8192), np.sum),
    reduction("max", "maximumf", "0xFF800000", (7, 130), np.max),
    reduction("max_even", "maximumf", "0xFF800000", (128, 512), np.max),
    Check("argmax", _ARGMAX, (whole(9, 131, span=60),), _argmax),
    _integers("integers", "i32", np.int32),
    _integers("integers_64", "i64", np.int64, needs=("int64",)),
    pointwise(
        "bytes",
        [("a", "i8"), ("i", "i32"), ("m", "i1")],
        "i8",
        _BYTES,
        (INDEX.astype(np.int8), INDEX * 77, INDEX % 3 == 1),
        _bytes,
    ),
    pointwise(
        "booleans",
        [("a", "f32"), ("b", "f32")],
        "i1",
        "    %r = arith.cmpf ogt, %a, %b : f32",
        (whole(257), whole(257)[::-1].copy()),
        lambda a, b: [a > b],
    ),
    Check("random", _RANDOM, (np.array([-7, 99], np.int32), np.array(12, np.int32)), _random),
    Check("gather", _GATHER, (whole(31, 5), (np.arange(17, dtype=np.int32) * 11) % 31), lambda x, i: [x[i]]),
    Check("convolution", _CONVOLUTION, (whole(2, 3, 9, 7), whole(5, 3, 3, 3), whole(5)), _convolution),
    Check("max_pool", _MAX_POOL, (whole(2, 3, 8, 10, span=99),), lambda x: [x.reshape(2, 3, 4, 2, 5, 2).max(axis=(3, 5))]),
    _softmax_of("softmax", 6, 37),
    _softmax_of("softmax_even", 32, 256),
    _softmax_of("softmax_of_columns", 37, 6, dim=0),
    Check("scaled_products", _SCALED, (whole(2, 12, 8),), _scaled),
    function("exp", "exp", spread(-4, 4), np.exp),
    function("log", "log", spread(1e-3, 90), np.log),
    function("tanh", "tanh", spread(-6, 6), np.tanh),
    function("erf", "erf", spread(-4, 4), np.vectorize(math.erf)),
    function("sin", "sin", spread(-7, 7), np.sin),
    function("cos", "cos", spread(-7, 7), np.cos),
    function("sqrt", "sqrt", spread(0, 50), np.sqrt),
    function("rsqrt", "rsqrt", spread(1e-2, 50), lambda x: 1 / np.sqrt(x)),
    _half("float16", "f16", _float16),
    _half("bfloat16", "bf16", _bfloat16),
    Check("state", _STATE, (whole(5),), lambda x: [x]),
)


#: Checks of `CHECKS` that mean the same under exact numerics: they round nothing, or only numbers that need no rounding.
_UNDER_EXACT = (
    "matmul", "matmul_large", "matvec", "argmax", "integers", "integers_64", "bytes", "booleans", "random", "gather",
    "convolution", "max_pool", "state",
)  # fmt: skip

#: Every check that there is, by name.
KNOWN = {check.name: check for check in (*CHECKS, *exact.CHECKS, *special.CHECKS)}


def applicable(dtypes: dict, numerics: str = "fast") -> list[Check]:
    """The checks for a device that lacks the dtypes that are keys of `dtypes` (see `Target.dtypes`)."""
    wanted = CHECKS if numerics == "fast" else [*(KNOWN[name] for name in _UNDER_EXACT), *exact.CHECKS, *special.CHECKS]
    return [check for check in wanted if not set(check.needs) & set(dtypes)]


def program(checks: Sequence[Check], numerics: str = "fast") -> str:
    """The module of some checks, at the `fungible` stage."""
    attributes = "" if numerics == "fast" else f' attributes {{fungible.numerics = "{numerics}"}}'
    return f"module @checks{attributes} {{" + "\n".join(check.text for check in checks) + "\n}\n"
