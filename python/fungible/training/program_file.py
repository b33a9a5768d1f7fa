"""Python files of the user's: a program with `build()`, or data with `batches()`."""

from __future__ import annotations

import importlib.util
import linecache
import sys
import traceback
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from ..errors import FungibleError

if TYPE_CHECKING:
    from ..program import Program


def load_module(path: str) -> ModuleType:
    """Imports a file as `python FILE` would: files beside it can be imported too.

    Raises:
        FungibleError: there is no such file, or it raised an exception; the message has the
            user's line.
    """
    file = Path(path)
    if not file.is_file():
        raise FungibleError(f"{path}: {'is a folder, not a file' if file.is_dir() else 'no such file'}")
    folder = str(file.resolve().parent)
    if folder not in sys.path:
        sys.path.insert(0, folder)
    # A name of its own, so that a program called json.py is nobody else's json.
    name = f"fungible_user_{file.stem}"
    spec = importlib.util.spec_from_file_location(name, file.resolve())
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except FungibleError:
        raise
    except SyntaxError as error:
        place = path if _same(error.filename, path) else error.filename
        raise FungibleError(f"{place}:{error.lineno}: SyntaxError: {error.msg}") from error
    except Exception as error:
        raise FungibleError(described(error, path)) from error
    return module


def call(module: ModuleType, function: str, path: str) -> Any:
    """The result of a function without arguments in a user's file.

    Raises:
        FungibleError: there is no such function, or it raised an exception.
    """
    if not callable(getattr(module, function, None)):
        raise FungibleError(f"{path}: defines no function {function}()")
    try:
        return getattr(module, function)()
    except FungibleError:
        raise
    except Exception as error:
        raise FungibleError(described(error, path)) from error


def load_program(path: str, seed: int = 0) -> Program:
    """The `fungible.Program` that a program file builds, with torch's generators seeded first.

    Raises:
        FungibleError: the file cannot be used.
    """
    import torch

    from ..program import Program

    torch.manual_seed(seed)
    program = call(load_module(path), "build", path)
    if not isinstance(program, Program):
        raise FungibleError(f"{path}: build() returned {type(program).__name__}, expects a fungible.Program")
    return program


def described(error: BaseException, path: str) -> str:
    """One line: the last place in the user's file that led to the error, and what it says."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _same(frame.filename, path)]
    message = f"{type(error).__name__}: {error}".strip().splitlines()[0].removesuffix(": ")
    if not frames:
        return f"{path}: {message}"
    line = linecache.getline(frames[-1].filename, frames[-1].lineno).strip()
    return f"{path}:{frames[-1].lineno}: {message} (in: {line})"


def _same(filename: str | None, path: str) -> bool:
    return filename is not None and Path(filename).resolve() == Path(path).resolve()
