"""With exact numerics, code for CPUs fuses and orders what the contract says, and nothing else.

Contraction and order are looked for in code with fast numerics as well, where LLVM does both and the checks must see it.
"""

import os
import re

import pytest
from assembly import Instruction, kernels, named

_FUSED = r"vfn?m(add|sub|addsub|subadd)\w*|fml[as]|fn?m(add|sub)"
_SUM = r"v?(add|sub)[ps][sd]|f(add|sub)"
_PACKED_SUM = r"v?(add|sub)p[sd]|v?hadd\w*|faddp|faddv"
_PRODUCT = r"v?mul[ps][sd]|fmul"
_QUOTIENT = r"v?divps|fdiv"
_ROOT = r"v?sqrtps|fsqrt"
_ESTIMATE = r"v?r(cp|sqrt)\w*|fr(ecp|sqrt)[a-z]+"
_CALL = r"callq?|blr?"

_TARGETS = ("cpu:x86-64-v2", "cpu:x86-64-v3", "cpu:aarch64")
_FUSING = _TARGETS[1:]


@pytest.fixture
def code(generate):
    """`code(program, target, numerics)`: kernel -> its instructions; without the mathematical functions that IREE links
    in, which the linker drops where no kernel calls them."""

    def code(program: str, target: str, numerics: str = "exact") -> dict[str, list[Instruction]]:
        generated = generate(program, target, numerics)
        found = kernels("".join(file.read_text() for file in generated.assembly))
        assert generated.kernels <= found.keys()
        return {name: found[name] for name in sorted(generated.kernels)}

    return code


@pytest.fixture
def flat(code):
    """`flat(program, target, numerics)`: the instructions of all kernels."""
    return lambda *wanted: sum(code(*wanted).values(), [])


def _registers(instruction: Instruction) -> list[str]:
    return [re.sub(r"\..*", "", operand) for operand in instruction.operands]


def _contracted(code: list[Instruction]) -> list[str]:
    """Fused instructions that are more than a product.

    LLVM for x86 makes multiplications of all products that are written as `fma(x, y, -0.0)`. For Arm it keeps some fused:
    the register that they add to was last written in the same basic block, as -0.0.
    """
    found = []
    for place, instruction in enumerate(code):
        if re.fullmatch(_FUSED, instruction.name):
            total = _registers(instruction)[0]
            writers = [earlier for earlier in code[:place] if _registers(earlier)[:1] == [total] or earlier.name.endswith(":")]
            if not writers or str(writers[-1]) != f"movi {total}.4s, #128, lsl #24":
                found.append(str(instruction))
    return found


def _addends(code: list[Instruction]) -> list[int] | None:
    """Which number each addition adds to the one running total, counted from a place that moves with the loop.

    None where the additions are of vectors, to more than one total, or of anything but what was read.
    """
    totals, found = set(), []
    for place, (name, operands) in enumerate((instruction.name, instruction.operands) for instruction in code):
        if not re.fullmatch(f"{_SUM}|{_PACKED_SUM}", name):
            continue
        if name == "fadd":
            total, same, added = operands
            number = _lane(code[:place], added) if same == total else None
        else:
            added, *same, total = operands
            memory = re.match(r"(\d*)\(", added) if name.endswith("addss") and set(same) <= {total} else None
            number = memory and int(memory[1] or 0) // 4
        totals.add(total)
        found.append(number)
    return found if len(totals) == 1 and None not in found else None


def _lane(before: list[Instruction], register: str) -> int | None:
    """The lane of a vector in memory that a scalar register of Arm was set to last."""
    number = register[1:]
    same = (register, f"q{number}")
    writers = [earlier for earlier in before if earlier.operands and earlier.operands[0] in same]
    if not register.startswith("s") or not writers:
        return None
    if writers[-1].name == "ldr":
        return 0
    lane = re.fullmatch(rf"mov {register}, v\d+\.s\[(\d)\]", str(writers[-1]))
    return lane and int(lane[1])


@pytest.mark.parametrize("target", _TARGETS)
def test_products_round_before_they_are_added(flat, target):
    code = flat("elementwise", target)
    assert _contracted(code) == []
    products = len(named(code, _PRODUCT)) + len(named(code, _FUSED))
    assert products == len(named(code, _SUM)) and products % 5 == 0 and products > 0
    assert named(code, _CALL) == []


@pytest.mark.parametrize("target", _FUSING)
def test_fast_numerics_contract(flat, target):
    code = flat("elementwise", target, "fast")
    assert len(_contracted(code)) > 3 and named(code, _PRODUCT) == []


@pytest.mark.parametrize("target", _TARGETS)
def test_sums_are_sequential(flat, target):
    added = _addends(flat("sums", target))
    assert added and added == [*range(added[0], added[0] + len(added))]
    assert _addends(flat("sums", target, "fast")) is None


@pytest.mark.parametrize("target", _FUSING)
def test_products_of_matrices_are_chains_of_fused_operations(flat, target):
    code = flat("products", target)
    fused = named(code, _FUSED)
    # Each adds to an element of its own, and nothing is there that would add parts of one.
    totals = [_registers(instruction)[-1 if "x86" in target else 0] for instruction in fused]
    assert len(set(totals)) == len(totals) > 0
    assert {instruction.name for instruction in fused} == {"vfmadd231ps" if "x86" in target else "fmla"}
    assert named(code, f"{_SUM}|{_PACKED_SUM}|{_PRODUCT}|{_CALL}") == []


def test_fused_operations_go_through_float64_without_the_instruction(flat):
    code = flat("products", "cpu:x86-64-v2")
    assert named(code, f"{_FUSED}|{_CALL}|mul[ps]s|add[ps]s") == []
    assert named(code, "mul[ps]d") and named(code, "add[ps]d") and named(code, "cvt(pd2ps|sd2ss)")
    assert named(flat("products", "cpu:x86-64-v2", "fast"), "mulps")


@pytest.mark.parametrize("target", _TARGETS)
def test_quotients_and_roots_are_not_estimated(flat, target):
    code = flat("quotients", target)
    assert len(named(code, _QUOTIENT)) == len(named(code, _ROOT)) > 0
    assert named(code, f"{_FUSED}|{_ESTIMATE}|{_CALL}") == []


_ON_ARM = ("digits", "gpt", "llama", "resnet")


@pytest.mark.parametrize(
    ("program", "target"), [*(("mlp", target) for target in _TARGETS), *((program, "cpu:aarch64") for program in _ON_ARM)]
)
def test_programs_fuse_in_products_of_matrices_alone(code, program, target):
    if program == "digits" and os.environ.get("FUNGIBLE_TEST_SLOW") != "1":
        pytest.skip("takes a while; FUNGIBLE_TEST_SLOW=1 runs it")
    found = code(program, target)
    fusing = {name for name, body in found.items() if _contracted(body)}
    assert [name for name in fusing if not re.search("matmul_like|mmt4d", name)] == []
    assert bool(fusing) == (target in _FUSING)
    # Not of fmaf nor of a function of the C library, whose rounding is its own.
    assert [name for name, body in found.items() if named(body, f"{_CALL}|{_ESTIMATE}|v?hadd\\w*|faddp|faddv")] == []
