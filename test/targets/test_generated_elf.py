"""AMD code objects and CPU libraries disassemble, and hold the kernels that the host program launches."""

import os
import re
import subprocess

import pytest
from stock_tools import llvm_objdump

slow = pytest.mark.skipif(os.environ.get("FUNGIBLE_TEST_SLOW") != "1", reason="slow: as for other devices, run lit with --param slow=1")

_ROCM = [
    *(("checks", f"rocm:{architecture}") for architecture in ("gfx90a", "gfx942", "gfx1100")),
    ("mlp", "rocm:gfx1100"),
    *(pytest.param("mlp", f"rocm:{architecture}", marks=slow) for architecture in ("gfx90a", "gfx942")),
    ("digits", "rocm:gfx942"),
    ("gpt", "rocm:gfx942"),
]
#: Target -> the format, and registers or instructions that the level before does not have.
_CPU = {"cpu:x86-64-v3": ("elf64-x86-64", r"\bvfmadd\w+\t.*%ymm"), "cpu:aarch64": ("elf64-littleaarch64", r"\bfmla\tv")}

pytestmark = pytest.mark.skipif(not llvm_objdump(), reason="without an llvm-objdump of LLVM 17 or later")


def _disassemble(file) -> tuple[str, dict[str, str]]:
    """The format, and symbol -> text of its code."""
    run = subprocess.run([llvm_objdump(), "--disassemble", file], capture_output=True, text=True, check=True)
    assert "<unknown>" not in run.stdout
    head, *parts = re.split(r"^[0-9a-f]+ <(.+)>:$", run.stdout, flags=re.MULTILINE)
    return re.search(r"file format (\S+)", head)[1], dict(zip(parts[::2], parts[1::2]))


@pytest.mark.parametrize(("program", "target"), _ROCM)
def test_code_objects(generate, program, target):
    code = generate(program, target)
    (file,) = code.files
    assert f"-amd-amdhsa-unknown-{target.partition(':')[2]}".encode() in file.read_bytes()
    form, symbols = _disassemble(file)
    assert form == "elf64-amdgpu"
    assert symbols.keys() == code.kernels
    assert [name for name, text in symbols.items() if "s_endpgm" not in text] == []


@pytest.mark.parametrize(("program", "target"), [*(("mlp", target) for target in _CPU), ("digits", "cpu:aarch64")])
def test_cpu_libraries(generate, program, target):
    code = generate(program, target)
    (file,) = code.files
    form, symbols = _disassemble(file)
    wanted, instruction = _CPU[target]
    assert form == wanted
    # The kernels are reached through a table, by the names in it.
    assert "iree_hal_executable_library_query" in symbols
    assert [name for name in code.kernels if name.encode() + b"\0" not in file.read_bytes()] == []
    assert re.search(instruction, "".join(symbols.values()))
