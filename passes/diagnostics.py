"""What MLIR says about a module, as plain data that outlives the callback."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TextIO

from torch_mlir import ir

#: Longest text of one printed line; a "see current operation" note can hold a whole module.
_LONGEST = 400


@dataclass(frozen=True)
class Diagnostic:
    """One message. `line` and `column` count from 1; `file` is None where the location is unknown."""

    severity: str
    message: str
    file: str | None = None
    line: int = 0
    column: int = 0
    notes: tuple[Diagnostic, ...] = ()

    def where(self) -> str:
        """`file:line:col: `, or nothing."""
        return "" if self.file is None else f"{self.file}:{self.line}:{self.column}: "

    def lines(self) -> list[str]:
        """`file:line:col: error: message`, then one line for each note."""
        text = f"{self.where()}{self.severity}: {_shorten(self.message)}"
        return [text, *(line for note in self.notes for line in note.lines())]


def _shorten(text: str) -> str:
    first, newline, _ = text.strip().partition("\n")
    return first if not newline and len(first) <= _LONGEST else first[:_LONGEST].rstrip() + " ..."


def file_location(location: ir.Location) -> ir.FileLineColLoc | None:
    """The innermost file location in a name, call site or fused location."""
    if isinstance(location, ir.FileLineColLoc):
        return location
    if isinstance(location, ir.NameLoc):
        return file_location(location.child_loc)
    if isinstance(location, ir.CallSiteLoc):
        return file_location(location.callee) or file_location(location.caller)
    if isinstance(location, ir.FusedLoc):
        return next(filter(None, map(file_location, location.locations)), None)
    return None


def _plain(diagnostic: ir.Diagnostic) -> Diagnostic:
    notes = tuple(_plain(note) for note in diagnostic.notes)
    severity = diagnostic.severity.name.lower()
    place = file_location(diagnostic.location)
    if place is None:
        return Diagnostic(severity, diagnostic.message, notes=notes)
    return Diagnostic(severity, diagnostic.message, place.filename, place.start_line, place.start_col, notes)


class Collector:
    """Collects every diagnostic of a context while it is entered.

        with Collector(context) as collected:
            module = ir.Operation.parse(...)
        collected.print(sys.stderr)
    """

    def __init__(self, context: ir.Context):
        self._context = context
        self.diagnostics: list[Diagnostic] = []

    def __enter__(self) -> Collector:
        # Without it the bindings keep errors to themselves, in the exception that they raise.
        self._emitted = self._context.emit_error_diagnostics
        self._context.emit_error_diagnostics = True
        self._handler = self._context.attach_diagnostic_handler(self._collect)
        return self

    def __exit__(self, *exception) -> None:
        self._handler.detach()
        self._context.emit_error_diagnostics = self._emitted

    def _collect(self, diagnostic: ir.Diagnostic) -> bool:
        self.diagnostics.append(_plain(diagnostic))
        return True

    @property
    def errors(self) -> list[Diagnostic]:
        return [diagnostic for diagnostic in self.diagnostics if diagnostic.severity == "error"]

    def renamed(self, old: str, new: str) -> None:
        """Says `new` wherever a location says the file is `old`."""
        self.diagnostics = [_renamed(diagnostic, old, new) for diagnostic in self.diagnostics]

    def print(self, file: TextIO) -> None:
        for diagnostic in self.diagnostics:
            for line in diagnostic.lines():
                print(line, file=file)


def _renamed(diagnostic: Diagnostic, old: str, new: str) -> Diagnostic:
    return dataclasses.replace(
        diagnostic,
        file=new if diagnostic.file == old else diagnostic.file,
        notes=tuple(_renamed(note, old, new) for note in diagnostic.notes),
    )
