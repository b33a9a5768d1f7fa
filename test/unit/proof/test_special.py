"""Known answers about NaN, infinities and zeros: devices give them, and one that takes floats for real numbers is refused."""

import numpy as np
import pytest

from fungible import codegen, compiler, proof, targets
from fungible.errors import TargetError
from fungible.proof import checks, run, special
from fungible.runtime import devices
from fungible.runtime.build import Build

_CHECKS = {check.name.removeprefix("exact_special_"): check for check in special.CHECKS}

#: What a device does instead: the check, the op, what stands for it, and the answer that gives it away.
_BROKEN = {
    "no sum of zeros is -0": ("sums", "arith.addf %a, %b", "arith.addf %sum, %zero", "got 0.0, expected -0.0 of -0.0, -0.0"),
    "x - x is 0": ("less_itself", "arith.subf %a, %a", "arith.addf %zero, %zero", "got 0.0, expected nan of inf"),
    "x + 0.0 is x": ("plus_zero", "arith.addf %a, %zero", "arith.maximumf %a, %a", "got -0.0, expected 0.0 of -0.0"),
    "x * 0.0 is 0": ("times_zero", "arith.mulf %a, %zero", "arith.addf %zero, %zero", "got 0.0, expected nan of inf"),
    "0.0 - x is -x": ("zero_minus", "arith.subf %zero, %a", "arith.negf %a", "got -0.0, expected 0.0 of 0.0"),
    "x / x is 1": ("over_itself", "arith.divf %a, %a", "math.exp %zero", "got 1.0, expected nan of 0.0"),
    "a maximum passes over NaN": ("maximum", "arith.maximumf", "arith.maxnumf", "expected nan of 0.0, nan"),
    "a minimum passes over NaN": ("minimum", "arith.minimumf", "arith.minnumf", "expected nan of 0.0, nan"),
    "the larger number is NaN": ("maximum_number", "arith.maxnumf", "arith.maximumf", "got nan, expected 0.0 of 0.0, nan"),
    "no comparison is unordered": ("comparisons", "arith.cmpf ult", "arith.cmpf olt", "of 0.0, nan"),
    "integers are signed": ("uitofp", "arith.uitofp", "arith.sitofp", "got -1.0, expected 4294967296.0 of -1"),
    "a row's NaN is passed over": ("maxima_of_rows", "arith.maximumf", "arith.maxnumf", "expected nan"),
}


def _build(text: str, names: list[str]) -> Build:
    target = targets.resolve("cpu")
    linalg = compiler.to_linalg(compiler.parse(text, "<checks>").operation, "fungible")
    return Build.of(target, b"", codegen.executable(linalg, "linalg", target), names)


@pytest.mark.parametrize("name", ["cpu", "cpu:x86-64-v2", "vmvx", "vulkan"])
def test_right_devices_give_them(name):
    target = targets.resolve(name)
    build = Build.of(target, b"", *compiler.known_answers_for(target, "exact"))
    try:
        candidate = devices.matching(name, target.driver, target.requires)[0]
    except TargetError as error:
        pytest.skip(str(error))
    verdict = proof.examine(candidate, build)
    assert verdict.failed == {} and {check.name for check in special.CHECKS} <= set(verdict.passed)


@pytest.mark.parametrize("wrong", _BROKEN)
def test_a_device_that_breaks_a_rule_is_refused_and_told_why(wrong):
    name, op, other, reason = _BROKEN[wrong]
    check = _CHECKS[name]
    text = checks.program([check], "exact")
    assert text.count(op) == 1
    before = "    %zero = arith.constant 0.0 : f32\n" if "%zero" in other and "%zero =" not in text else ""
    before += "    %sum = arith.addf %a, %b : f32\n" if "%sum" in other else ""
    line = next(line for line in text.splitlines() if op in line)
    build = _build(text.replace(line, before + line.replace(op, other)), [check.name])
    candidate = devices.matching("cpu", build.driver, build.requires)[0]
    with pytest.raises(TargetError) as error:
        proof.prove(candidate, build)
    message = str(error.value)
    assert f"the known-answer check '{check.name}' fails: " in message and message.endswith(reason), message


def test_a_nan_is_any_other_but_no_number():
    wanted = np.array([1.0, np.nan, -0.0], np.float32)
    other = np.array([0x3F800000, 0xFFC12345, 0x80000000], np.uint32).view(np.float32)
    assert run._difference(other, wanted, 0.0) is None
    for place, value in enumerate((np.nan, 0.0, 0.0)):
        wrong = wanted.copy()
        wrong[place] = value
        assert run._difference(wrong, wanted, 0.0).startswith(f"1 of 3 elements are wrong; at [{place}] got {np.float32(value)}")


def test_each_answer_has_something_special():
    """NaN, an infinity, or zeros of both signs among the operands of each, or integers that f32 rounds."""
    for check in special.CHECKS:
        for x in check.inputs:
            if x.dtype == np.float32:
                zeros = x[x == 0]
                assert np.isinf(x).any() and np.signbit(zeros).any() and not np.signbit(zeros).all(), check.name
            else:
                assert (x.astype(np.float32).astype(np.int64) != x).any()
