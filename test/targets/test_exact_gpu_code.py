"""With exact numerics, code for GPUs fuses, orders and approximates nothing but what the contract says."""

import re
import subprocess

import pytest
from assembly import Instruction, kernels, named
from stock_tools import llvm_objdump, spirv_val

_PTX, _AMD, _VULKAN = "cuda:sm_89", "rocm:gfx942", "vulkan"

_needs_objdump = pytest.mark.skipif(not llvm_objdump(), reason="without an llvm-objdump of LLVM 17 or later")
_needs_spirv_dis = pytest.mark.skipif(not spirv_val(), reason="without spirv-val and spirv-dis")


@pytest.fixture
def ptx(generate):
    def ptx(program: str, numerics: str = "exact") -> list[Instruction]:
        (file,) = generate(program, _PTX, numerics).files
        return sum(kernels(file.read_text()).values(), [])

    return ptx


@pytest.fixture
def amd(generate):
    def amd(program: str, numerics: str = "exact") -> list[Instruction]:
        (file,) = generate(program, _AMD, numerics).files
        command = [llvm_objdump(), "--disassemble", "--no-show-raw-insn", file]
        text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        return sum(kernels(text).values(), [])

    return amd


@pytest.fixture
def spirv(generate):
    def spirv(program: str, numerics: str = "exact") -> str:
        files = generate(program, _VULKAN, numerics).files
        return "".join(subprocess.run(["spirv-dis", file], capture_output=True, text=True, check=True).stdout for file in files)

    return spirv


def _offsets(loads: list[Instruction], pattern: str) -> list[int]:
    return [int(found[1]) if (found := re.search(pattern, load.operands[-1])) else 0 for load in loads]


# PTX. `.rn` is what rounds to nearest and is not contracted by ptxas, which contracts what has no rounding.
_LOOSE = r"\S*\.approx\S*|(add|sub|mul|mad|fma|div|sqrt|rcp)(\.ftz)?\.f32|\S+\.ftz\S*"
_LANES = r"(shfl|redux|red|atom|bar|barrier|mma|wmma)\b.*"


def test_ptx_of_products_and_sums(ptx):
    code = ptx("elementwise")
    assert len(named(code, r"(add|sub)\.rn\.f32")) == 5 and len(named(code, r"mul\.rn\.f32")) >= 5
    assert named(code, rf"fma.*|{_LOOSE}") == []


def test_ptx_of_a_sum_takes_elements_in_order(ptx):
    code = ptx("sums")
    assert named(code, rf"fma.*|{_LOOSE}|{_LANES}") == []
    loads = named(code, r"ld\.global\S*")
    assert _offsets(loads, r"\+(\d+)\]") == sorted(_offsets(loads, r"\+(\d+)\]"))
    loaded = [name for load in loads for name in re.findall(r"%[rf]\d+", load.operands[0])]
    # An addition of two parts of a sum would have no element among its operands.
    added = [[name for name in sum_.operands[1:] if name in loaded] for sum_ in named(code, r"add\.rn\.f32")]
    assert added == [[name] for name in loaded] and loaded
    assert named(ptx("sums", "fast"), _LANES)


def test_ptx_of_a_product_of_matrices_is_chains(ptx):
    code = ptx("products")
    assert named(code, rf"(add|sub)\.\S*f32|{_LOOSE}|{_LANES}") == []
    # Each is computed once more, 2^64 times as large, to see whether it is subnormal; see `passes/_flushing.py`.
    scaled = {product.operands[0] for product in named(code, r"mul\.rn\.f32") if "0f5F800000" in product.operands}
    steps = [fused for fused in named(code, r"fma\.rn\.f32") if not scaled & {*fused.operands[1:]}]
    # Of four chains, which have a quarter of the columns each: a second step, and two in each turn of the loop.
    assert len(steps) == 12 == len(named(code, r"fma\.rn\.f32")) // 2
    chosen = {choice.operands[2]: choice.operands[0] for choice in named(code, r"selp\.\S+")}
    assert sorted(step.operands[3] for step in steps[8:]) == sorted(chosen[step.operands[0]] for step in steps[4:8])


def test_ptx_of_a_quotient_and_a_root(ptx):
    code = ptx("quotients")
    # The one instruction beside sums and products is a reciprocal, which their remainders correct.
    assert [str(found) for found in named(code, r"(rcp|div|sqrt|rsqrt|fma)\..*") if found.name != "rcp.rn.f32"] == []
    assert len(named(code, r"rcp\.rn\.f32")) == 1 and named(code, _LOOSE) == []
    assert named(ptx("quotients", "fast"), r"sqrt\.approx\.f32")


def test_ptx_of_a_training_step(ptx):
    code = ptx("mlp")
    assert named(code, rf"{_LOOSE}|{_LANES}") == []
    assert named(code, r"fma\.rn\.f32") and named(code, r"add\.rn\.f32")


# AMD.
_FUSED = r"v_(pk_)?(fma|fmac|fmamk|fmaak|mac|mad|madmk|madak|mfma|dot\d\w*)_\S*f(16|32|64)\S*"
_SUMS = r"v_(pk_)?(add|sub|subrev)_f32\S*"
_CROSS = r"v_mfma\S*|ds_\S+|\S+_dpp|v_permlane\S*|v_readlane\S*|\S+_atomic_\S+"


@_needs_objdump
def test_amd_code_of_products_and_sums(amd):
    code = amd("elementwise")
    assert len(named(code, _SUMS)) == 5 and len(named(code, r"v_mul_f32\S*")) >= 5
    assert [str(found) for found in named(code, _FUSED)] == []


@_needs_objdump
def test_amd_code_of_a_sum_has_one_running_total(amd):
    code = amd("sums")
    assert [str(found) for found in named(code, f"{_FUSED}|{_CROSS}")] == []
    sums = named(code, _SUMS)
    (total,) = {sum_.operands[0] for sum_ in sums}
    added = [[name for name in sum_.operands[1:] if name != total] for sum_ in sums]
    loads = named(code, r"(buffer|global)_load_dword\S*")
    assert _offsets(loads, r"offset:(\d+)$") == sorted(_offsets(loads, r"offset:(\d+)$"))
    elements = [name for load in loads for name in _each(load.operands[0])]
    assert added == [[name] for name in elements] and elements
    assert named(amd("sums", "fast"), _CROSS)


def _each(registers: str) -> list[str]:
    """The registers of `v3` or `v[4:7]`."""
    if found := re.fullmatch(r"v\[(\d+):(\d+)\]", registers):
        return [f"v{number}" for number in range(int(found[1]), int(found[2]) + 1)]
    return [registers]


@_needs_objdump
def test_amd_code_of_a_product_of_matrices(amd):
    code = amd("products")
    assert [str(found) for found in named(code, f"{_SUMS}|{_CROSS}")] == []
    # Steps of four chains, and once more 2^64 times as large; LLVM unrolls the loop.
    pairs, single = named(code, r"v_pk_fma_f32\S*"), named(code, r"v_fmac?_f32\S*")
    assert len(pairs) + len(single) == len(named(code, _FUSED)) > 0 == (2 * len(pairs) + len(single)) % 8
    assert named(amd("products", "fast"), r"v_mfma\S*")


@_needs_objdump
def test_amd_code_of_a_quotient_and_a_root(amd):
    code = amd("quotients")
    # LLVM's quotient, here the reciprocal that remainders correct, is an estimate and five fused operations.
    assert [len(named(code, rf"v_{name}_f32\S*")) for name in ("rcp", "div_fmas", "div_fixup")] == [1, 1, 1]
    assert len(named(code, _FUSED)) == 5
    assert named(code, r"v_r?sq(rt)?_\S+") == []
    assert named(amd("quotients", "fast"), r"v_sqrt_f32\S*")


@_needs_objdump
def test_amd_code_of_a_training_step(amd):
    code = amd("mlp")
    assert [str(found) for found in named(code, rf"{_CROSS}|v_(exp|log|sin|cos|sqrt|rsq)_\S*")] == []
    assert named(code, _FUSED) and named(code, _SUMS)


# Vulkan.
_INTEGERS = {"UMin", "UMax", "SMin", "SMax"}
#: They round nothing; what they give of NaN is open, and not used.
_EXTREMA = {"FMax", "FMin"}


@_needs_spirv_dis
@pytest.mark.parametrize("program", ["elementwise", "sums", "products", "quotients", "mlp"])
def test_spirv_has_only_what_every_device_rounds_alike(spirv, program):
    text = spirv(program)
    assert set(re.findall(r"OpExtInst %\w+ %\w+ (\w+)", text)) <= _INTEGERS | _EXTREMA
    assert len(re.findall("OpExtInst .* FM(?:ax|in) ", text)) <= text.count("OpIsNan ")
    assert not re.search("OpGroupNonUniform|OpControlBarrier|OpDot|OpMatrix|OpVectorTimes", text)
    rounding = re.findall(r"(%\w+) = OpF(?:Add|Sub|Mul|Div|Rem|Mod) ", text)
    assert rounding and set(rounding) <= set(re.findall(r"OpDecorate (%\w+) NoContraction", text))
    # A reciprocal of a number from 1 to 2, which remainders correct; nothing else is left to the driver.
    assert len(re.findall("OpFDiv %float %float_1 ", text)) == text.count("OpFDiv ")
    assert ("OpFDiv " in text) == (program in ("quotients", "mlp"))


@_needs_spirv_dis
def test_spirv_with_fast_numerics_leaves_more_to_the_driver(spirv):
    assert re.search(r"OpExtInst %\w+ %\w+ Fma", spirv("products", "fast"))
    assert re.search(r"OpExtInst %\w+ %\w+ Sqrt", spirv("quotients", "fast"))


@_needs_spirv_dis
def test_spirv_of_a_sum_adds_in_one_loop(spirv):
    text = spirv("sums")
    assert text.count("OpFAdd ") == 1 and "Workgroup" not in re.findall(r"OpVariable %\w+ (\w+)", text)
