"""What a known-answer check is, and makers of the usual kinds."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np


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
        elementwise: Whether each element of the result is of the elements of the inputs at its place.
    """

    name: str
    text: str
    inputs: Sequence[np.ndarray]
    expected: Callable[..., Sequence[np.ndarray]]
    tolerance: float = 0.0
    needs: tuple[str, ...] = ()
    result: str | None = None
    elementwise: bool = False


def whole(*shape: int, span: int = 7) -> np.ndarray:
    """Small whole numbers of both signs, without a pattern that a wrong index would not disturb."""
    index = np.arange(math.prod(shape), dtype=np.int64)
    return ((index * 2654435761 % 4294967296 >> 7) % (2 * span + 1) - span).astype(np.float32).reshape(shape)


INDEX = np.arange(257, dtype=np.int32)


def spread(low: float, high: float) -> np.ndarray:
    return np.linspace(low, high, 257, dtype=np.float32)


def matmul(name: str, m: int, k: int, n: int) -> Check:
    text = f"""
func.func @{name}(%a: tensor<{m}x{k}xf32>, %b: tensor<{k}x{n}xf32>) -> tensor<{m}x{n}xf32> {{
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<{m}x{n}xf32>
  %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<{m}x{n}xf32>) -> tensor<{m}x{n}xf32>
  %r = linalg.matmul ins(%a, %b : tensor<{m}x{k}xf32>, tensor<{k}x{n}xf32>) outs(%start : tensor<{m}x{n}xf32>) -> tensor<{m}x{n}xf32>
  return %r : tensor<{m}x{n}xf32>
}}"""
    return Check(name, text, (whole(m, k), whole(k, n)), lambda a, b: [a @ b])


def reduction(name: str, combine: str, start: str, shape: tuple[int, int], expected: Callable) -> Check:
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
    return Check(name, text, (whole(rows, columns, span=50),), lambda x: [expected(x, axis=1)])


def pointwise(name: str, arguments: Sequence[tuple[str, str]], out: str, body: str, *rest, **more) -> Check:
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
    return Check(name, text, *rest, elementwise=True, **more)


def function(name: str, op: str, values: np.ndarray, expected: Callable) -> Check:
    def exact(x):
        return [expected(x.astype(np.float64)).astype(np.float32)]

    return pointwise(name, [("a", "f32")], "f32", f"    %r = math.{op} %a : f32", (values,), exact, 1e-5)
