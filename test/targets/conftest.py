"""What is generated for a program, as files that stock tools read."""

import functools
import os
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from fungible import codegen, compiler, targets
from fungible.proof import checks
from fungible.targets import Target
from fungible.training.program_file import load_program

_EXAMPLES = Path(__file__).parents[2] / "examples"


@dataclass(frozen=True)
class Generated:
    """Code of one executable module.

    Attributes:
        target: For which it was generated.
        files: One for each library of kernels; for Vulkan, one for each kernel.
        kernels: The names of all kernels that the host program launches.
    """

    target: Target
    files: tuple[Path, ...]
    kernels: frozenset[str]


@pytest.fixture
def generate(tmp_path, monkeypatch):
    """`generate(program, target)`: compiles a program of examples/, or the known-answer checks (`checks`)."""

    def generate(program: str, name: str) -> Generated:
        target = targets.resolve(name)
        flags = [f"--iree-hal-dump-executable-{kind}-to={tmp_path / kind}" for kind in ("binaries", "sources")]
        monkeypatch.setenv("FUNGIBLE_IREE_FLAGS", " ".join(flags))
        module = codegen.executable(_linalg(program, *target.dtypes.items()), "linalg", target)
        files = tuple(sorted((tmp_path / "binaries").iterdir()))
        for file in files:
            assert file.read_bytes().strip() in module, f"{file.name} is not what the module holds"
        sources = "".join(path.read_text() for path in (tmp_path / "sources").iterdir())
        kernels = re.findall(r"hal\.executable\.export public @(\w+)", sources)
        assert kernels and all(name.encode() in module for name in kernels)
        return Generated(target, files, frozenset(kernels))

    return generate


@functools.cache
def _linalg(program: str, *dtypes: tuple[str, str]) -> str:
    if program == "checks":
        return compiler.to_linalg(compiler.parse(checks.program(checks.applicable(dict(dtypes))), "<checks>").operation, "fungible")
    if program == "digits":
        pytest.importorskip("sklearn")
    if program == "gpt" and os.environ.get("FUNGIBLE_TEST_SLOW") != "1":
        pytest.skip("takes minutes; FUNGIBLE_TEST_SLOW=1 runs it")
    return load_program(str(_EXAMPLES / f"{program}.py"), 0).as_text("linalg")
