"""Computations whose results are known, as MLIR at the `fungible` stage and as NumPy.

They go through the passes and the code generator that the program goes through. Products and
sums are of small integers, which floating point adds exactly in every order: their answers hold
to the last bit whatever a target does with order and fusion. Functions are compared within
a tolerance.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from .. import threefry

_NUMERICS = 'numerics = #fungible.numerics<"any", "any", "any">'


@dataclass(frozen=True)
class Check:
    """One function of the check program.

    Attributes:
        name: Of the function.
        text: Its MLIR.
        inputs: What it is called with.
        expected: What it returns, computed from the inputs.
        tolerance: Of floating-point results, relative; 0 for the same bits. Elements below a
            twentieth of the largest are compared as if they were that.
        needs: The dtypes, if any, that the device must have of its own for the check to mean anything.
        result: The dtype of the results where it is not that of `expected`: 16-bit floats are
            expected as float32, since NumPy does not know all of them.
    """

    name: str
    text: str
    inputs: Sequence[np.ndarray]
    expected: Callable[..., Sequence[np.ndarray]]
    tolerance: float = 0.0
    needs: tuple[str, ...] = ()
    result: str | None = None


def _whole(*shape: int, span: int = 7) -> np.ndarray:
    """Small whole numbers of both signs, without a pattern that a wrong index would not disturb."""
    index = np.arange(math.prod(shape), dtype=np.int64)
    return ((index * 2654435761 % 4294967296 >> 7) % (2 * span + 1) - span).astype(np.float32).reshape(shape)


_INDEX = np.arange(257, dtype=np.int32)


def _spread(low: float, high: float) -> np.ndarray:
    return np.linspace(low, high, 257, dtype=np.float32)


def _matmul(name: str, m: int, k: int, n: int) -> Check:
    text = f"""
func.func @{name}(%a: tensor<{m}x{k}xf32>, %b: tensor<{k}x{n}xf32>) -> tensor<{m}x{n}xf32> {{
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<{m}x{n}xf32>
  %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<{m}x{n}xf32>) -> tensor<{m}x{n}xf32>
  %r = linalg.matmul ins(%a, %b : tensor<{m}x{k}xf32>, tensor<{k}x{n}xf32>) outs(%start : tensor<{m}x{n}xf32>) -> tensor<{m}x{n}xf32>
  return %r : tensor<{m}x{n}xf32>
}}"""
    return Check(name, text, (_whole(m, k), _whole(k, n)), lambda a, b: [a @ b])


def _reduction(name: str, combine: str, start: str, shape: tuple[int, int], expected: Callable) -> Check:
    rows, columns = shape
    type_ = f"tensor<{rows}x{columns}xf32>"
    text = f"""
func.func @{name}(%x: {type_}) -> tensor<{rows}xf32> {{
  %first = arith.constant {start} : f32
  %empty = tensor.empty() : tensor<{rows}xf32>
  %start = linalg.fill ins(%first : f32) outs(%empty : tensor<{rows}xf32>) -> tensor<{rows}xf32>
  %r = linalg.reduce {{ arith.{combine} }} ins(%x : {type_}) outs(%start : tensor<{rows}xf32>) dimensions = [1]
  return %r : tensor<{rows}xf32>
}}"""
    return Check(name, text, (_whole(rows, columns, span=50),), lambda x: [expected(x, axis=1)])


def _pointwise(name: str, arguments: Sequence[tuple[str, str]], out: str, body: str, *rest, **more) -> Check:
    """`body` computes `%r` from the elements `%a`, `%b`, ...; shapes are `257`."""
    names = [letter for letter, _ in arguments]
    signature = ", ".join(f"%{letter}v: tensor<257x{type_}>" for letter, type_ in arguments)
    inputs = ", ".join(f"%{letter}v" for letter in names)
    types = ", ".join(f"tensor<257x{type_}>" for _, type_ in arguments)
    block = ", ".join(f"%{letter}: {type_}" for letter, type_ in arguments)
    same = "affine_map<(i) -> (i)>"
    text = f"""
func.func @{name}({signature}) -> tensor<257x{out}> {{
  %empty = tensor.empty() : tensor<257x{out}>
  %all = linalg.generic {{indexing_maps = [{", ".join([same] * (len(names) + 1))}], iterator_types = ["parallel"]}}
      ins({inputs} : {types}) outs(%empty : tensor<257x{out}>) {{
  ^bb0({block}, %out: {out}):
{body}
    linalg.yield %r : {out}
  }} -> tensor<257x{out}>
  return %all : tensor<257x{out}>
}}"""
    return Check(name, text, *rest, **more)


def _function(name: str, op: str, values: np.ndarray, expected: Callable) -> Check:
    def exact(x):
        return [expected(x.astype(np.float64)).astype(np.float32)]

    return _pointwise(name, [("a", "f32")], "f32", f"    %r = math.{op} %a : f32", (values,), exact, 1e-5)


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
    return _pointwise(name, [("a", type_), ("b", type_)], type_, body, (a, b), expected, **more)


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

def _softmax_of(name: str, rows: int, columns: int) -> Check:
    type_ = f"tensor<{rows}x{columns}xf32>"
    text = f"""
func.func @{name}(%x: {type_}) -> {type_} {{
  %r = "fungible.softmax"(%x) {{dim = 1 : i64, safe = false, {_NUMERICS}}} : ({type_}) -> {type_}
  return %r : {type_}
}}"""
    return Check(name, text, (_whole(rows, columns) / 3,), _softmax, 1e-5)


def _softmax(x: np.ndarray) -> list[np.ndarray]:
    e = np.exp(x.astype(np.float64) - x.max(axis=1, keepdims=True))
    return [(e / e.sum(axis=1, keepdims=True)).astype(np.float32)]


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
    inputs = (_spread(-3.7, 5.3), _spread(2.1, -9.9))
    return _pointwise(name, arguments, type_, body, inputs, lambda a, b: [rounded(a * b)], result=name)


def _bfloat16(x: np.ndarray) -> np.ndarray:
    bits = x.astype(np.float32).view(np.uint32)
    return ((bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF0000).astype(np.uint32).view(np.float32)


def _float16(x: np.ndarray) -> np.ndarray:
    return x.astype(np.float16).astype(np.float32)


CHECKS = (
    _matmul("matmul", 37, 65, 29),
    _matmul("matmul_large", 130, 258, 66),
    _matmul("matvec", 64, 512, 1),
    _reduction("sum", "addf", "0.0", (5, 1009), np.sum),
    _reduction("sum_short", "addf", "0.0", (300, 33), np.sum),
    # Whole multiples of every subgroup's size: reductions across subgroups where a target has them.
    _reduction("sum_even", "addf", "0.0", (64, 1024), np.sum),
    _reduction("sum_long", "addf", "0.0", (4, 8192), np.sum),
    _reduction("max", "maximumf", "0xFF800000", (7, 130), np.max),
    _reduction("max_even", "maximumf", "0xFF800000", (128, 512), np.max),
    Check("argmax", _ARGMAX, (_whole(9, 131, span=60),), _argmax),
    _integers("integers", "i32", np.int32),
    _integers("integers_64", "i64", np.int64, needs=("int64",)),
    _pointwise(
        "bytes",
        [("a", "i8"), ("i", "i32"), ("m", "i1")],
        "i8",
        _BYTES,
        (_INDEX.astype(np.int8), _INDEX * 77, _INDEX % 3 == 1),
        _bytes,
    ),
    _pointwise(
        "booleans",
        [("a", "f32"), ("b", "f32")],
        "i1",
        "    %r = arith.cmpf ogt, %a, %b : f32",
        (_whole(257), _whole(257)[::-1].copy()),
        lambda a, b: [a > b],
    ),
    Check("random", _RANDOM, (np.array([-7, 99], np.int32), np.array(12, np.int32)), _random),
    Check("gather", _GATHER, (_whole(31, 5), (np.arange(17, dtype=np.int32) * 11) % 31), lambda x, i: [x[i]]),
    Check("convolution", _CONVOLUTION, (_whole(2, 3, 9, 7), _whole(5, 3, 3, 3), _whole(5)), _convolution),
    Check("max_pool", _MAX_POOL, (_whole(2, 3, 8, 10, span=99),), lambda x: [x.reshape(2, 3, 4, 2, 5, 2).max(axis=(3, 5))]),
    _softmax_of("softmax", 6, 37),
    _softmax_of("softmax_even", 32, 256),
    _function("exp", "exp", _spread(-4, 4), np.exp),
    _function("log", "log", _spread(1e-3, 90), np.log),
    _function("tanh", "tanh", _spread(-6, 6), np.tanh),
    _function("erf", "erf", _spread(-4, 4), np.vectorize(math.erf)),
    _function("sin", "sin", _spread(-7, 7), np.sin),
    _function("cos", "cos", _spread(-7, 7), np.cos),
    _function("sqrt", "sqrt", _spread(0, 50), np.sqrt),
    _function("rsqrt", "rsqrt", _spread(1e-2, 50), lambda x: 1 / np.sqrt(x)),
    _half("float16", "f16", _float16),
    _half("bfloat16", "bf16", _bfloat16),
    Check("state", _STATE, (_whole(5),), lambda x: [x]),
)


def applicable(dtypes: dict) -> list[Check]:
    """The checks for a device that lacks the dtypes that are keys of `dtypes` (see `Target.dtypes`)."""
    return [check for check in CHECKS if not set(check.needs) & set(dtypes)]


def program(dtypes: dict) -> str:
    """The module of these checks, at the `fungible` stage."""
    return "module @checks {" + "\n".join(check.text for check in applicable(dtypes)) + "\n}\n"
