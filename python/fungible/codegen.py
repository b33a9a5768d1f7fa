"""From `linalg` to the code for one target; IREE's phases are stages like ours."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from torch_mlir import ir

from . import iree, reproducer, targets
from .errors import CompilationError
from .lowering import parse, run, text_of
from .passes import pipelines
from .passes.transforms import fungible_apply_tuning
from .targets import Target

#: Attribute of a module at `legalized`: the target that it is for.
_TARGET = "fungible.target"


def legalize(text: str, target: Target) -> str:
    """The text at `legalized`, with locations, of a module's text at `linalg`.

    Raises:
        CompilationError: it computes in types that the target lacks.
        TargetError: its numerics are exact, and the target cannot keep them.
    """
    exact, choices = (), dict(target.choices)
    if targets.is_exact(text):
        targets.check_exact(target)
        # Tuned kernels were compared within what rounding allows.
        exact, choices = target.exact, {}
    pipeline = pipelines.legalization(target.lacks, target.tuning, exact)
    module = parse(text, "<module>").operation
    with module.context:
        module.attributes[_TARGET] = ir.StringAttr.get(target.name)
    if choices:
        fungible_apply_tuning.set_choices(module, choices)
    try:
        return run(module, [(pipelines.find("legalized"), pipeline)])
    except CompilationError as error:
        raise CompilationError(f"{error}\n(for target '{target.name}')") from None


def _require_legalized(text: str, target: Target) -> None:
    """Raises CompilationError for text at `legalized` that was made for another target."""
    found = re.search(rf'\b{re.escape(_TARGET)} = "([^"]*)"', text)
    if (found is not None and found[1] != target.name) or (found is None and (target.lacks or target.tuning)):
        made_for = f"'{found[1]}'" if found else "no target"
        raise CompilationError(f"the module was legalized for {made_for}, not for '{target.name}'; see --targets")


def executable(text: str, stage: str, target: Target) -> bytes:
    """The executable module (a `.vmfb`) of a module at `linalg` or any stage after it.

    Raises:
        CompilationError: with a reproducer.
    """
    if stage == "linalg":
        text = legalize(text, target)
    elif stage == "legalized":
        _require_legalized(text, target)
    return _careful(text, stage, iree.END, target)


def kernels(text: str, target: Target) -> bytes:
    """The executable module of kernels that are at `legalized` without having been legalized.

    Raises:
        CompilationError: code generation fails with the target's own flags; without a reproducer.
    """
    return iree.compile(text, flags=targets.flags(target))


def stages(text: str, stage: str, end: str, target: Target) -> Iterator[tuple[str, str]]:
    """The name and text of each stage after `stage`, up to `end`, from `legalized` on.

    Raises:
        CompilationError: with a reproducer.
    """
    if stage == "linalg":
        text, stage = legalize(text, target), "legalized"
        yield stage, text_of(parse(text, "<module>").operation)
    elif stage == "legalized":
        _require_legalized(text, target)
    names = pipelines.names()
    phases = [name for name in iree.PHASES if names.index(stage) < names.index(name) <= names.index(end)]
    if len(phases) == 1:
        yield phases[0], _careful(text, stage, phases[0], target).decode()
    elif phases:
        with tempfile.TemporaryDirectory(prefix="fungible-") as folder:
            _careful(text, stage, end, target, Path(folder))
            files = {path.name.split(".")[-2]: path for path in Path(folder).glob("*.mlir")}
            for phase in phases:
                yield phase, files[phase].read_text()


def _careful(text: str, stage: str, end: str, target: Target, dump: Path | None = None) -> bytes:
    """What IREE makes of the text; where its code generation fails, once more with each of the
    target's `careful` flags. The error is that of the first attempt."""
    start = stage if pipelines.find(stage).is_iree else None
    first = None
    for more in ((), *target.careful):
        try:
            return _phases(text, start, end, target, (*targets.flags_for(target, text), *more), dump)
        except _Failure as failure:
            first = first or failure
    raise CompilationError("\n".join([str(first), *reproducer.write(first.text, first.command)])) from None


class _Failure(Exception):
    def __init__(self, error: CompilationError, text: str, command: list[str]):
        super().__init__(str(error))
        self.text, self.command = text, command


def _phases(text: str, start: str | None, end: str, target: Target, flags: tuple[str, ...], dump: Path | None) -> bytes:
    """`text` at `end`, through the phase at which the target's arithmetic is made strict."""
    middle = targets.strictness.PHASE
    if not target.is_spirv or _order(start) >= _order(middle) or _order(end) < _order(middle):
        return _iree(text, start, end, flags, dump)
    text = targets.strictness.strict(_iree(text, start, middle, flags, dump).decode())
    if dump is not None:
        for path in dump.glob(f"*.{middle}.mlir"):
            path.write_text(targets.strictness.strict(path.read_text()))
    return text.encode() if end == middle else _iree(text, middle, end, flags, dump)


def _order(phase: str | None) -> int:
    return -1 if phase is None else [*iree.PHASES, iree.END].index(phase)


def _iree(text: str, start: str | None, end: str, flags: tuple[str, ...], dump: Path | None) -> bytes:
    dumps = () if dump is None else (f"--dump-compilation-phases-to={dump}",)
    try:
        return iree.compile(text, flags=(*flags, *dumps), compile_from=start, compile_to=end)
    except CompilationError as error:
        phases = [f"--compile-{side}={name}" for side, name in (("from", start), ("to", end)) if name]
        command = ["iree-compile", "{}", "-o", "/dev/null", *phases, *flags]
        raise _Failure(error, text, command) from None
