"""From a captured module to text at `linalg` and `legalized`: our own pipelines, run where a crash does no harm."""

from __future__ import annotations

from collections.abc import Sequence

from torch_mlir import ir

from . import reproducer
from .dialects.fungible import load
from .errors import CompilationError
from .passes import diagnostics, isolation, manager, pipelines, source, support
from .passes._leftovers import Leftover
from .passes.pipelines import Stage
from .passes.verify import verify_fungible_contract


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


def to_stage(module: ir.Operation, start: str, end: str) -> str:
    """The module's text at stage `end`, at most `linalg`, with locations; the module stays as it is.

    Raises:
        CompilationError: a pass failed or crashed; with the ops that have no lowering and a reproducer.
    """
    stages = pipelines.STAGES[pipelines.position(start) + 1 : pipelines.position(end) + 1]
    return run(module, [(stage, stage.pipeline) for stage in stages])


def run(module: ir.Operation, steps: Sequence[tuple[Stage, Sequence[str]]]) -> str:
    """The module's text, with locations, after the pipelines to these stages; the module stays as it is.

    They run in a process of their own: torch-mlir's and MLIR's native code crashes on some modules.

    Raises:
        CompilationError: see `to_stage`.
    """
    module.context.enable_multithreading(False)

    def lowered() -> str:
        for stage, pipeline in steps:
            _run(module, stage, pipeline)
        return text_of(module, locations=True)

    try:
        return isolation.call(lowered)
    except isolation.Crashed as crash:
        pipeline = [element for _, elements in steps for element in elements]
        unsupported = support.unsupported(module) if steps[-1][0].name != "legalized" else []
        message = f"the compiler crashed ({crash}) on the way to stage {steps[-1][0].name}"
        raise reproducer.failure(message, unsupported, text_of(module, locations=True), pipeline) from None
    except isolation.Broken as error:
        raise RuntimeError(str(error)) from None


def _run(module: ir.Operation, stage: Stage, pipeline: Sequence[str]) -> None:
    with module.context:
        before = module.clone()
        with diagnostics.Collector(module.context) as collected:
            try:
                manager.run(module, pipeline)
                return
            except ir.MLIRError:
                pass
        lines = [error.lines()[0] for error in collected.errors] or ["a pass failed without saying why"]
        unsupported: list[Leftover] = support.unsupported(before) if _concerns_ops(stage, collected) else []
        raise reproducer.failure("\n".join(lines), unsupported, text_of(before, locations=True), pipeline)


def _concerns_ops(stage: Stage, collected: diagnostics.Collector) -> bool:
    """Whether an op of PyTorch's may be what failed, and there may be more of its kind."""
    if stage.name != "fungible":
        return stage.name == "linalg"
    first = collected.errors[0].message if collected.errors else ""
    return first.startswith((verify_fungible_contract.UNKNOWN, "'torch."))
