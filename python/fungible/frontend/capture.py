"""Captures the functions of a program, and says what their arguments and results are."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import fx
from torch.fx._lazy_graph_module import _use_lazy_graph_module  # no Python code is made of graphs that are not called
from torch.utils import _pytree as pytree

from ..errors import CaptureError
from ..schema import bucket_of
from . import averaging, grad_scaler, graph, optimizers, schedule, tensors
from .foreach import OneByOne
from .random import CounterBased
from .state import StateSet, StateTensor

_SEED, _STEP = "rng.seed", "rng.step"


@dataclass
class CapturedFunction:
    """One entry point as a graph whose placeholders and outputs are named.

    `arguments` and `results` pair a kind (`state`, `input`, `output`) with a name;
    `inputs` and `outputs` are the trees that the host passes and receives, with the
    example's tensors (or their fake results) as leaves.
    """

    name: str
    module: fx.GraphModule
    arguments: list[tuple[str, str]]
    results: list[tuple[str, str]]
    inputs: Any
    outputs: Any

    def canonical_text(self) -> list[str | bytes]:
        """All that decides what the function computes, for cache keys."""
        return [self.name, repr(self.arguments), repr(self.results), *graph.canonical_text(self.module)]


@dataclass
class CapturedProgram:
    """All entry points, the state that they share, and the user's scalers whose state is part of it.

    `unshared` are prefixes of optimizers that keep counters once a parameter (`optimizers/sharing.py`).
    """

    functions: list[CapturedFunction]
    state: list[StateTensor]
    scalers: list[torch.amp.GradScaler]
    unshared: set[str]


def leaf_names(tree: Any, root: str) -> list[tuple[str, Any]]:
    """Leaves with a path that reads like Python: `batch[0]`, `batch['x']`."""
    paths, _ = pytree.tree_flatten_with_path(tree)
    return [(root + pytree.keystr(path), leaf) for path, leaf in paths]


def capture_program(
    model: torch.nn.Module,
    optimizer: Any,
    functions: dict[str, tuple[Callable, Any]],
    seed: int,
    schedulers: list[schedule.lr_scheduler.LRScheduler],
    horizon: int,
) -> CapturedProgram:
    """Traces each function on its example, without changing the model or the optimizer.

    Args:
        optimizer: one, several as a list or a dictionary, or None.
        functions: entry point -> (function of one batch, example batch).
        seed: of the counter-based generator.
        schedulers: learning-rate schedulers that are known beforehand; others that a
            function steps are found while tracing.
        horizon: number of steps for which schedules are tabulated.

    Raises:
        CaptureError: a function that cannot be one graph.
    """
    known = list(schedulers)
    trained = optimizers.named(optimizer).values()
    for function, _ in functions.values():
        known += [s for s in schedule.find(function, trained) if all(s is not k for k in known)]
    scalers = [s for name, (function, _) in functions.items() if name == "step" for s in grad_scaler.find(function)]
    unshared: set[str] = set()
    with _without_collection(), _use_lazy_graph_module(True):
        while True:
            try:
                return _capture(model, optimizer, functions, seed, known, scalers, horizon, unshared)
            except schedule.UnknownScheduler as found:
                known.append(found.args[0])
            except grad_scaler.UnknownScaler as found:
                scalers.append(found.args[0])
            except optimizers.NotShared as found:
                unshared.add(found.args[0])


@contextlib.contextmanager
def _without_collection() -> Iterator[None]:
    """Inside, the garbage collector is off: a trace makes no garbage worth its walks over all that torch has loaded."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _capture(model, optimizer, functions, seed, schedulers, scalers, horizon, unshared) -> CapturedProgram:
    states = StateSet(model, optimizer, unshared)
    for tensor in states.tensors:
        if tensor.initial.is_complex():
            raise CaptureError(f"{tensor.name} is {_complex(tensor.initial)}")
    schedules = schedule.Schedules(states.optimizers.values(), horizon)
    for scheduler in schedulers:
        for declaration in schedules.add(scheduler):
            states.declare(*declaration)
    lender = grad_scaler.Scalers()
    for scaler in scalers:
        for declaration in lender.add(scaler):
            states.declare(*declaration)
    words = torch.tensor([seed & 0xFFFFFFFF, (seed >> 32) & 0xFFFFFFFF], dtype=torch.int64)
    states.declare(_SEED, "rng", words.to(torch.int32))
    states.declare(_STEP, "rng", torch.tensor(0, dtype=torch.int32))

    captured = [
        _capture_function(name, function, example, states, schedules, lender)
        for name, (function, example) in functions.items()
    ]
    used = {name for f in captured for kind, name in (*f.arguments, *f.results) if kind == "state"}
    for name, initial in states.accumulated.items():
        states.declare(name, "buffer", initial)
    state = [t for t in states.tensors if t.name in used or t.name.startswith("model.")]
    return CapturedProgram(captured, state, scalers, unshared)


def _complex(tensor: torch.Tensor) -> str:
    return (
        f"{str(tensor.dtype).removeprefix('torch.')}; complex numbers are for use inside of a step: keep"
        " torch.view_as_real(tensor), and use torch.view_as_complex in the step"
    )


def _capture_function(name, function, example, states: StateSet, schedules, scalers) -> CapturedFunction:
    for path, leaf in leaf_names(example, "batch"):
        if not isinstance(leaf, torch.Tensor):
            raise CaptureError(f"{name}: {path} is a {type(leaf).__name__}; every leaf of a batch has to be a tensor")
        if leaf.is_complex():
            raise CaptureError(f"{name}: {path} is {_complex(leaf)}")
    # Only a step trains: other functions need neither gradients nor what the optimizer keeps.
    train = bucket_of(name) == "step"
    gradients = states.gradient_examples() if train else {}
    traced = _trace(name, function, example, states, schedules, scalers, gradients, train)
    if traced.reads_gradients and not traced.kept:
        # A step that clears gradients when it ends finds none when it starts.
        traced = _trace(name, function, example, states, schedules, scalers, {}, train)
    elif traced.reads_gradients:
        states.accumulated.update(gradients)
    return _prune(name, traced, example)


@dataclass
class _Traced:
    """A graph from all state and the example's leaves to the outputs and all state."""

    module: fx.GraphModule
    #: Names of state in the order of the first placeholders, gradients last.
    state: list[str]
    outputs: Any
    #: Gradients that were there when the step ended.
    kept: set[str]
    #: Whether what an earlier step left in `.grad` decides anything.
    reads_gradients: bool


def _trace(name, function, example, states: StateSet, schedules, scalers, gradients, train) -> _Traced:
    state = {t.name: t.example for t in states.tensors if train or t.name.startswith(("model.", "rng."))}
    leaves, structure = pytree.tree_flatten(example)
    seen = {}

    def run(*values):
        lent_state = dict(zip(state, values))
        lent_gradients = dict(zip(gradients, values[len(state) :]))
        batch = pytree.tree_unflatten(values[len(state) + len(gradients) :], structure)
        with (
            states.lend(lent_state, lent_gradients, train) as lent,
            schedules.lend(lent_state) if train else contextlib.nullcontext({}) as counters,
            scalers.lend(lent_state, lent) if train else grad_scaler.refuse() as scales,
            averaging.selected(),
            OneByOne(),
            CounterBased(lent_state[_SEED], lent_state[_STEP]) as random,
        ):
            outputs = function(batch)
            new = {**lent_state, **lent.collect(), **counters, **(scales() if train else {})}
            copies = lent.copies()
            left = {key: value for key, value in lent.gradients().items() if key in gradients}
        if random.draws:
            new[_STEP] = new[_STEP] + 1
        for path, leaf in leaf_names(outputs, "output"):
            if not isinstance(leaf, torch.Tensor):
                raise CaptureError(f"{name}: {path} is a {type(leaf).__name__}; a step returns tensors")
        seen["outputs"], seen["kept"] = outputs, {key for key, value in left.items() if value is not None}
        new |= {key: left[key] if key in seen["kept"] else lent_gradients[key] for key in gradients}
        seen["copies"] = [prefix for prefix, *_ in copies]
        pairs = [value for _, *pair in copies for value in pair]
        return [*pytree.tree_leaves(outputs), *new.values(), *pairs]

    try:
        with states.guard() as guard:
            kept = [*state.values(), *map(tensors.with_own_memory, gradients.values())]
            module = graph.trace(run, [*kept, *leaves], guard, len(kept))
    except (CaptureError, schedule.UnknownScheduler, grad_scaler.UnknownScaler):
        raise
    except Exception as error:
        place = graph.user_line(error) or name
        message = next(iter(str(error).strip().splitlines()), "")
        raise CaptureError(f"{place}: {type(error).__name__}: {message}") from error

    placeholders = module.graph.find_nodes(op="placeholder")
    result = module.graph.output_node()
    results = list(result.args[0])
    pairs = [results.pop() for _ in range(2 * len(seen["copies"]))][::-1]
    optimizers.check(module, list(zip(seen["copies"], pairs[::2], pairs[1::2])))
    result.args = (tuple(results),)
    gradient_nodes = placeholders[len(state) : len(state) + len(gradients)]
    reads_gradients = any(set(node.users) - {result} for node in gradient_nodes)
    if not reads_gradients:
        # What this step leaves in `.grad` is cleared by the next before anything reads it.
        results[len(results) - len(gradients) :] = gradient_nodes
        result.args = (tuple(results),)
    return _Traced(module, [*state, *gradients], seen["outputs"], seen["kept"], reads_gradients)


def _prune(name: str, traced: _Traced, example: Any) -> CapturedFunction:
    """Leaves the state that the function reads as arguments, and what it changes as results."""
    module, names = traced.module, traced.state
    placeholders = module.graph.find_nodes(op="placeholder")
    result = module.graph.output_node()
    outputs = [path for path, _ in leaf_names(traced.outputs, "output")]
    output_nodes, state_nodes = result.args[0][: len(outputs)], result.args[0][len(outputs) :]
    changed = []
    for key, old, new in zip(names, placeholders, state_nodes):
        if new is old:
            continue
        before, after = old.meta["val"], new.meta["val"]
        if (before.shape, before.dtype) != (after.shape, after.dtype):
            raise CaptureError(
                f"{name}: state {key} changes from {before.dtype}{list(before.shape)}"
                f" to {after.dtype}{list(after.shape)} in a step"
            )
        changed.append((key, new))
    result.args = ((*output_nodes, *(node for _, node in changed)),)
    written = {key for key, _ in changed}
    arguments = []
    for key, node in zip(names, placeholders):
        # An argument declares state: what is written alone, and what the step leaves alone of the model, which is whole.
        if node.users or key in written or (bucket_of(name) == "step" and key.startswith("model.")):
            arguments.append(("state", key))
        else:
            module.graph.erase_node(node)
    arguments += [("input", path) for path, _ in leaf_names(example, "batch")]
    module.graph.eliminate_dead_code()
    module.recompile()
    results = [("output", path) for path in outputs] + [("state", key) for key, _ in changed]
    return CapturedFunction(name, module, arguments, results, example, traced.outputs)
