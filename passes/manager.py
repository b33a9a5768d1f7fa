"""Runs a pipeline that mixes our passes with those registered in MLIR.

`PassManager.parse` knows registered passes only, so a pipeline's text is split here at
its top level: an element that names one of ours becomes a callable, the rest goes to
MLIR as it stands.
"""

import re
import traceback
from collections.abc import Callable, Sequence

from torch_mlir import ir
from torch_mlir.passmanager import PassManager

from . import registry
from ._pass import Pass, PassFailure


def split_pipeline(text: str) -> list[str]:
    """The top-level elements of `builtin.module(a,b{x=1},func.func(c))`, or of its inside.

    Raises:
        ValueError: brackets that do not match, or an empty element.
    """
    text = text.strip()
    match = re.fullmatch(r"builtin\.module\((.*)\)", text, re.DOTALL)
    body = match.group(1) if match else text
    elements, depth, start = [], 0, 0
    for position, character in enumerate(body):
        if character in "({[":
            depth += 1
        elif character in ")}]":
            depth -= 1
            if depth < 0:
                raise ValueError(f"pipeline closes a bracket that it never opened at character {position + 1}: {body}")
        elif character == "," and depth == 0:
            elements.append(body[start:position].strip())
            start = position + 1
    if depth:
        raise ValueError(f"pipeline leaves {depth} bracket(s) open: {body}")
    elements.append(body[start:].strip())
    if elements == [""]:
        return []
    if "" in elements:
        raise ValueError(f"pipeline has an empty element: {body}")
    return elements


def parse_element(element: str) -> Pass | str:
    """One of our passes with its options, or the text unchanged where MLIR should know it.

    Raises:
        ValueError: one of ours with an option that it does not have.
    """
    match = re.fullmatch(r"([\w-]+)\s*(?:\{(.*)\})?", element, re.DOTALL)
    if match is None:
        return element
    name, text = match.groups()
    try:
        kind = registry.find(name)
    except KeyError:
        return element
    options = {}
    for word in (text or "").split():
        option, separator, value = word.partition("=")
        options[option] = value if separator else "true"
    return kind.from_options(options)


def _callable(pass_: Pass):
    def run(op, handle):
        try:
            with op.location:  # building a type asks for one, to complain at
                pass_.run(op)
        except PassFailure:
            handle.signal_pass_failure()
        except Exception as error:  # MLIR cannot carry a Python exception through its C++ frames
            last = traceback.extract_tb(error.__traceback__)[-1]
            op.location.emit_error(
                f"pass '{pass_.name}' broke: {type(error).__name__}: {error} (at {last.filename}:{last.lineno})"
            )
            handle.signal_pass_failure()

    return run


def build(pipeline: str | Sequence[str | Callable]) -> PassManager:
    """A pass manager on `builtin.module` in the current context.

    An element may also be a function `(op, handle)`, which MLIR calls with the module.

    Raises:
        ValueError: a pass that neither we nor MLIR know, or bad options.
    """
    elements = split_pipeline(pipeline) if isinstance(pipeline, str) else list(pipeline)
    manager = PassManager("builtin.module")
    for element in elements:
        parsed = parse_element(element) if isinstance(element, str) else element
        if isinstance(parsed, Pass):
            manager.add(_callable(parsed), name=parsed.name, argument=parsed.name)
        else:
            manager.add(parsed)
    return manager


def run(module: ir.Operation, pipeline: str | Sequence[str]) -> None:
    """Runs the pipeline on the module in place.

    Raises:
        ir.MLIRError: a pass failed; the diagnostics are in the error.
        ValueError: the pipeline itself is wrong.
    """
    with module.context:
        build(pipeline).run(module)
