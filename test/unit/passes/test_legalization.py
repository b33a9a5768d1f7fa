"""Passes that make a module fit a target, by what their results compute on this CPU."""

import random
import subprocess
import sys
from pathlib import Path

import iree.runtime
import ml_dtypes
import numpy as np
import pytest
from torch_mlir import ir

from fungible.passes import manager

_POINTWISE = "indexing_maps = [{maps}], iterator_types = [\"parallel\"]"
_LINE = "affine_map<(d0) -> (d0)>"


def _passed(text: str, pipeline: str) -> str:
    with ir.Context():
        module = ir.Module.parse(text)
        manager.run(module.operation, pipeline)
        module.operation.verify()
        return str(module)


def _module(text: str):
    """The MLIR text, compiled for this CPU and loaded."""
    flags = (
        "--iree-hal-target-device=local",
        "--iree-hal-local-target-device-backends=llvm-cpu",
        "--iree-llvmcpu-target-cpu=host",
        "--iree-input-demote-f64-to-f32=false",
        "--iree-input-demote-i64-to-i32=false",
    )
    command = [Path(sys.executable).parent / "iree-compile", "-", "-o", "-", *flags]
    artifact = subprocess.run(command, input=text.encode(), stdout=subprocess.PIPE, check=True).stdout
    return iree.runtime.load_vm_flatbuffer(artifact, driver="local-sync")


def _call(function, *arguments: np.ndarray) -> list[np.ndarray]:
    results = function(*arguments)
    results = results if isinstance(results, (tuple, list)) else [results]
    return [np.array(result.to_host()) for result in results]


def _generic(inputs: list[str], output: str, count: int, body: str) -> str:
    """A `linalg.generic` over a line; `body` sees %0, %1, ... and yields."""
    maps = ", ".join([_LINE] * (len(inputs) + 1))
    types = ", ".join(f"tensor<{count}x{kind}>" for kind in inputs)
    names = ", ".join(f"%a{number}" for number in range(len(inputs)))
    arguments = ", ".join(f"%{number}: {kind}" for number, kind in enumerate(inputs))
    return f"""
      %empty = tensor.empty() : tensor<{count}x{output}>
      %result = linalg.generic {{{_POINTWISE.format(maps=maps)}}}
          ins({names} : {types}) outs(%empty : tensor<{count}x{output}>) {{
      ^bb0({arguments}, %out: {output}):
        {body}
      }} -> tensor<{count}x{output}>"""


def _function(name: str, inputs: list[str], output: str, count: int, body: str) -> str:
    arguments = ", ".join(f"%a{number}: tensor<{count}x{kind}>" for number, kind in enumerate(inputs))
    return f"""
    func.func @{name}({arguments}) -> tensor<{count}x{output}> {{{_generic(inputs, output, count, body)}
      return %result : tensor<{count}x{output}>
    }}"""


# 16-bit floats.

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
    text = _function("main", ["f32"], "f32", x.size, body)
    widened = _passed(text, f"fungible-widen-floats,verify-legalized-contract{{lacks={kind}}}")
    (found,) = _call(_module(widened)["main"], x)
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
        text += _function(name, [kind, kind], kind, count, f"%r = {op}\nlinalg.yield %r : {kind}")
    module = _module(_passed(text, f"fungible-widen-floats{{types={kind}}},verify-legalized-contract{{lacks={kind}}}"))
    for name, exact in expected.items():
        (found,) = _call(module[name], a, b)
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
        text += _function(f"from_{kind}", ["i32"], kind, x.size, body)
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
        text += _function(f"mixed_{kind}", ["i32"], kind, x.size, body)
    module = _module(_passed(text, "fungible-widen-floats,verify-legalized-contract{lacks=f16,bf16}"))
    for kind in ("f16", "bf16"):
        wide = _nearest(x.astype(np.float64), kind)
        _assert_same_bits(_call(module[f"from_{kind}"], x)[0], wide)
        tenth, thousand = (_nearest(np.array(v), kind) for v in (0.1, 1000.0))
        _assert_same_bits(
            _call(module[f"mixed_{kind}"], x)[0], np.where(wide > tenth, np.minimum(wide, thousand), tenth)
        )


# Arguments of extremes.

_ARGMAX = """
func.func @{name}(%x: tensor<6x7x{kind}>) -> ({results}) {{
  %zero = arith.constant 0 : i64
  %worst = arith.constant {worst} : {kind}
  %e0 = tensor.empty() : tensor<{left}x{kind}>
  %e1 = tensor.empty() : tensor<{left}xi64>
  %s0 = linalg.fill ins(%worst : {kind}) outs(%e0 : tensor<{left}x{kind}>) -> tensor<{left}x{kind}>
  %s1 = linalg.fill ins(%zero : i64) outs(%e1 : tensor<{left}xi64>) -> tensor<{left}xi64>
  %r:2 = linalg.generic {{indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> ({kept})>,
      affine_map<(d0, d1) -> ({kept})>], iterator_types = [{iterators}]}}
      ins(%x : tensor<6x7x{kind}>) outs(%s0, %s1 : tensor<{left}x{kind}>, tensor<{left}xi64>) {{
  ^bb0(%in: {kind}, %out: {kind}, %out_index: i64):
    %i = linalg.index {dim} : index
    %1 = arith.index_cast %i : index to i64
    %2 = arith.{combine} %in, %out : {kind}
    %3 = arith.{compare}, %in, %out : {kind}
    %4 = arith.select %3, %1, %out_index : i64
    linalg.yield %2, %4 : {kind}, i64
  }} -> (tensor<{left}x{kind}>, tensor<{left}xi64>)
  return {returned} : {results}
}}
"""


def _argmax(name: str, largest: bool, dim: int, kind: str, only_index: bool) -> str:
    left, kept, iterators = (6, "d0", '"parallel", "reduction"') if dim else (7, "d1", '"reduction", "parallel"')
    if kind == "f32":
        best, least = ("0xFF800000", "maximumf", "cmpf ogt"), ("0x7F800000", "minimumf", "cmpf olt")
    else:
        best, least = (-(2**63), "maxsi", "cmpi sgt"), (2**63 - 1, "minsi", "cmpi slt")
    worst, combine, compare = best if largest else least
    results = f"tensor<{left}xi64>" if only_index else f"tensor<{left}x{kind}>, tensor<{left}xi64>"
    return _ARGMAX.format(
        name=name, kind=kind, left=left, kept=kept, iterators=iterators, dim=dim, worst=worst, combine=combine,
        compare=compare, results=results, returned="%r#1" if only_index else "%r#0, %r#1",
    )  # fmt: skip


@pytest.mark.parametrize("narrow", [False, True])
def test_split_argmax_finds_the_first_one(narrow):
    """Ties, NaN (the first wins), infinities and extremes of the type; with and without i64."""
    cases = [
        (largest, dim, kind, only_index)
        for largest in (True, False)
        for dim in (0, 1)
        for kind in ("f32", "i64")
        for only_index in (True, False)
    ]
    text = "".join(_argmax(f"f{number}", *case) for number, case in enumerate(cases))
    pipeline = "fungible-split-argmax,canonicalize,cse,verify-legalized-contract{single-result-reductions=true}"
    if narrow:
        pipeline += ",fungible-narrow-integers,verify-legalized-contract{lacks=i64}"
    module = _module(_passed(text, pipeline))
    rng = np.random.default_rng(2)
    floats = rng.integers(-3, 3, (6, 7)).astype(np.float32)
    floats[1, 2] = floats[1, 5] = floats[4, 5] = np.nan
    floats[2], floats[3, 3], floats[5] = -np.inf, np.inf, np.inf
    integers = rng.integers(-3, 3, (6, 7))
    edge = 2**31 if narrow else 2**63
    integers[2], integers[3, 3], integers[5] = -edge, edge - 1, edge - 1
    for number, (largest, dim, kind, only_index) in enumerate(cases):
        x = floats if kind == "f32" else integers.astype(np.int32 if narrow else np.int64)
        *values, indices = _call(module[f"f{number}"], x)
        np.testing.assert_array_equal(indices, (np.argmax if largest else np.argmin)(x, dim))
        assert indices.dtype == (np.int32 if narrow else np.int64)
        if not only_index:
            np.testing.assert_array_equal(values[0], (np.max if largest else np.min)(x, dim))


# 64-bit integers.

_PROGRAMS = {
    "wrapped_index": """
        %c = arith.constant 1000 : i64
        %z = arith.constant 0 : i64
        %2 = arith.addi %0, %c : i64
        %3 = arith.cmpi slt, %0, %z : i64
        %4 = arith.select %3, %2, %0 : i64
        linalg.yield %4 : i64""",
    "floor_remainder": """
        %c = arith.constant 7 : i64
        %z = arith.constant 0 : i64
        %2 = arith.remsi %0, %c : i64
        %3 = arith.cmpi ne, %2, %z : i64
        %4 = arith.cmpi slt, %2, %z : i64
        %5 = arith.andi %3, %4 : i1
        %6 = arith.addi %2, %c overflow<nsw> : i64
        %7 = arith.select %5, %6, %2 : i64
        linalg.yield %7 : i64""",
    "low_bits": """
        %k = arith.constant 6364136223846793005 : i64
        %2 = arith.muli %0, %k : i64
        %3 = arith.addi %2, %1 : i64
        %4 = arith.trunci %3 : i64 to i32
        %5 = arith.extsi %4 : i32 to i64
        linalg.yield %5 : i64""",
    "clamped": """
        %low = arith.constant -9223372036854775808 : i64
        %high = arith.constant 1000 : i64
        %2 = arith.maxsi %0, %low : i64
        %3 = arith.minsi %2, %high : i64
        linalg.yield %3 : i64""",
    "unsigned_comparison": """
        %2 = arith.cmpi ult, %0, %1 : i64
        %3 = arith.extui %2 : i1 to i64
        %4 = arith.extsi %2 : i1 to i64
        %5 = arith.subi %3, %4 : i64
        linalg.yield %5 : i64""",
    "bits": """
        %m = arith.constant 255 : i64
        %c = arith.constant 3 : i64
        %2 = arith.xori %0, %1 : i64
        %3 = arith.andi %2, %m : i64
        %4 = arith.shli %3, %c : i64
        %5 = arith.shrsi %0, %c : i64
        %6 = arith.ori %4, %5 : i64
        linalg.yield %6 : i64""",
    "by_way_of_index": """
        %m = arith.constant 63 : index
        %2 = arith.index_cast %0 : i64 to index
        %3 = arith.andi %2, %m : index
        %4 = arith.index_cast %3 : index to i64
        linalg.yield %4 : i64""",
}


def _integers(count: int, seed: int) -> list[np.ndarray]:
    """Two arrays of 32-bit values, small ones and the ends of the range among them."""
    rng = np.random.default_rng(seed)
    edges = np.array([-(2**30), -(2**30) + 1, -1, 0, 1, 2, 31, 1000, 2**30 - 2, 2**30 - 1])
    arrays = []
    for _ in range(2):
        x = np.where(rng.random(count) < 0.5, rng.integers(-(2**30), 2**30, count), rng.integers(-100, 100, count))
        arrays.append(np.where(rng.random(count) < 0.2, rng.choice(edges, count), x))
    return arrays


def _assert_narrowing_keeps(functions: dict[str, str], count: int) -> None:
    text = "".join(_function(name, ["i64", "i64"], "i64", count, body) for name, body in functions.items())
    narrowed = _passed(text, "canonicalize,fungible-narrow-integers,verify-legalized-contract{lacks=i64}")
    wide, narrow = _module(text), _module(narrowed)
    a, b = _integers(count, 3)
    for name, body in functions.items():
        (expected,) = _call(wide[name], a, b)
        (found,) = _call(narrow[name], a.astype(np.int32), b.astype(np.int32))
        assert found.dtype == np.int32
        np.testing.assert_array_equal(found, expected, err_msg=body)


def test_narrowed_integers_compute_the_same():
    _assert_narrowing_keeps(_PROGRAMS, 500)


_OPS = "addi subi muli divsi remsi andi ori xori maxsi minsi maxui minui shli shrsi shrui floordivsi ceildivsi".split()


def _random_body(rng: random.Random) -> str:
    """A straight line of operations on %0 and %1; divisors are constants but 0, shifts are by constants."""
    lines, values, conditions = [], ["%0", "%1"], []
    for number in range(10):
        constant = rng.choice([-7, -1, 1, 2, 3, 5, 100, 65535, 2**31 - 1, -(2**31)])
        lines.append(f"%k{number} = arith.constant {constant} : i64")
        op, name = rng.choice(_OPS), f"%v{number}"
        left, right = rng.choice(values), rng.choice([rng.choice(values), f"%k{number}"])
        if "div" in op or "rem" in op:
            right = f"%k{number}"
        elif op.startswith("sh"):
            lines[-1] = f"%k{number} = arith.constant {rng.choice([1, 4, 31, 40])} : i64"
            right = f"%k{number}"
        if conditions and rng.random() < 0.3:
            lines.append(f"{name} = arith.select {rng.choice(conditions)}, {left}, {right} : i64")
        else:
            lines.append(f"{name} = arith.{op} {left}, {right} : i64")
        if rng.random() < 0.4:
            predicate = rng.choice("eq ne slt sle sgt sge ult uge".split())
            lines.append(f"%c{number} = arith.cmpi {predicate}, {rng.choice([*values, name])}, %k{number} : i64")
            conditions.append(f"%c{number}")
        values.append(name)
    return "\n".join([*lines, f"linalg.yield {values[-1]} : i64"])


def test_random_programs_that_are_narrowed_compute_the_same():
    rng, functions, tried = random.Random(4), {}, 0
    while len(functions) < 20 and tried < 1000:
        tried += 1
        body = _random_body(rng)
        try:
            text = _passed(_function("f", ["i64", "i64"], "i64", 8, body), "canonicalize,fungible-narrow-integers")
        except ir.MLIRError:
            continue
        if text.count("arith.") > 5:  # after what folds away
            functions[f"f{tried}"] = body
    assert len(functions) == 20
    _assert_narrowing_keeps(functions, 300)


_STEP = """
ml_program.global private mutable @steps(dense<41> : tensor<i64>) : tensor<i64>
ml_program.global private @table(dense<[5, -6, 7]> : tensor<3xi64>) : tensor<3xi64>
func.func @step(%hits: tensor<9xi1>) -> (tensor<i64>, tensor<i64>, tensor<f32>, tensor<3xi64>) {
  %one = arith.constant 1 : i64
  %zero = arith.constant 0 : i64
  %steps = ml_program.global_load @steps : tensor<i64>
  %table = ml_program.global_load @table : tensor<3xi64>
  %empty = tensor.empty() : tensor<i64>
  %next = linalg.generic {indexing_maps = [affine_map<() -> ()>, affine_map<() -> ()>], iterator_types = []}
      ins(%steps : tensor<i64>) outs(%empty : tensor<i64>) {
  ^bb0(%in: i64, %out: i64):
    %0 = arith.addi %in, %one : i64
    linalg.yield %0 : i64
  } -> tensor<i64>
  ml_program.global_store @steps = %next : tensor<i64>
  %start = linalg.fill ins(%zero : i64) outs(%empty : tensor<i64>) -> tensor<i64>
  %sum = linalg.generic {
      indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> ()>], iterator_types = ["reduction"]}
      ins(%hits : tensor<9xi1>) outs(%start : tensor<i64>) {
  ^bb0(%in: i1, %out: i64):
    %0 = arith.extui %in : i1 to i64
    %1 = arith.addi %out, %0 : i64
    linalg.yield %1 : i64
  } -> tensor<i64>
  %count = tensor.extract %sum[] : tensor<i64>
  %float = arith.sitofp %count : i64 to f32
  %mean = tensor.from_elements %float : tensor<f32>
  return %next, %sum, %mean, %table : tensor<i64>, tensor<i64>, tensor<f32>, tensor<3xi64>
}
"""


def test_narrowed_state_and_sums():
    step = _module(_passed(_STEP, "fungible-narrow-integers,verify-legalized-contract{lacks=i64}"))["step"]
    hits = np.array([1, 0, 1, 1, 0, 0, 1, 1, 0], np.int8)
    for expected in (42, 43):
        steps, total, mean, table = _call(step, hits)
        assert (steps, total, mean) == (expected, 5, 5.0)
        np.testing.assert_array_equal(table, np.array([5, -6, 7], np.int32))
