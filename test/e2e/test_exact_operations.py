"""Each operation on f32 that exact numerics allow, alone and in risky combinations, against the reference, bit for bit."""

import itertools
import re
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

import iree.runtime as rt
from fungible import codegen, targets
from fungible.errors import CompilationError
from fungible.runtime import devices
from local_devices import runs_here

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from reference import Interpreter  # noqa: E402 - found by the line before

#: Numbers at which rules change: zeros, the smallest and the largest, and those whose products and quotients nearly underflow.
_EDGES = [
    0.0, 0.5, 1.0, 1.5, 2.5, 3.7, 3e38, np.inf, np.nan, 2.0**24, 2.0**23 + 1, 2.0**-100, 2.0**-63, 1.5 * 2.0**-64, 2.0**-126,
    (1 + 2.0**-23) * 2.0**-126, (2**24 - 1) * 2.0**-126, (2**23 + 1448) * 2.0**-86, (2**24 - 2 * 1448) * 2.0**-87,
    (2**23 + 1449) * 2.0**-86, (2**24 - 2 * 1449) * 2.0**-87,
]  # fmt: skip

_RANDOM = 1 << 15

#: Of products of matrices and of sums; few enough for one result that they may be unrolled.
_DEPTHS = (1, 2, 3, 8)

#: What sums start from: of negative zeros the first gives a positive one, unless the start is dropped.
_STARTS = ("zero", "minus_zero")

#: Functions that hold on to the constant -0.0.
_OF_NEGATIVE_ZERO = (
    "negative_zero_chosen", "filled_minus_zero", "started_minus_zero", *(f"sum_{depth}_minus_zero" for depth in _DEPTHS)
)  # fmt: skip

#: Ops of MLIR that give %r of %a, %b and %c; `{ONE}` and the like are constants.
_OPERATIONS = {
    "sum": "%r = arith.addf %a, %b : f32",
    "difference": "%r = arith.subf %a, %b : f32",
    "product": "%r = arith.mulf %a, %b : f32",
    "quotient": "%r = arith.divf %a, %b : f32",
    "fused": "%r = math.fma %a, %b, %c : f32",
    "root": "%r = math.sqrt %a : f32",
    "negative": "%r = arith.negf %a : f32",
    "select": "%q = arith.cmpf ult, %a, %b : f32 %r = arith.select %q, %b, %c : f32",
    "negative_zero_chosen": "%q = arith.cmpf ult, %a, %b : f32 %r = arith.select %q, %minus_zero, %c : f32",
    "product_then_sum": "%m = arith.mulf %a, %b : f32 %r = arith.addf %m, %c : f32",
    "difference_from_product": "%m = arith.mulf %a, %b : f32 %r = arith.subf %c, %m : f32",
    "product_less_number": "%m = arith.mulf %a, %b : f32 %r = arith.subf %m, %c : f32",
    "sum_with_negated_product": "%m = arith.mulf %a, %b : f32 %k = arith.negf %m : f32 %r = arith.addf %c, %k : f32",
    "sum_with_product_negated_by_its_bits": (
        "%m = arith.mulf %a, %b : f32 %w = arith.bitcast %m : f32 to i32 %s = arith.constant 0x80000000 : i32"
        " %t = arith.xori %w, %s : i32 %k = arith.bitcast %t : i32 to f32 %r = arith.addf %c, %k : f32"
    ),
    "product_twice": "%m = arith.mulf %a, %b : f32 %k = arith.addf %c, %m : f32 %r = arith.subf %k, %m : f32",
    "product_and_back": "%m = arith.mulf %a, %b : f32 %k = arith.subf %c, %m : f32 %r = arith.addf %k, %m : f32",
    "product_doubled": "%m = arith.mulf %a, %b : f32 %r = arith.addf %m, %m : f32",
    "product_less_product": "%m = arith.mulf %a, %b : f32 %k = arith.mulf %b, %c : f32 %r = arith.subf %m, %k : f32",
    "product_less_itself": "%m = arith.mulf %a, %b : f32 %r = arith.subf %m, %m : f32",
    "negative_product_then_sum": "%m = arith.negf %a : f32 %k = arith.mulf %m, %b : f32 %r = arith.addf %k, %c : f32",
    "two_products": "%m = arith.mulf %a, %b : f32 %k = arith.mulf %a, %c : f32 %r = arith.addf %m, %k : f32",
    "cancelled_left": "%m = arith.addf %a, %b : f32 %r = arith.subf %m, %a : f32",
    "cancelled_right": "%m = arith.subf %a, %b : f32 %r = arith.addf %m, %b : f32",
    "two_sums": "%m = arith.addf %a, %b : f32 %r = arith.addf %m, %c : f32",
    "quotient_times_divisor": "%m = arith.divf %a, %b : f32 %r = arith.mulf %m, %b : f32",
    "inverse_root": "%m = math.sqrt %a : f32 %r = arith.divf %one, %m : f32",
    "root_of_square": "%m = arith.mulf %a, %a : f32 %r = math.sqrt %m : f32",
    "plus_zero": "%r = arith.addf %a, %zero : f32",
    "plus_negative_zero": "%r = arith.addf %a, %minus_zero : f32",
    "minus_zero": "%r = arith.subf %a, %zero : f32",
    "zero_minus": "%r = arith.subf %zero, %a : f32",
    "times_zero": "%r = arith.mulf %a, %zero : f32",
    "times_one": "%r = arith.mulf %a, %one : f32",
    "over_one": "%r = arith.divf %a, %one : f32",
    "over_seven": "%r = arith.divf %a, %seven : f32",
    "over_eight": "%r = arith.divf %a, %eight : f32",
    "over_zero": "%r = arith.divf %a, %zero : f32",
    "zero_over": "%r = arith.divf %zero, %a : f32",
    "minus_zero_over": "%r = arith.divf %minus_zero, %a : f32",
    "over_itself": "%r = arith.divf %a, %a : f32",
    "less_itself": "%r = arith.subf %a, %a : f32",
    "fused_with_zero": "%r = math.fma %a, %b, %zero : f32",
    "fused_with_one": "%r = math.fma %a, %one, %c : f32",
    "times_two_constants": "%m = arith.mulf %a, %tenth : f32 %r = arith.mulf %m, %third : f32",
    "plus_two_constants": "%m = arith.addf %a, %tenth : f32 %r = arith.addf %m, %third : f32",
    "from_signed": "%w = arith.bitcast %a : f32 to i32 %r = arith.sitofp %w : i32 to f32",
    "from_unsigned": "%w = arith.bitcast %a : f32 to i32 %r = arith.uitofp %w : i32 to f32",
    "to_signed": (
        "%p = arith.cmpf olt, %a, %million : f32 %s = arith.select %p, %a, %million : f32"
        " %q = arith.cmpf ogt, %s, %minus_million : f32 %t = arith.select %q, %s, %minus_million : f32"
        " %w = arith.fptosi %t : f32 to i32 %r = arith.sitofp %w : i32 to f32"
    ),
    # With the sum that `fungible-settle-extrema` writes after them: which zero they return is open.
    **{
        name: f"%m = arith.{name} %a, %b : f32 %r = arith.addf %m, %zero : f32"
        for name in ("maximumf", "minimumf", "maxnumf", "minnumf")
    },
}

_PREDICATES = ("oeq", "ogt", "oge", "olt", "ole", "one", "ord", "ueq", "ugt", "uge", "ult", "ule", "une", "uno")

_PAIRS = tuple(itertools.product(_PREDICATES, ("%b", "%a")))

#: All comparisons, of two numbers and of one with itself: bit i of %r, an i32, is that of pair i.
_COMPARISONS = "\n".join(
    [
        "%n0 = arith.constant 0 : i32",
        *(
            f"%q{bit} = arith.cmpf {predicate}, %a, {other} : f32 %w{bit} = arith.constant {1 << bit} : i32"
            f" %s{bit} = arith.select %q{bit}, %w{bit}, %n0 : i32 %n{bit + 1} = arith.ori %n{bit}, %s{bit} : i32"
            for bit, (predicate, other) in enumerate(_PAIRS)
        ),
        f"%r = arith.addi %n{len(_PAIRS)}, %n0 : i32",
    ]
)

_CONSTANTS = {
    "zero": "0.0", "minus_zero": "-0.0", "one": "1.0", "seven": "7.0", "eight": "8.0", "tenth": "0.1", "third": "0.3",
    "million": "1.0e6", "minus_million": "-1.0e6",
}  # fmt: skip


def _operands() -> list[np.ndarray]:
    """All triples of edges, and random bits; f32, none of them subnormal."""
    edges = np.array([*_EDGES, *(-x for x in _EDGES)], np.float32)
    triples = [x.reshape(-1) for x in np.meshgrid(edges, edges, edges, indexing="ij")]
    random = np.random.default_rng(0).integers(0, 1 << 32, (3, _RANDOM), np.uint32).view(np.float32)
    random[np.abs(random) < 2.0**-126] = 1.0
    return [np.concatenate(pair) for pair in zip(triples, random)]


def _function(name: str, count: int, body: str, result: str) -> str:
    """Applies `body` to each element of three vectors."""
    vector, results = f"tensor<{count}xf32>", f"tensor<{count}x{result}>"
    constants = "\n".join(f"  %{constant} = arith.constant {value} : f32" for constant, value in _CONSTANTS.items())
    return f"""
func.func @{name}(%x: {vector}, %y: {vector}, %z: {vector}) -> {results} {{
{constants}
  %empty = tensor.empty() : {results}
  %0 = linalg.generic {{indexing_maps = [#map, #map, #map, #map], iterator_types = ["parallel"]}}
      ins(%x, %y, %z : {vector}, {vector}, {vector}) outs(%empty : {results}) {{
  ^bb0(%a: f32, %b: f32, %c: f32, %o: {result}):
    {body}
    linalg.yield %r : {result}
  }} -> {results}
  return %0 : {results}
}}"""


def _product(depth: int) -> str:
    """A product of matrices that starts from zeros."""
    left, right, result = f"tensor<4x{depth}xf32>", f"tensor<{depth}x5xf32>", "tensor<4x5xf32>"
    return f"""
func.func @product_{depth}(%a: {left}, %b: {right}) -> {result} {{
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : {result}
  %start = linalg.fill ins(%zero : f32) outs(%empty : {result}) -> {result}
  %r = linalg.matmul ins(%a, %b : {left}, {right}) outs(%start : {result}) -> {result}
  return %r : {result}
}}"""


def _sum(depth: int, start: str) -> str:
    """Sums of rows from a number that a constant tensor has."""
    return f"""
func.func @sum_{depth}_{start}(%x: tensor<4x{depth}xf32>) -> tensor<4xf32> {{
  %start = arith.constant dense<{_CONSTANTS[start]}> : tensor<4xf32>
  %r = linalg.generic {{indexing_maps = [affine_map<(i, k) -> (i, k)>, affine_map<(i, k) -> (i)>], iterator_types = ["parallel", "reduction"]}}
      ins(%x : tensor<4x{depth}xf32>) outs(%start : tensor<4xf32>) {{
  ^bb0(%a: f32, %total: f32):
    %s = arith.addf %total, %a : f32
    linalg.yield %s : f32
  }} -> tensor<4xf32>
  return %r : tensor<4xf32>
}}"""


def _module(count: int) -> str:
    functions = [_function(name, count, body, "f32") for name, body in _OPERATIONS.items()]
    functions.append(_function("comparisons", count, _COMPARISONS, "i32"))
    functions += [_product(depth) for depth in _DEPTHS]
    functions += [_sum(depth, start) for depth in _DEPTHS for start in _STARTS]
    functions += [_with_tensor(start) for start in _STARTS]
    return f'#map = affine_map<(d0) -> (d0)>\nmodule attributes {{fungible.numerics = "exact"}} {{{"".join(functions)}\n}}'


def _unlike(found: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Where the results differ, as booleans."""
    if reference.dtype == np.float32:
        return (found.view(np.uint32) != reference.view(np.uint32)) & ~(np.isnan(found) & np.isnan(reference))
    return found != reference


def _with_tensor(start: str) -> str:
    """Sums with a tensor that a number fills, as an input and as what the result starts from."""
    filled = f"""
  %number = arith.constant {_CONSTANTS[start]} : f32
  %empty = tensor.empty() : tensor<4xf32>
  %filled = linalg.fill ins(%number : f32) outs(%empty : tensor<4xf32>) -> tensor<4xf32>"""
    return f"""
func.func @filled_{start}(%x: tensor<4xf32>) -> tensor<4xf32> {{{filled}
  %r = linalg.generic {{indexing_maps = [#map, #map, #map], iterator_types = ["parallel"]}}
      ins(%x, %filled : tensor<4xf32>, tensor<4xf32>) outs(%empty : tensor<4xf32>) {{
  ^bb0(%a: f32, %b: f32, %o: f32):
    %s = arith.addf %b, %a : f32
    linalg.yield %s : f32
  }} -> tensor<4xf32>
  return %r : tensor<4xf32>
}}
func.func @started_{start}(%x: tensor<4xf32>) -> tensor<4xf32> {{{filled}
  %r = linalg.generic {{indexing_maps = [#map, #map], iterator_types = ["parallel"]}}
      ins(%x : tensor<4xf32>) outs(%filled : tensor<4xf32>) {{
  ^bb0(%a: f32, %b: f32):
    %s = arith.subf %b, %a : f32
    linalg.yield %s : f32
  }} -> tensor<4xf32>
  return %r : tensor<4xf32>
}}"""


def _without(text: str, names: Iterable[str]) -> str:
    """The module without some of its functions."""
    for name in names:
        text = re.sub(rf"\nfunc\.func @{name}\(.*?\n}}", "", text, flags=re.DOTALL)
    return text


@pytest.fixture(scope="module")
def expected():
    """The text of the module, and for each function its operands and its result."""
    operands = _operands()
    text = _module(operands[0].size)
    calls = {name: operands for name in (*_OPERATIONS, "comparisons")}
    for depth in _DEPTHS:  # all products are -0
        calls[f"product_{depth}"] = [np.zeros((4, depth), np.float32), np.full((depth, 5), -1, np.float32)]
        for start in _STARTS:
            calls[f"sum_{depth}_{start}"] = [np.full((4, depth), -0.0, np.float32)]
    for start in _STARTS:
        calls[f"filled_{start}"] = calls[f"started_{start}"] = [np.array([0.0, -0.0, 1.0, -1.0], np.float32)]
    interpreter = Interpreter(text)
    assert interpreter.is_exact
    return text, {name: (arrays, interpreter.call(name, arrays)[0]) for name, arrays in calls.items()}


@pytest.mark.parametrize("name", ["cpu", "cpu:x86-64-v2", "vulkan", "vmvx"])
def test_operations(name, expected):
    if not runs_here(name):
        pytest.skip(f"{name} does not run here")
    text, calls = expected
    if name == "vmvx":  # which refuses them
        text = _without(text, _OF_NEGATIVE_ZERO)
        calls = {function: call for function, call in calls.items() if function not in _OF_NEGATIVE_ZERO}
    target = targets.resolve(name)
    device = devices.matching(name, target.driver, target.requires)[0].open()
    context, module = device.load(codegen.executable(text, "linalg", target))
    different = {}
    for function, (operands, reference) in calls.items():
        inputs, outputs = rt.VmVariantList(len(operands)), rt.VmVariantList(1)
        for operand in operands:
            inputs.push_ref(device.upload(operand))
        context.invoke(module.lookup_function(function), inputs, outputs)
        found = device.download(outputs.get_as_object(0, rt.HalBufferView), reference.dtype)
        if (unlike := _unlike(found, reference)).any():
            first = np.flatnonzero(unlike)[0]
            numbers = [x.flat[first].item() for x in (*operands, reference, found) if x.size > first]
            different[function] = f"{unlike.sum()} differ, first (operands, expected, found): {numbers}"
    assert not different


@pytest.mark.parametrize("name", ["negative_zero_chosen", "sum_2_minus_zero"])
def test_the_interpreter_refuses_the_constant_that_it_does_not_have(name):
    others = set(_OF_NEGATIVE_ZERO) - {name}
    with pytest.raises(CompilationError, match="error: 'arith.constant': IREE's virtual machine makes 0.0 of the constant -0.0"):
        codegen.legalize(_without(_module(4), others), targets.resolve("vmvx"))
