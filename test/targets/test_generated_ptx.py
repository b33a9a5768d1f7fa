"""PTX assembles for the GPU that it is for, and for later ones where a target promises that."""

import os
import re
import subprocess

import pytest
from stock_tools import ptxas

slow = pytest.mark.skipif(os.environ.get("FUNGIBLE_TEST_SLOW") != "1", reason="slow: as for other devices, run lit with --param slow=1")

_CASES = [
    *(("checks", f"cuda:{capability}") for capability in ("sm_60", "sm_80", "sm_89", "sm_120")),
    ("mlp", "cuda:sm_60"),
    *(pytest.param("mlp", f"cuda:{capability}", marks=slow) for capability in ("sm_80", "sm_89", "sm_120")),
    ("digits", "cuda:sm_89"),
    ("gpt", "cuda:sm_89"),
    # Hopper and data-centre Blackwell get the PTX of sm_89.
    ("mlp", "cuda:sm_90"),
    ("mlp", "cuda:sm_100"),
]

pytestmark = pytest.mark.skipif(not ptxas(), reason="without ptxas")


@pytest.mark.parametrize(("program", "target"), _CASES)
def test_every_kernel_assembles(generate, program, target, tmp_path):
    code = generate(program, target)
    (file,) = code.files
    text = file.read_text()
    assert re.findall(r"^\.target (\w+)", text, re.MULTILINE) == list(code.target.requires)
    assert set(re.findall(r"^\.visible \.entry (\w+)", text, re.MULTILINE)) == code.kernels

    tool, capability = _assembler(int(target.partition("sm_")[2]))
    cubin = tmp_path / "cubin"
    run = subprocess.run([tool, f"-arch=sm_{capability}", "-o", cubin, file], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    data = cubin.read_bytes()
    assert data.startswith(b"\x7fELF") and [name for name in code.kernels if f".text.{name}".encode() not in data] == []


def _assembler(capability: int) -> tuple[str, int]:
    """A ptxas and the capability to assemble for: the wanted one, or else the next that one knows, which takes older PTX."""
    found = [(known, tool.path) for tool in ptxas() for known in tool.capabilities if known >= capability]
    if not found:
        pytest.skip(f"no ptxas here knows sm_{capability}")
    known, path = min(found)
    return path, known
