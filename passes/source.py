"""Reads modules from text, with the file's own name and line numbers in every location."""

import re
from dataclasses import dataclass

from torch_mlir import ir

from ._kernels import BOUNDARY, KERNEL, allow
from .diagnostics import Collector

#: What `Module.parse` calls its source; unlike `Operation.parse` it cannot be told a name.
_ANONYMOUS = "-"
_SEVERAL = "source must contain a single top-level operation"


@dataclass(frozen=True)
class Chunk:
    """A part of a file that is a module of its own; `line` is its first, from 1."""

    text: str
    line: int = 1


def split(text: str) -> list[Chunk]:
    """The chunks between lines `// -----`."""
    chunks, start, lines = [], 0, text.splitlines(keepends=True)
    for number, line in enumerate(lines):
        if re.fullmatch(r"// -----\s*", line):
            chunks.append(Chunk("".join(lines[start:number]), start + 1))
            start = number + 1
    chunks.append(Chunk("".join(lines[start:]), start + 1))
    return chunks


def parse(chunk: Chunk, name: str, collected: Collector) -> ir.Operation:
    """The chunk as `builtin.module`, made around it where the text has none.

    Args:
        chunk: what to parse.
        name: the file, as locations shall say it.
        collected: entered, on the current context; gets the errors.

    Raises:
        ir.MLIRError: not valid IR; `collected` says why.
    """
    text = "\n" * (chunk.line - 1) + chunk.text
    before = len(collected.diagnostics)
    if KERNEL in text or BOUNDARY in text:
        allow(ir.Context.current)
    try:
        top = ir.Operation.parse(text, source_name=name).operation
    except ir.MLIRError:
        errors = collected.diagnostics[before:]
        if len(errors) != 1 or not errors[0].message.startswith(_SEVERAL):
            raise
        del collected.diagnostics[before:]
        return _parse_several(text, name, collected)
    if top.name == "builtin.module":
        return top
    with top.location:
        module = ir.Module.create()
    module.body.append(top)
    module.operation.verify()
    return module.operation


def _parse_several(text: str, name: str, collected: Collector) -> ir.Operation:
    try:
        module = ir.Module.parse(text).operation
    finally:
        collected.renamed(_ANONYMOUS, name)

    def named(location: ir.Location) -> ir.Location:
        if isinstance(location, ir.FileLineColLoc) and location.filename == _ANONYMOUS:
            return ir.Location.file(name, location.start_line, location.start_col)
        return location

    def rename(op):
        op.location = named(op.location)
        for block in (block for region in op.regions for block in region):
            for argument in block.arguments:
                argument.set_location(named(argument.location))
        return ir.WalkResult.ADVANCE

    module.walk(rename, ir.WalkOrder.PRE_ORDER)
    return module
