"""What a failed compilation leaves behind: the ops that failed, the module, and the command that fails on it."""

from __future__ import annotations

import hashlib
import linecache
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

from . import advice, config
from .errors import CompilationError
from .passes._leftovers import Leftover
from .passes.diagnostics import file_location


def write(text: str, command: Sequence[str]) -> list[str]:
    """Stores the module; returns the lines that tell where it is and what reproduces the failure.

    `command` has `{}` where the file's path goes. A folder that cannot be written costs the
    reproducer, not the error message.
    """
    name = f"fungible-{hashlib.sha256(text.encode()).hexdigest()[:12]}.mlir"
    path = Path(config.reproducer_dir()) / name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    except OSError as error:
        return [f"no reproducer: {path}: {error.strerror}"]
    words = [str(path) if word == "{}" else word for word in command]
    return [f"reproducer: {path}", f"reproduce with: {shlex.join(words)}"]


def failure(message: str, unsupported: Sequence[Leftover], text: str, pipeline: Sequence[str]) -> CompilationError:
    """The error for a pipeline of ours that failed on `text`; `message` where no op is to blame."""
    lines = [message]
    if unsupported:
        kinds = "one kind of op" if len(unsupported) == 1 else f"{len(unsupported)} kinds of op"
        lines = [f"{_where(unsupported[0])}: no lowering for {kinds}:"]
        for entry in unsupported:
            lines += _entry(entry)
    joined = f"builtin.module({','.join(pipeline)})"
    lines += write(text, ["fungible-opt", "{}", f"--pass-pipeline={joined}"])
    return CompilationError("\n".join(lines))


def _entry(entry: Leftover) -> Iterator[str]:
    yield f"  {entry.count:4d} x {entry.name}  (first at {_where(entry)})"
    place = file_location(entry.location)
    code = linecache.getline(place.filename, place.start_line).strip() if place is not None else ""
    if code:
        yield f"         {code}"
    yield f"         {advice.on(entry)}"


def _where(entry: Leftover) -> str:
    place = file_location(entry.location)
    return f"{place.filename}:{place.start_line}" if place is not None else "unknown location"
