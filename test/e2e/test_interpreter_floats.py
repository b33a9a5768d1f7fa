"""Operations of floats that IREE's virtual machine gets wrong by itself, with fast numerics on `vmvx`, against NumPy."""

import numpy as np
import pytest

import iree.runtime as rt
from fungible import codegen, targets
from fungible.runtime import devices

_NUMBERS = [0.0, 0.3, 0.5, 0.7, 1.0, 1.5, 1.7, 2.0, 2.5, 3.0, 1e3, 1e9, np.inf, np.nan]
_PREDICATES = ("oeq", "ogt", "oge", "olt", "ole", "one", "ord", "ueq", "ugt", "uge", "ult", "ule", "une", "uno")


def _compared(predicate: str, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    unordered = np.isnan(a) | np.isnan(b)
    if predicate in ("ord", "uno"):
        return unordered if predicate == "uno" else ~unordered
    relation = {"eq": a == b, "gt": a > b, "ge": a >= b, "lt": a < b, "le": a <= b, "ne": (a < b) | (a > b)}[predicate[1:]]
    return relation | unordered if predicate[0] == "u" else relation & ~unordered


#: Name -> the op that gives %r of %a and %b, or of %i, which integers hold, and the same in NumPy.
_OPERATIONS = {
    "remainder": ("%r = arith.remf %a, %b : {F}", np.fmod),
    "remainder_by_one": ("%r = arith.remf %a, %one : {F}", lambda a, b: np.fmod(a, a.dtype.type(1))),
    "remainder_by_third": ("%r = arith.remf %a, %third : {F}", lambda a, b: np.fmod(a, a.dtype.type(0.3))),
    "remainder_by_zero": ("%r = arith.remf %a, %zero : {F}", lambda a, b: np.fmod(a, a.dtype.type(0))),
    "remainder_of_zero": ("%r = arith.remf %zero, %a : {F}", lambda a, b: np.fmod(a.dtype.type(0), a)),
    "times_zero": ("%r = arith.mulf %a, %zero : {F}", lambda a, b: a * a.dtype.type(0)),
    "zero_over": ("%r = arith.divf %zero, %a : {F}", lambda a, b: a.dtype.type(0) / a),
    "over_zero": ("%r = arith.divf %a, %zero : {F}", lambda a, b: a / a.dtype.type(0)),
    **{
        f"{predicate}_{name}": (
            f"%q = arith.cmpf {predicate}, %a, %{name} : {{F}} %r = arith.select %q, %one, %zero : {{F}}",
            lambda a, b, predicate=predicate, name=name: _compared(predicate, a, {"a": a, "b": b}[name]).astype(a.dtype),
        )
        for predicate in _PREDICATES
        for name in ("a", "b")
    },
}

#: Of f32 alone; IREE refuses integers of f64.
_OF_SINGLE = {
    "to_signed": ("%w = arith.fptosi %i : {F} to i32 %r = arith.sitofp %w : i32 to {F}", lambda a, b: np.trunc(_held(a))),
    "to_unsigned": (
        "%m = math.absf %i : {F} %w = arith.fptoui %m : {F} to i32 %r = arith.uitofp %w : i32 to {F}",
        lambda a, b: np.trunc(np.abs(_held(a))),
    ),
}


def _held(x: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(x), x, x.dtype.type(2.5))


def _function(name: str, body: str, count: int, float_: str) -> str:
    vector = f"tensor<{count}x{float_}>"
    return f"""
func.func @{name}(%x: {vector}, %y: {vector}, %z: {vector}) -> {vector} {{
  %empty = tensor.empty() : {vector}
  %0 = linalg.generic {{indexing_maps = [#map, #map, #map, #map], iterator_types = ["parallel"]}}
      ins(%x, %y, %z : {vector}, {vector}, {vector}) outs(%empty : {vector}) {{
  ^bb0(%a: {float_}, %b: {float_}, %i: {float_}, %o: {float_}):
    %zero = arith.constant 0.0 : {float_}
    %one = arith.constant 1.0 : {float_}
    %third = arith.constant 0.3 : {float_}
    {body.replace("{F}", float_)}
    linalg.yield %r : {float_}
  }} -> {vector}
  return %0 : {vector}
}}"""


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_interpreter_floats(dtype):
    numbers = np.array([*_NUMBERS, *(-x for x in _NUMBERS)], dtype)
    a, b = (x.reshape(-1) for x in np.meshgrid(numbers, numbers, indexing="ij"))
    operations = {**_OPERATIONS, **_OF_SINGLE} if dtype == np.float32 else _OPERATIONS
    functions = [_function(name, body, a.size, f"f{8 * a.itemsize}") for name, (body, _) in operations.items()]
    text = f"#map = affine_map<(d0) -> (d0)>\nmodule {{{''.join(functions)}\n}}"
    target = targets.resolve("vmvx")
    device = devices.matching("vmvx", target.driver, target.requires)[0].open()
    context, module = device.load(codegen.executable(text, "linalg", target))
    different = {}
    for name, (_, expected) in operations.items():
        inputs, outputs = rt.VmVariantList(3), rt.VmVariantList(1)
        for operand in (a, b, _held(a)):
            inputs.push_ref(device.upload(operand))
        context.invoke(module.lookup_function(name), inputs, outputs)
        found = device.download(outputs.get_as_object(0, rt.HalBufferView), a.dtype)
        with np.errstate(all="ignore"):
            reference = expected(a, b)
        same = (found == reference) | (np.isnan(found) & np.isnan(reference))
        if not same.all():
            first = np.flatnonzero(~same)[0]
            different[name] = f"{(~same).sum()} differ, first (a, b, expected, found): {a[first], b[first], reference[first], found[first]}"
    assert not different
