"""Takes a program from any stage to artifacts, through the cache."""

from __future__ import annotations

import hashlib
import importlib.metadata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache as memoize
from pathlib import Path

from torch_mlir import ir

from . import __version__, cache, codegen, dialects, module_attributes, passes, targets
from .artifact import Artifact
from .runtime.build import Build
from .errors import CompilationError
from .lowering import parse, run, text_of, to_stage
from .passes import pipelines
from .proof import checks
from .targets import Target

_NAMES = pipelines.names()


def to_linalg(module: ir.Operation, start: str) -> str:
    """The module's text at the last stage that is ours, with locations."""
    return to_stage(module, start, "linalg")


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
            for name, text in codegen.stages(form, start, end, target):
                yield name, target.name, text


@memoize
def fingerprint() -> str:
    """SHA-256 of all that turns a captured program into an executable, for cache keys."""
    digest = hashlib.sha256(__version__.encode())
    for package in ("torch-mlir", "iree-base-compiler"):
        digest.update(f"{package}=={importlib.metadata.version(package)}\n".encode())
    folders = [Path(module.__file__).parent for module in (dialects, passes)]
    for folder in (*folders, Path(__file__).parent / "frontend", Path(targets.__file__).parent):
        for path in sorted(folder.rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def build(
    linalg: Callable[[], tuple[str, str]], parts: Sequence[str | bytes] | None, target: Target, numerics: str = "fast"
) -> Build:
    """A program's code for one target, and the checks that prove a device for it.

    Args:
        linalg: Gives the program's text and the stage that it is at; not called where the
            code is in the cache.
        parts: All that decides the text; None where that is not known, and the cache is of no use.

    Raises:
        CompilationError: it cannot be compiled for the target.
    """
    module = _cached(parts, target, lambda: codegen.executable(*linalg(), target))
    return Build.of(target, module, *known_answers_for(target, numerics))


def known_answers_for(target: Target, numerics: str = "fast") -> tuple[bytes, list[str]]:
    """The known-answer checks, compiled through the passes and flags of a program, and their names.

    Without tuned choices, each of which was compared with the target's own way when it was found.
    """
    target = replace(target, choices=())
    applicable = checks.applicable(target.dtypes, numerics)
    text = checks.program(applicable, numerics)

    def make() -> bytes:
        return codegen.executable(to_linalg(parse(text, "<checks>").operation, "fungible"), "linalg", target)

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
        TargetError: its numerics are exact, and a target cannot keep them.
    """
    text, state = module_attributes.detach_state(text)
    schema = module_attributes.read_schema(text)
    if numerics == "exact" and not targets.is_exact(text):
        raise CompilationError(f"{name}: the module's numerics are not exact; print it from the program with --numerics exact")
    numerics = "exact" if targets.is_exact(text) else "fast"
    if numerics == "exact":
        targets.check_exact(*wanted)
    if state is None:
        raise CompilationError(
            f"{name}: the module has no attribute fungible.initial_state; print the stage with --compile-to to get it"
        )

    @memoize
    def lowered() -> tuple[str, str]:
        if pipelines.find(stage).is_iree:
            return text, stage
        module = parse(text, name).operation
        if stage == "linalg" and numerics == "exact":  # as what comes from a program is verified
            run(module, [(pipelines.find(stage), ("verify-numerics-contract",))])
        if pipelines.is_for_one_target(stage) or stage == "linalg":
            return text, stage
        return to_linalg(module, stage), "linalg"

    return Artifact.create(
        name=Path(name).stem,
        schema=schema,
        builds=[build(lowered, [stage, text], target, numerics) for target in wanted],
        state=state,
        numerics=numerics,
        fingerprint=cache.key(stage, text),
    )
