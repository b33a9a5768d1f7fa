"""`Program`: a model, an optimizer and a step, and every form that they take on their way."""

from __future__ import annotations

import functools
import itertools
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from . import cache, compiler, memory_size, module_attributes, targets
from .artifact import Artifact
from .errors import CaptureError, FungibleError
from .passes import _numerics, pipelines
from .passes.transforms import fungible_recompute
from .tuning.database import applied

if TYPE_CHECKING:
    import torch
    from torch_mlir import ir

    from .frontend.capture import CapturedProgram
    from .runtime.session import Session

#: For how many steps learning-rate schedules are computed ahead.
HORIZON = 1 << 14

#: The numerics that a program can be compiled with.
NUMERICS = ("fast", "exact")


class Program:
    """What `build()` of a program file returns, and what `capture` gives.

    Args:
        model: holds the parameters and buffers; left as it is. Several are a list (state names
            `model.0.<name>`, `model.1.<name>`, ...) or a dictionary (`model.<key>.<name>`).
        optimizer: updates them; left as it is. Several are a list (state names `optimizer.0....`)
            or a dictionary (`optimizer.<key>....`). None where the step updates parameters itself,
            or does not train.
        step: `step(batch)`, an ordinary PyTorch training step; what it returns (the loss, or
            tuples, lists and dictionaries of tensors) is what `session.step` returns.
        batches: the training data, any iterable of batches; each is a tensor or a tree of
            tensors, all of the same shapes and dtypes, but for `buckets`.
        evaluate: `evaluate(batch)` returns a metric, or a dictionary of them.
        evaluate_batches: the held-out data; by default nothing is evaluated.
        predict: `predict(inputs)`, the model in use; compiled as `session.predict`.
        predict_example: inputs for `predict`, of the shapes that it will be called with.
        buckets: batches of other shapes (the last, smaller one of an epoch, say) that `step`
            takes too: an entry point for each, on the same state. A dictionary
            `{"step": [...], "evaluate": [...], "predict": [...]}` has them for other functions.
        finish: `finish(session)` runs after training; the text it returns is printed.
        scheduler: learning-rate schedulers that `step` calls, where it does not name them.
        steps: the default length of a run.
        horizon: for how many steps learning-rate schedules are computed ahead.
        seed: of dropout and other random functions; by default torch's current seed.
    """

    def __init__(
        self,
        *,
        model: torch.nn.Module | Sequence[torch.nn.Module] | Mapping[str, torch.nn.Module],
        optimizer: torch.optim.Optimizer | Sequence[torch.optim.Optimizer] | Mapping[str, torch.optim.Optimizer] | None,
        step: Callable[[Any], Any],
        batches: Iterable[Any],
        evaluate: Callable[[Any], Any] | None = None,
        evaluate_batches: Iterable[Any] | None = None,
        predict: Callable[[Any], Any] | None = None,
        predict_example: Any = None,
        buckets: Sequence[Any] | Mapping[str, Sequence[Any]] = (),
        finish: Callable[[Session], str | None] | None = None,
        scheduler: Any = None,
        steps: int | None = None,
        horizon: int = HORIZON,
        seed: int | None = None,
    ):
        self.model = _one_module(model)
        self.optimizer = optimizer
        self.step = step
        self.batches = batches
        self.evaluate = evaluate
        self.evaluate_batches = evaluate_batches
        self.predict = predict
        self.predict_example = predict_example
        self.buckets = buckets
        self.finish = finish
        self.scheduler = scheduler
        self.steps = steps
        self.horizon = horizon
        self.seed = seed
        self._captured: CapturedProgram | None = None

    def captured(self) -> CapturedProgram:
        """The graphs of all entry points; traced when first asked for.

        Raises:
            CaptureError: a function cannot be one graph.
        """
        if self._captured is None:
            import torch

            from .frontend import capture

            if not isinstance(self.model, torch.nn.Module):
                hint = "; call .module() of it first" if isinstance(self.model, torch.export.ExportedProgram) else ""
                raise CaptureError(f"model= is a {type(self.model).__name__}; expects a torch.nn.Module{hint}")
            if any(torch.nn.parameter.is_lazy(p) for p in (*self.model.parameters(), *self.model.buffers())):
                raise CaptureError("the model has lazy parameters without a shape; call it once on an example first")
            schedulers = self.scheduler if isinstance(self.scheduler, (list, tuple)) else [self.scheduler]
            seed = torch.initial_seed() if self.seed is None else self.seed
            # Examples come from the user's batches, whose order may be drawn at random.
            with torch.random.fork_rng(devices=[]):
                self._captured = capture.capture_program(
                    self.model,
                    self.optimizer,
                    self._functions(),
                    seed,
                    [scheduler for scheduler in schedulers if scheduler is not None],
                    self.horizon,
                )
        return self._captured

    def _functions(self) -> dict[str, tuple[Callable, Any]]:
        from .frontend import buckets

        functions = {"step": (self.step, _first(self.batches, "batches"))}
        if self.evaluate is not None:
            held_out = self.batches if self.evaluate_batches is None else self.evaluate_batches
            functions["evaluate"] = (self.evaluate, _first(held_out, "evaluate_batches"))
        if self.predict is not None:
            if self.predict_example is None:
                raise CaptureError("predict= needs predict_example=, inputs of the shapes that it will be called with")
            functions["predict"] = (self.predict, self.predict_example)
        others = buckets.by_entry_point(self.buckets, list(functions))
        return {
            entry: (function, batch)
            for name, (function, example) in functions.items()
            for entry, batch in buckets.examples(name, example, others.get(name, ())).items()
        }

    def initial_state(self) -> dict[str, np.ndarray]:
        """Every state tensor before the first step, by name."""
        return self._initial_state(keep_views=False)

    def _initial_state(self, keep_views: bool) -> dict[str, np.ndarray]:
        from .frontend.tensors import to_numpy

        return {tensor.name: to_numpy(tensor.initial, keep_views) for tensor in self.captured().state}

    def as_text(
        self, stage: str, target: str = "cpu", numerics: str = "fast", tuning: str | os.PathLike | None = None
    ) -> str:
        """The program's MLIR text at a stage (`fungc --list-stages`), complete with its state.

        Args:
            target: for which the module is, from the stage `legalized` on.
            numerics, tuning: see `compile`.

        Raises:
            KeyError: no such stage.
            CompilationError: the program does not get there.
        """
        pipelines.find(stage)
        check_numerics(numerics)
        for name, _, text in self.stages(stage, [target], numerics, tuning=tuning):
            if name == stage:
                return module_attributes.attach_state(text, self.initial_state())
        raise AssertionError(stage)

    def stages(
        self,
        end: str,
        names: Sequence[str] = ("cpu",),
        numerics: str = "fast",
        memory_budget: int | str | None = None,
        tuning: str | os.PathLike | None = None,
    ) -> Iterator[tuple[str, str, str]]:
        """Stage, target and text of each module from `torch` to `end`, without the initial state;
        see `compiler.stages`."""
        from .frontend.importer import import_program

        wanted = _resolve(names, tuning)
        check_numerics(numerics, wanted if pipelines.is_for_one_target(end) else ())
        module = _prepared(import_program(self.captured()), numerics, _bytes(memory_budget))
        yield "torch", "", compiler.text_of(module)
        yield from compiler.stages(module, "torch", end, wanted)

    def compile(
        self,
        targets: Sequence[str] = ("cpu",),
        numerics: str = "fast",
        memory_budget: int | str | None = None,
        tuning: str | os.PathLike | None = None,
    ) -> Artifact:
        """One artifact for all these targets.

        Args:
            numerics: `fast` leaves order, fusion and functions to the target. `exact` fixes them, so that the
                same steps on the same batches give the same state, to the last bit, on every device that
                keeps the contract of docs/numerics.md.
            memory_budget: for the intermediate tensors of a step, in bytes or as text (`"64MiB"`):
                activations are computed a second time in the backward pass, the cheap ones first,
                until an estimate says that the rest fits. See the pass `fungible-recompute`.
            tuning: a file of choices that `fungc tune` made, which exact numerics leave aside; by default the user's own (`FUNGIBLE_TUNING`), if
                there is one, before those that are shipped. `"none"` for neither.

        Raises:
            CompilationError: an op without lowering, a budget that cannot be met, or IREE rejects the module.
            TargetError: an unknown target, or one that cannot keep exact numerics.
        """
        from .frontend import user_operators
        from .frontend.importer import import_program, schema_of

        wanted = _resolve(targets, tuning)
        check_numerics(numerics, wanted)
        captured = self.captured()
        schema = schema_of(captured)
        budget = _bytes(memory_budget)
        parts = [schema.dumps()]
        for function in captured.functions:
            parts += function.canonical_text()
        own = user_operators.has_own_mlir(function.module for function in captured.functions)

        @functools.cache
        def lowered() -> tuple[str, str]:
            return compiler.to_linalg(_prepared(import_program(captured), numerics, budget), "torch"), "linalg"

        all_parts = [*parts, f"numerics {numerics}", f"memory budget {budget}"]

        return Artifact.create(
            name=type(self.model).__name__,
            schema=schema,
            builds=[compiler.build(lowered, None if own else all_parts, target, numerics) for target in wanted],
            state=self._initial_state(keep_views=True),
            numerics=numerics,
            fingerprint=cache.key(*parts),
        )


def _resolve(names: Sequence[str], tuning: str | os.PathLike | None) -> list[targets.Target]:
    return [applied(target, tuning) for target in targets.resolve_all([names] if isinstance(names, str) else names)]


def _bytes(memory_budget: int | str | None) -> int | None:
    return None if memory_budget is None else memory_size.parse(memory_budget)


def _prepared(module: ir.Module, numerics: str, budget: int | None) -> ir.Operation:
    """The module, with what the passes read from it."""
    if numerics != "fast":
        _numerics.declare(module.operation, numerics)
    if budget is not None:
        fungible_recompute.set_budget(module.operation, budget)
    return module.operation


def check_numerics(numerics: str, wanted: Sequence[targets.Target] = ()) -> None:
    """Raises FungibleError for numerics that programs cannot be compiled with, or not for these targets."""
    if numerics not in NUMERICS:
        raise FungibleError(f"numerics '{numerics}' is not available; use {' or '.join(NUMERICS)}")
    if numerics == "exact" and wanted:
        targets.check_exact(*wanted)


def _one_module(model: Any) -> Any:
    """Several modules as one."""
    if not isinstance(model, (list, tuple, Mapping)):
        return model
    from .frontend.models import Models

    return Models(model if isinstance(model, Mapping) else {str(index): each for index, each in enumerate(model)})


def _first(batches: Iterable[Any], what: str) -> Any:
    if isinstance(batches, Iterator):
        raise FungibleError(f"{what} is an iterator, which can be read once only; give a list, a DataLoader or a dataset")
    if not hasattr(batches, "__iter__") and not hasattr(batches, "__getitem__"):
        raise FungibleError(f"{what} is a {type(batches).__name__}, which cannot be iterated over")
    for batch in itertools.islice(batches, 1):
        return batch
    raise FungibleError(f"{what} is empty")
