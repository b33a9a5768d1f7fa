"""With exact numerics, code for IREE's virtual machine fuses nothing: on Arm its fused multiply-add is one."""

import re

import pytest

from fungible import codegen, targets


@pytest.fixture
def code(linalg_text):
    """`code(program, numerics)`: the kernels, in operations of the virtual machine."""

    def code(program: str, numerics: str = "exact") -> str:
        target = targets.resolve("vmvx")
        stages = codegen.stages(linalg_text(program, target, numerics), "linalg", "executable-targets", target)
        return dict(stages)["executable-targets"]

    return code


@pytest.mark.parametrize("program", ["elementwise", "products", "sums", "checks", "mlp"])
def test_nothing_is_fused(code, program):
    found = code(program)
    assert len(re.findall(r"= vm\.(?:add|sub)\.f32 ", found)) > 0
    assert re.findall(r"= vm\.fma\.f(?:32|64) .*", found) == []


def test_products_are_rounded_once_each(code):
    found = code("elementwise")
    assert len(re.findall(r"= vm\.mul\.f32 ", found)) == len(re.findall(r"= vm\.(?:add|sub)\.f32 ", found)) == 5


def test_fast_numerics_fuse(code):
    assert re.findall(r"= vm\.fma\.f32 ", code("elementwise", "fast"))
