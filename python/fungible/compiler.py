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
from .dialects.fungible import load
from .errors import CompilationError
from .passes import diagnostics, manager, pipelines, source, support
from .passes._leftovers import Leftover
from .passes.verify import verify_fungible_contract
from .proof import checks
from .targets import Target

_NAMES = pipelines.names()

#: Attribute of a module at `legalized`: the target that it is for.
_TARGET = "fungible.target"


def parse(text: str, name: str) -> ir.Module:
    """MLIR text of one of our stages, in a context of its own.

    Raises:
        CompilationError: it does not parse; the message is located in `name`.
    """
    context = ir.Context()
    load(context)
    with context, diagnostics.Collector(context) as collected:
        try:
            return source.parse(source.Chunk(text), name, collected)
        except ir.MLIRError as error:
            if not collected.errors:
                raise CompilationError(f"{name}: {error}") from None
            raise CompilationError(collected.errors[0].lines()[0]) from None


def text_of(module: ir.Operation, locations: bool = False) -> str:
    return module.get_asm(enable_debug_info=locations)


def lower(module: ir.Operation, start: str, end: str) -> Iterator[str]:
    """Runs our pipelines from stage `start` to stage `end`, in place; yields each stage's name.

    Raises:
        CompilationError: a pass failed; with the ops that have no lowering and a reproducer.
    """
    for stage in pipelines.STAGES[_NAMES.index(start) + 1 : _NAMES.index(end) + 1]:
        _run(module, stage, stage.pipeline)
        yield stage.name


def _run(module: ir.Operation, stage: pipelines.Stage, pipeline: Sequence[str]) -> None:
    with module.context:
        before = module.clone()
        with diagnostics.Collector(module.context) as collected:
            try:
                manager.run(module, pipeline)
                return
            except ir.MLIRError:
                pass
        unsupported: list[Leftover] = []
        if stage.name == "linalg":
            unsupported = support.unsupported(before)
        elif collected.errors and collected.errors[0].message.startswith(verify_fungible_contract.UNKNOWN):
            # The contract knows the ops that nobody knows; others would fail at the next stage.
            unsupported = support.unsupported(module)
        raise reproducer.pass_failure(collected.errors, unsupported, text_of(before, locations=True), pipeline)


def to_linalg(module: ir.Operation, start: str) -> str:
    """The module's text at the last stage that is ours, with locations; changes the module."""
    for _ in lower(module, start, "linalg"):
        pass
    return text_of(module, locations=True)


def legalize(text: str, target: Target) -> str:
    """The text at `legalized`, with locations, of a module's text at `linalg`.

    Raises:
        CompilationError: it computes in types that the target lacks.
    """
    pipeline = pipelines.legalization(target.lacks)
    if not pipeline:
        return text
    module = parse(text, "<module>").operation
    try:
        _run(module, pipelines.find("legalized"), pipeline)
    except CompilationError as error:
        raise CompilationError(f"{error}\n(for target '{target.name}')") from None
    with module.context:
        module.attributes[_TARGET] = ir.StringAttr.get(target.name)
    return text_of(module, locations=True)


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
    return _iree(text, stage, None, targets.flags(target))


def _iree(text: str, stage: str, end: str | None, flags: Sequence[str]) -> bytes:
    start = stage if pipelines.find(stage).is_iree else None
    try:
        return iree.compile(text, flags=flags, compile_from=start, compile_to=end)
    except CompilationError as error:
        phases = [f"--compile-{side}={name}" for side, name in (("from", start), ("to", end)) if name]
        command = ["iree-compile", "{}", "-o", "/dev/null", *phases, *flags]
        lines = [str(error), *reproducer.write(text, command)]
        raise CompilationError("\n".join(lines)) from None


def stages(form: ir.Operation | str, start: str, end: str, wanted: Sequence[Target]) -> Iterator[tuple[str, str, str]]:
    """Stage, target and text of each module after `start`, up to `end`, without its state.

    Args:
        form: the module at a stage before `linalg`, which is changed, or its text from there on.

    The target is empty before `legalized`, where the targets share one module.
    """
    if pipelines.position(start) < pipelines.position("linalg"):
        last = "linalg" if pipelines.is_for_one_target(end) else end
        for start in lower(form, start, last):
            yield start, "", text_of(form)
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
    flags = targets.flags(target)
    phases = [name for name in iree.PHASES if _NAMES.index(stage) < _NAMES.index(name) <= _NAMES.index(end)]
    if not phases:
        return
    if len(phases) == 1:
        yield phases[0], _iree(text, stage, phases[0], flags).decode()
        return
    with tempfile.TemporaryDirectory(prefix="fungible-") as folder:
        _iree(text, stage, end, (*flags, f"--dump-compilation-phases-to={folder}"))
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


def build(linalg: Callable[[], tuple[str, str]], parts: Sequence[str | bytes], target: Target) -> Build:
    """A program's code for one target, and the checks that prove a device for it.

    Args:
        linalg: Gives the program's text and the stage that it is at; not called where the
            code is in the cache.
        parts: All that decides the text.

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


def _cached(parts: Sequence[str | bytes], target: Target, make: Callable[[], bytes]) -> bytes:
    """`make()`, or what it returned when it was last called with the same parts and target."""
    store = cache.default()
    if store is None:
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
