"""Takes a module from any stage to any later one; IREE's phases are stages like ours."""

from __future__ import annotations

import hashlib
import importlib.metadata
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import cache as memoize
from pathlib import Path

from torch_mlir import ir

from . import __version__, cache, dialects, iree, module_attributes, passes, reproducer, targets
from .artifact import Artifact
from .runtime.build import Build
from .errors import CompilationError
from .lowering import parse, run, text_of, to_stage
from .passes import pipelines
from .proof import checks
from .targets import Target

_NAMES = pipelines.names()

#: Attribute of a module at `legalized`: the target that it is for.
_TARGET = "fungible.target"


def to_linalg(module: ir.Operation, start: str) -> str:
    """The module's text at the last stage that is ours, with locations."""
    return to_stage(module, start, "linalg")


def legalize(text: str, target: Target) -> str:
    """The text at `legalized`, with locations, of a module's text at `linalg`.

    Raises:
        CompilationError: it computes in types that the target lacks.
    """
    pipeline = pipelines.legalization(target.lacks)
    if not pipeline:
        return text
    module = parse(text, "<module>").operation
    with module.context:
        module.attributes[_TARGET] = ir.StringAttr.get(target.name)
    try:
        return run(module, [(pipelines.find("legalized"), pipeline)])
    except CompilationError as error:
        raise CompilationError(f"{error}\n(for target '{target.name}')") from None


def _require_legalized(text: str, target: Target) -> None:
    """Raises CompilationError for text at `legalized` that was made for another target."""
    found = re.search(rf'\b{re.escape(_TARGET)} = "([^"]*)"', text)
    if (found is not None and found[1] != target.name) or (found is None and target.lacks):
        made_for = f"'{found[1]}'" if found else "a target that has every type"
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
    return _iree(text, stage, None, target)


def _iree(text: str, stage: str, end: str | None, target: Target, *extra: str) -> bytes:
    """What IREE makes of the text; where its code generation fails, once more with each of the
    target's `careful` flags. The error is that of the first attempt."""
    start = stage if pipelines.find(stage).is_iree else None
    first = None
    for careful in ((), *target.careful):
        flags = (*targets.flags_for(target, text), *careful, *extra)
        try:
            return iree.compile(text, flags=flags, compile_from=start, compile_to=end)
        except CompilationError as error:
            first = first or (error, flags)
    error, flags = first
    phases = [f"--compile-{side}={name}" for side, name in (("from", start), ("to", end)) if name]
    command = ["iree-compile", "{}", "-o", "/dev/null", *phases, *flags]
    lines = [str(error), *reproducer.write(text, command)]
    raise CompilationError("\n".join(lines)) from None


def stages(form: ir.Operation | str, start: str, end: str, wanted: Sequence[Target]) -> Iterator[tuple[str, str, str]]:
    """Stage, target and text of each module after `start`, up to `end`, without its state.

    Args:
        form: the module at a stage before `linalg`, or its text from there on.

    The target is empty before `legalized`, where the targets share one module.
    """
    if pipelines.position(start) < pipelines.position("linalg"):
        last = "linalg" if pipelines.is_for_one_target(end) else end
        for stage in _NAMES[_NAMES.index(start) + 1 : _NAMES.index(last) + 1]:
            form, start = parse(to_stage(form, start, stage), "<module>").operation, stage
            yield stage, "", text_of(form)
        form = text_of(form, locations=True)
    if pipelines.is_for_one_target(end):
        for target in wanted:
            for name, text in _target_stages(form, start, end, target):
                yield name, target.name, text


def _target_stages(text: str, stage: str, end: str, target: Target) -> Iterator[tuple[str, str]]:
    """The text of each stage after `stage`, up to `end`, from `legalized` on."""
    if stage == "linalg":
        text = legalize(text, target)
        stage = "legalized"
        yield stage, _without_locations(text)
    elif stage == "legalized":
        _require_legalized(text, target)
    phases = [name for name in iree.PHASES if _NAMES.index(stage) < _NAMES.index(name) <= _NAMES.index(end)]
    if not phases:
        return
    if len(phases) == 1:
        yield phases[0], _iree(text, stage, phases[0], target).decode()
        return
    with tempfile.TemporaryDirectory(prefix="fungible-") as folder:
        _iree(text, stage, end, target, f"--dump-compilation-phases-to={folder}")
        files = {path.name.split(".")[-2]: path for path in Path(folder).glob("*.mlir")}
        for phase in phases:
            yield phase, files[phase].read_text()


def _without_locations(text: str) -> str:
    return text_of(parse(text, "<module>").operation)


@memoize
def fingerprint() -> str:
    """SHA-256 of all that turns a captured program into an executable, for cache keys."""
    digest = hashlib.sha256(__version__.encode())
    for package in ("torch-mlir", "iree-base-compiler"):
        digest.update(f"{package}=={importlib.metadata.version(package)}\n".encode())
    folders = [Path(module.__file__).parent for module in (dialects, passes)]
    for folder in (*folders, Path(__file__).parent / "frontend"):
        for path in sorted(folder.rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def build(linalg: Callable[[], tuple[str, str]], parts: Sequence[str | bytes] | None, target: Target) -> Build:
    """A program's code for one target, and the checks that prove a device for it.

    Args:
        linalg: Gives the program's text and the stage that it is at; not called where the
            code is in the cache.
        parts: All that decides the text; None where that is not known, and the cache is of no use.

    Raises:
        CompilationError: it cannot be compiled for the target.
    """
    module = _cached(parts, target, lambda: executable(*linalg(), target))
    return Build.of(target, module, *known_answers_for(target))


def known_answers_for(target: Target) -> tuple[bytes, list[str]]:
    """The known-answer checks, compiled through the passes and flags of a program, and their names."""
    applicable = checks.applicable(target.dtypes)
    text = checks.program(applicable)

    def make() -> bytes:
        return executable(to_linalg(parse(text, "<checks>").operation, "fungible"), "linalg", target)

    return _cached([text], target, make), [check.name for check in applicable]


def _cached(parts: Sequence[str | bytes] | None, target: Target, make: Callable[[], bytes]) -> bytes:
    """`make()`, or what it returned when it was last called with the same parts and target."""
    store = cache.default()
    if store is None or parts is None:
        return make()
    key = cache.key(fingerprint(), *targets.flags(target), repr(target), *parts)
    found = store.get(key)
    if found is None:
        found = make()
        store.put(key, found)
    return found


def compile_text(text: str, stage: str, name: str, wanted: Sequence[Target], numerics: str) -> Artifact:
    """The artifact of a module's text at any stage; its state comes from the text (see `module_attributes`).

    Raises:
        CompilationError: a pass or IREE rejects it, or it lacks its schema or initial state.
    """
    text, state = module_attributes.detach_state(text)
    schema = module_attributes.read_schema(text)
    if state is None:
        raise CompilationError(
            f"{name}: the module has no attribute fungible.initial_state; print the stage with --compile-to to get it"
        )

    @memoize
    def lowered() -> tuple[str, str]:
        if pipelines.find(stage).is_iree:
            return text, stage
        module = parse(text, name).operation
        if pipelines.is_for_one_target(stage) or stage == "linalg":
            return text, stage
        return to_linalg(module, stage), "linalg"

    return Artifact.create(
        name=Path(name).stem,
        schema=schema,
        builds=[build(lowered, [stage, text], target) for target in wanted],
        state=state,
        numerics=numerics,
        fingerprint=cache.key(stage, text),
    )
