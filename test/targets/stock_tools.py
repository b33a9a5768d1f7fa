"""Tools of others that read generated code, where they are found; None where they are not."""

import functools
import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

#: The first LLVM that disassembles all AMD GPUs that we compile for.
_LLVM = 17


@dataclass(frozen=True)
class Ptxas:
    """NVIDIA's assembler, and the compute capabilities that it knows (89 for sm_89)."""

    path: str
    capabilities: tuple[int, ...]


def spirv_val() -> str | None:
    """The validator of SPIR-V; `spirv-dis` comes in the same package."""
    return shutil.which("spirv-val") if shutil.which("spirv-dis") else None


def llvm_objdump() -> str | None:
    """LLVM's disassembler, of release 17 or later."""
    for command in ("llvm-objdump", *(f"llvm-objdump-{release}" for release in range(40, _LLVM - 1, -1))):
        path = shutil.which(command)
        version = path and re.search(r"LLVM version (\d+)\.", _output(path, "--version"))
        if version and int(version[1]) >= _LLVM:
            return path
    return None


@functools.cache
def ptxas() -> tuple[Ptxas, ...]:
    """All that are found: in PATH, in CUDA_HOME, and in NVIDIA's packages of PyPI. CUDA 13 dropped what came before sm_75."""
    folders = [Path(name) for name in os.environ["PATH"].split(os.pathsep)]
    if home := os.environ.get("CUDA_HOME"):
        folders.append(Path(home) / "bin")
    spec = importlib.util.find_spec("nvidia")
    for folder in spec.submodule_search_locations if spec else ():
        folders += Path(folder).glob("*/bin")
    paths = {str(path) for folder in folders if (path := shutil.which("ptxas", path=str(folder)))}
    known = [(path, re.findall(r"'sm_(\d+)'", _output(path, "--help"))) for path in sorted(paths)]
    return tuple(Ptxas(path, tuple(sorted({int(name) for name in names}))) for path, names in known if names)


def _output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True).stdout
