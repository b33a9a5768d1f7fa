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
_MORE_PROGRAMS = Path(__file__).parents[2] / "benchmarks" / "numerics" / "programs"
_ARITHMETIC = Path(__file__).parent / "Inputs" / "arithmetic"
_LONG = ("gpt", "llama", "resnet")


@dataclass(frozen=True)
class Generated:
    """Code of one executable module.

    Attributes:
        target: For which it was generated.
        files: One for each library of kernels; for Vulkan, one for each kernel.
        kernels: The names of all kernels that the host program launches.
        assembly: The text of the kernels that LLVM makes for CPUs; the files do not have their names.
    """

    target: Target
    files: tuple[Path, ...]
    kernels: frozenset[str]
    assembly: tuple[Path, ...] = ()


@pytest.fixture
def generate(tmp_path, monkeypatch):
    """`generate(program, target, numerics)`: compiles a program of examples/ or benchmarks/numerics/programs, a module of
    Inputs/arithmetic, or the known-answer checks (`checks`)."""

    def generate(program: str, name: str, numerics: str = "fast") -> Generated:
        target = targets.resolve(name)
        folder = tmp_path / f"{program}-{numerics}"
        kinds = ("binaries", "sources", *(("intermediates",) if name.startswith("cpu") else ()))
        flags = [f"--iree-hal-dump-executable-{kind}-to={folder / kind}" for kind in kinds]
        monkeypatch.setenv("FUNGIBLE_IREE_FLAGS", " ".join(flags))
        module = codegen.executable(_linalg(program, numerics, *target.dtypes.items()), "linalg", target)
        files = tuple(sorted((folder / "binaries").iterdir()))
        for file in files:
            assert file.read_bytes().strip() in module, f"{file.name} is not what the module holds"
        sources = "".join(path.read_text() for path in (folder / "sources").iterdir())
        kernels = re.findall(r"hal\.executable\.export public @(\w+)", sources)
        assert kernels and all(name.encode() in module for name in kernels)
        return Generated(target, files, frozenset(kernels), tuple(sorted(folder.glob("intermediates/*.s"))))

    return generate


@pytest.fixture
def linalg_text():
    """`linalg_text(program, target, numerics)`: the same programs for a target, as text at `linalg`."""
    return lambda program, target, numerics: _linalg(program, numerics, *target.dtypes.items())


@functools.cache
def _linalg(program: str, numerics: str, *dtypes: tuple[str, str]) -> str:
    if program == "checks":
        text = checks.program(checks.applicable(dict(dtypes), numerics), numerics)
        return compiler.to_linalg(compiler.parse(text, "<checks>").operation, "fungible")
    if (module := _ARITHMETIC / f"{program}.mlir").is_file():
        attributes = 'attributes {fungible.numerics = "exact"} ' if numerics == "exact" else ""
        return module.read_text().replace("module {", f"module {attributes}{{")
    if program == "digits":
        pytest.importorskip("sklearn")
    if program in _LONG and os.environ.get("FUNGIBLE_TEST_SLOW") != "1":
        pytest.skip("takes minutes; FUNGIBLE_TEST_SLOW=1 runs it")
    (file,) = (folder / f"{program}.py" for folder in (_EXAMPLES, _MORE_PROGRAMS) if (folder / f"{program}.py").is_file())
    return load_program(str(file), 0).as_text("linalg", numerics=numerics)
