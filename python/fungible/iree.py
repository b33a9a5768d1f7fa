"""Runs iree-compile, one process for each compilation, and reports its errors in one line."""

import contextlib
import functools
import importlib.metadata
import importlib.util
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from . import config
from .errors import CompilationError, FungibleError

#: The phases at which a module can be printed and taken up again, in order; IREE's names.
PHASES = ("input", "flow", "stream", "executable-targets", "hal", "vm")

#: The last phase: the executable module.
END = "end"


@functools.cache
def version() -> str:
    """The version of the installed compiler, for cache keys and manifests."""
    try:
        return importlib.metadata.version("iree-base-compiler")
    except importlib.metadata.PackageNotFoundError:
        raise FungibleError("the compiler is not installed; run `pip install iree-base-compiler`") from None


@functools.cache
def tool() -> Path:
    """The iree-compile binary of the installed package.

    The package is not imported: that would load a second MLIR into the process.
    """
    with contextlib.suppress(ModuleNotFoundError):
        spec = importlib.util.find_spec("iree.compiler")
        for folder in spec.submodule_search_locations if spec else ():
            path = Path(folder) / "_mlir_libs" / "iree-compile"
            if path.is_file():
                return path
    found = shutil.which("iree-compile")
    if found:
        return Path(found)
    raise FungibleError("iree-compile was not found; run `pip install iree-base-compiler`")


def compile(
    module: str | bytes,
    *,
    flags: Sequence[str],
    compile_from: str | None = None,
    compile_to: str | None = None,
) -> bytes:
    """Compiles MLIR text or bytecode.

    Args:
        module: The module, at the stage that `compile_from` names.
        flags: Of iree-compile; see `targets.flags`.
        compile_from: One of `PHASES`, what `module` has been printed at; none for linalg.
        compile_to: One of `PHASES`, to get MLIR text; `END` or none for the executable.

    Returns:
        The executable module (a `.vmfb`), or the text of the phase.

    Raises:
        CompilationError: with the first located error of the compiler; all that it printed
            is in the attribute `log`.
    """
    phases = [
        f"--compile-{side}={phase}" for side, phase in (("from", compile_from), ("to", compile_to)) if phase
    ]
    data = module.encode() if isinstance(module, str) else module
    with tempfile.TemporaryDirectory(prefix="fungible-") as folder:
        output = Path(folder) / "output"
        status, log = _run([str(tool()), "-", "-o", str(output), *phases, *flags], data)
        if status == 0:
            if config.verbose():
                sys.stderr.write(log)
            return output.read_bytes()
    error = CompilationError(_summary(status, log))
    error.log = log
    raise error


def _run(command: list[str], data: bytes) -> tuple[int, str]:
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        _, stderr = process.communicate(data)
    except BaseException:
        process.kill()
        process.wait()
        raise
    return process.returncode, stderr.decode(errors="replace")


_LOCATED = re.compile(r"^(?P<where>\S.*?:\d+:\d+): error: (?P<what>.*)$", re.MULTILINE)
_UNLOCATED = re.compile(r"^(?:\S*iree-compile: |error: |<unknown>:0: error: )?(?P<what>\S.*)$", re.MULTILINE)


def _summary(status: int, log: str) -> str:
    located = _LOCATED.search(log)
    if located:
        where = located["where"].replace("<stdin>", "<module>")
        return f"{where}: iree-compile: {located['what']}"
    if status < 0:
        with contextlib.suppress(ValueError):
            return f"iree-compile crashed ({signal.Signals(-status).name})"
        return f"iree-compile crashed (signal {-status})"
    first = _UNLOCATED.search(log)
    what = first["what"] if first else "no message"
    return f"iree-compile failed: {what}"
