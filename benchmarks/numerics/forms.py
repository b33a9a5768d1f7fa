"""Forms of a product of f32 matrices, as modules at `linalg`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

_MAPS = """#a = affine_map<(m, n, k) -> (m, k)>
#b = affine_map<(m, n, k) -> (k, n)>
#c = affine_map<(m, n, k) -> (m, n)>
#all = affine_map<(m, n) -> (m, n)>
"""

#: FMA through f64: the product is exact, the sum rounded to odd, then to f32.
_EMULATED = """
      %x = arith.extf %a : f32 to f64
      %y = arith.extf %b : f32 to f64
      %z = arith.extf %o : f32 to f64
      %p = arith.mulf %x, %y : f64
      %s = arith.addf %p, %z : f64
      %zz = arith.subf %s, %p : f64
      %pp = arith.subf %s, %zz : f64
      %dp = arith.subf %p, %pp : f64
      %dz = arith.subf %z, %zz : f64
      %e = arith.addf %dp, %dz : f64
      %si = arith.bitcast %s : f64 to i64
      %ei = arith.bitcast %e : f64 to i64
      %xor = arith.xori %si, %ei : i64
      %sign = arith.shrsi %xor, %c63 : i64
      %moved = arith.addi %si, %sign : i64
      %odd = arith.ori %moved, %c1 : i64
      %is_inexact = arith.cmpf one, %e, %zero64 : f64
      %bits = arith.select %is_inexact, %odd, %si : i64
      %t = arith.bitcast %bits : i64 to f64
      %r = arith.truncf %t : f64 to f32"""

#: Not `mulf`: of that, LLVM would make a fused multiply-add again.
_SEPARATE = """
      %p = math.fma %a, %b, %minus_zero : f32
      %r = arith.addf %o, %p : f32"""

_CONSTANTS = """
    %zero = arith.constant 0.0 : f32
    %zero64 = arith.constant 0.0 : f64
    %minus_zero = arith.constant -0.0 : f32
    %c63 = arith.constant 63 : i64
    %c1 = arith.constant 1 : i64
    %c12 = arith.constant 12 : i32
    %one = arith.constant 1 : i32
    %half = arith.constant 0x7FF : i32
    %mask = arith.constant -4096 : i32"""


def _function(m: int, k: int, n: int, body: str) -> str:
    return f"""{_MAPS}module {{
  func.func @product(%A: tensor<{m}x{k}xf32>, %B: tensor<{k}x{n}xf32>) -> tensor<{m}x{n}xf32> {{{_CONSTANTS}
    %empty = tensor.empty() : tensor<{m}x{n}xf32>
    %C = linalg.fill ins(%zero : f32) outs(%empty : tensor<{m}x{n}xf32>) -> tensor<{m}x{n}xf32>
{body}
    return %R : tensor<{m}x{n}xf32>
  }}
}}"""


def _matmul(m, k, n, a="%A", b="%B"):
    return (
        f"    %R = linalg.matmul ins({a}, {b} : tensor<{m}x{k}xf32>, tensor<{k}x{n}xf32>)"
        f" outs(%C : tensor<{m}x{n}xf32>) -> tensor<{m}x{n}xf32>"
    )


def _loops(body: str) -> Callable[[int, int, int], str]:
    """As nested loops, the innermost over k."""

    def text(m, k, n):
        return _function(m, k, n, f"""    %R = linalg.generic {{indexing_maps = [#a, #b, #c],
        iterator_types = ["parallel", "parallel", "reduction"]}}
        ins(%A, %B : tensor<{m}x{k}xf32>, tensor<{k}x{n}xf32>) outs(%C : tensor<{m}x{n}xf32>) {{
    ^bb0(%a: f32, %b: f32, %o: f32):{body}
      linalg.yield %r : f32
    }} -> tensor<{m}x{n}xf32>""")

    return text


def _rounded(m, k, n):
    def of(name, rows, columns):
        type_ = f"tensor<{rows}x{columns}xf32>"
        return f"""    %e{name} = tensor.empty() : {type_}
    %R{name} = linalg.generic {{indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]}}
        ins(%{name} : {type_}) outs(%e{name} : {type_}) {{
    ^bb0(%x: f32, %o: f32):
      %w = arith.bitcast %x : f32 to i32
      %h = arith.shrsi %w, %c12 : i32
      %odd = arith.andi %h, %one : i32
      %up = arith.addi %w, %half : i32
      %even = arith.addi %up, %odd : i32
      %cut = arith.andi %even, %mask : i32
      %r = arith.bitcast %cut : i32 to f32
      linalg.yield %r : f32
    }} -> {type_}
"""

    return _function(m, k, n, of("A", m, k) + of("B", k, n) + _matmul(m, k, n, "%RA", "%RB"))


#: Slices of 7 bits and a sign that hold 24 bits: of their products those that matter, by weight, are 1 + 2 + 3 + 4.
SLICES = 4


def _slice_shapes(m, k, n):
    return [shape for i in range(SLICES) for shape in ((m, (i + 1) * k), ((i + 1) * k, n))]


def _sliced(m, k, n):
    """The products of slices, those of one weight side by side along k, and their sum; the slicing is left out."""
    arguments, lines, sums = [], [], []
    integer, result = f"tensor<{m}x{n}xi32>", f"tensor<{m}x{n}xf32>"
    for i in range(SLICES):
        a, b = f"tensor<{m}x{(i + 1) * k}xi8>", f"tensor<{(i + 1) * k}x{n}xi8>"
        arguments += [f"%A{i}: {a}", f"%B{i}: {b}"]
        lines.append(f"    %P{i} = linalg.matmul ins(%A{i}, %B{i} : {a}, {b}) outs(%C : {integer}) -> {integer}")
        sums.append(f"      %f{i} = arith.sitofp %p{i} : i32 to f64\n      %w{i} = arith.constant {2.0 ** (-7 * i)} : f64")
        sums.append(f"      %t{i} = arith.mulf %f{i}, %w{i} : f64")
        if i:
            sums.append(f"      %s{i} = arith.addf %{'s' if i > 1 else 't'}{i - 1}, %t{i} : f64")
    names = ", ".join(f"%P{i}" for i in range(SLICES))
    block = ", ".join(f"%p{i}: i32" for i in range(SLICES))
    newline = "\n"
    return f"""#all = affine_map<(m, n) -> (m, n)>
module {{
  func.func @product({", ".join(arguments)}) -> {result} {{
    %zero = arith.constant 0 : i32
    %empty = tensor.empty() : {integer}
    %C = linalg.fill ins(%zero : i32) outs(%empty : {integer}) -> {integer}
{newline.join(lines)}
    %e = tensor.empty() : {result}
    %R = linalg.generic {{indexing_maps = [{", ".join(["#all"] * (SLICES + 1))}], iterator_types = ["parallel", "parallel"]}}
        ins({names} : {", ".join([integer] * SLICES)}) outs(%e : {result}) {{
    ^bb0({block}, %o: f32):
{newline.join(sums)}
      %r = arith.truncf %s{SLICES - 1} : f64 to f32
      linalg.yield %r : f32
    }} -> {result}
    return %R : {result}
  }}
}}"""


@dataclass(frozen=True)
class Form:
    """A way to compute a product.

    Attributes:
        what: In a few words.
        text: M, K, N -> the module.
        chain: What its bits are; None for products of integers.
        target: What it is compiled for; `flags` are added.
    """

    what: str
    text: Callable[[int, int, int], str]
    chain: str | None
    target: str = "cpu"
    flags: tuple[str, ...] = ()
    integer_shapes: Callable | None = None


def _whole(m, k, n):
    return _function(m, k, n, _matmul(m, k, n))


_IN_ORDER = ("--iree-llvmcpu-reassociate-fp-reductions=false",)
_UNPACKED = ("--iree-opt-data-tiling=false",)
_NO_FMA = ("--iree-llvmcpu-target-cpu-features=-fma",)

FORMS = {
    "fused, packed": Form("linalg.matmul, packed", _whole, "fused", flags=_IN_ORDER),
    "fused, packed, AVX2": Form("the same", _whole, "fused", "cpu:x86-64-v3", _IN_ORDER),
    "fused, AVX2": Form("linalg.matmul", _whole, "fused", "cpu:x86-64-v3", (*_IN_ORDER, *_UNPACKED)),
    "separate, AVX2": Form("linalg.matmul without FMA", _whole, "separate", "cpu:x86-64-v3", (*_IN_ORDER, *_UNPACKED, *_NO_FMA)),
    "separate, loops": Form("multiply, then add, in loops", _loops(_SEPARATE), "separate", flags=_IN_ORDER),
    "separate, SSE": Form("linalg.matmul", _whole, "separate", "cpu:x86-64-v2", _IN_ORDER),
    "emulated, loops": Form("FMA through f64", _loops(_EMULATED), "fused", flags=_IN_ORDER),
    "emulated, loops, SSE": Form("FMA through f64", _loops(_EMULATED), "fused", "cpu:x86-64-v2", _IN_ORDER),
    "sliced": Form("ten products of 8-bit slices", _sliced, None, integer_shapes=_slice_shapes),
    "twelve bits, packed": Form("operands rounded, then linalg.matmul", _rounded, "twelve bits", flags=_IN_ORDER),
    "twelve bits, SSE": Form("the same", _rounded, "twelve bits", "cpu:x86-64-v2", _IN_ORDER),
}
