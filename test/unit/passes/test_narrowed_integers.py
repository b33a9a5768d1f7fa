"""Passes on integers and their reductions, by what their results compute on this CPU."""

import random

import numpy as np
import pytest
from torch_mlir import ir

from legalized import call, function, loaded, passed

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
    module = loaded(passed(text, pipeline))
    rng = np.random.default_rng(2)
    floats = rng.integers(-3, 3, (6, 7)).astype(np.float32)
    floats[1, 2] = floats[1, 5] = floats[4, 5] = np.nan
    floats[2], floats[3, 3], floats[5] = -np.inf, np.inf, np.inf
    integers = rng.integers(-3, 3, (6, 7))
    edge = 2**31 if narrow else 2**63
    integers[2], integers[3, 3], integers[5] = -edge, edge - 1, edge - 1
    for number, (largest, dim, kind, only_index) in enumerate(cases):
        x = floats if kind == "f32" else integers.astype(np.int32 if narrow else np.int64)
        *values, indices = call(module[f"f{number}"], x)
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
    text = "".join(function(name, ["i64", "i64"], "i64", count, body) for name, body in functions.items())
    narrowed = passed(text, "canonicalize,fungible-narrow-integers,verify-legalized-contract{lacks=i64}")
    wide, narrow = loaded(text), loaded(narrowed)
    a, b = _integers(count, 3)
    for name, body in functions.items():
        (expected,) = call(wide[name], a, b)
        (found,) = call(narrow[name], a.astype(np.int32), b.astype(np.int32))
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
            text = passed(function("f", ["i64", "i64"], "i64", 8, body), "canonicalize,fungible-narrow-integers")
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
    step = loaded(passed(_STEP, "fungible-narrow-integers,verify-legalized-contract{lacks=i64}"))["step"]
    hits = np.array([1, 0, 1, 1, 0, 0, 1, 1, 0], np.int8)
    for expected in (42, 43):
        steps, total, mean, table = call(step, hits)
        assert (steps, total, mean) == (expected, 5, 5.0)
        np.testing.assert_array_equal(table, np.array([5, -6, 7], np.int32))
