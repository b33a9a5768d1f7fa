"""Captures the functions of a program, and says what their arguments and results are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import fx
from torch.utils import _pytree as pytree

from ..errors import CaptureError
from . import graph, schedule
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
    """All entry points, and the state that they share."""

    functions: list[CapturedFunction]
    state: list[StateTensor]


def leaf_names(tree: Any, root: str) -> list[tuple[str, Any]]:
    """Leaves with a path that reads like Python: `batch[0]`, `batch['x']`."""
    paths, _ = pytree.tree_flatten_with_path(tree)
    return [(root + pytree.keystr(path), leaf) for path, leaf in paths]


def capture_program(
    model: torch.nn.Module,
    optimizer: torch.optim.Optimizer | None,
    functions: dict[str, tuple[Callable, Any]],
    seed: int,
    schedulers: list[schedule.lr_scheduler.LRScheduler],
    horizon: int,
) -> CapturedProgram:
    """Traces each function on its example, without changing the model or the optimizer.

    Args:
        functions: entry point -> (function of one batch, example batch).
        seed: of the counter-based generator.
        schedulers: learning-rate schedulers that are known beforehand; others that a
            function steps are found while tracing.
        horizon: number of steps for which schedules are tabulated.

    Raises:
        CaptureError: a function that cannot be one graph.
    """
    known = list(schedulers)
    for function, _ in functions.values():
        known += [s for s in schedule.find(function, optimizer) if all(s is not k for k in known)]
    while True:
        try:
            return _capture(model, optimizer, functions, seed, known, horizon)
        except schedule.UnknownScheduler as found:
            known.append(found.args[0])


def _capture(model, optimizer, functions, seed, schedulers, horizon) -> CapturedProgram:
    states = StateSet(model, optimizer)
    schedules = schedule.Schedules(optimizer, horizon)
    for scheduler in schedulers:
        for declaration in schedules.add(scheduler):
            states.declare(*declaration)
    words = torch.tensor([seed & 0xFFFFFFFF, (seed >> 32) & 0xFFFFFFFF], dtype=torch.int64)
    states.declare(_SEED, "rng", words.to(torch.int32))
    states.declare(_STEP, "rng", torch.tensor(0, dtype=torch.int32))

    captured = [
        _capture_function(name, function, example, states, schedules)
        for name, (function, example) in functions.items()
    ]
    used = {name for f in captured for kind, name in (*f.arguments, *f.results) if kind == "state"}
    for name, initial in states.accumulated.items():
        states.declare(name, "buffer", initial)
    state = [t for t in states.tensors if t.name in used or t.name.startswith("model.")]
    return CapturedProgram(captured, state)


def _capture_function(name, function, example, states: StateSet, schedules) -> CapturedFunction:
    leaves = leaf_names(example, "batch")
    for path, leaf in leaves:
        if not isinstance(leaf, torch.Tensor):
            raise CaptureError(f"{name}: {path} is a {type(leaf).__name__}; every leaf of a batch has to be a tensor")
    with_gradients = states.gradient_examples() if states.optimizer is not None else {}
    result = _trace(name, function, example, states, schedules, with_gradients)
    if result.accumulates is False:
        result = _trace(name, function, example, states, schedules, {})
    elif result.accumulates:
        states.accumulated.update(with_gradients)
    return result.captured


@dataclass
class _Traced:
    captured: CapturedFunction
    #: None: the step starts by clearing gradients; False: it ends by it; True: it keeps them.
    accumulates: bool | None


def _trace(name, function, example, states: StateSet, schedules, gradients) -> _Traced:
    state = {t.name: t.initial for t in states.tensors}
    example_leaves, example_spec = pytree.tree_flatten(example)
    flat = [*state.values(), *gradients.values(), *example_leaves]
    seen = {}

    def run(*values):
        values = list(values)
        lent_state = dict(zip(state, values))
        lent_gradients = dict(zip(gradients, values[len(state) :]))
        batch = pytree.tree_unflatten(values[len(state) + len(gradients) :], example_spec)
        with (
            states.lend(lent_state, lent_gradients) as lent,
            schedules.lend(lent_state) as counters,
            CounterBased(lent_state[_SEED], lent_state[_STEP]) as random,
        ):
            outputs = function(batch)
            new = {**lent_state, **lent.collect(), **counters}
            kept = lent.gradients() if gradients else {}
        if random.draws:
            new[_STEP] = new[_STEP] + 1
        output_leaves, output_spec = pytree.tree_flatten(outputs)
        for path, leaf in leaf_names(outputs, "output"):
            if not isinstance(leaf, torch.Tensor):
                raise CaptureError(f"{name}: {path} is a {type(leaf).__name__}; a step returns tensors")
        seen["outputs"] = outputs, output_spec
        seen["kept"] = {key for key, value in kept.items() if value is not None}
        final = [new[key] for key in state]
        final += [kept[key] if key in seen["kept"] else lent_gradients[key] for key in gradients]
        return [leaf.detach() for leaf in (*output_leaves, *final)]

    try:
        with states.guard() as guard:
            module = graph.trace(run, flat, guard)
    except (CaptureError, schedule.UnknownScheduler):
        raise
    except Exception as error:
        line = graph.user_line(error)
        if not line:
            raise
        raise CaptureError(f"{line}: {type(error).__name__}: {error}") from error

    placeholders = [node for node in module.graph.nodes if node.op == "placeholder"]
    results = list(module.graph.output_node().args[0])
    outputs, _ = seen["outputs"]
    output_names = [path for path, _ in leaf_names(outputs, "output")]
    kinds = [("state", key) for key in (*state, *gradients)]
    kinds += [("input", path) for path, _ in leaf_names(example, "batch")]
    accumulates = None
    offset = len(output_names)
    gradient_nodes = placeholders[len(state) : len(state) + len(gradients)]
    if any(set(node.users) - {module.graph.output_node()} for node in gradient_nodes):
        accumulates = bool(seen["kept"])
    if not accumulates:
        # Nothing reads them: what a step leaves in `.grad` is cleared by the next.
        results = results[: offset + len(state)] + gradient_nodes

    changed = [
        (("state", key), node)
        for (_, key), node, placeholder in zip(kinds, results[offset:], placeholders)
        if node is not placeholder
    ]
    for (_, key), node in changed:
        placeholder = placeholders[[k for _, k in kinds].index(key)]
        old, new = placeholder.meta["val"], node.meta["val"]
        if (old.shape, old.dtype) != (new.shape, new.dtype):
            raise CaptureError(
                f"{name}: state {key} changes from {old.dtype}{list(old.shape)} to {new.dtype}{list(new.shape)} in a step"
            )
    module.graph.output_node().args = (tuple(results[:offset] + [node for _, node in changed]),)
    for kind, node in reversed(list(zip(kinds, placeholders))):
        if kind[0] == "state" and not node.users:
            module.graph.erase_node(node)
    module.graph.eliminate_dead_code()
    module.recompile()
    remaining = {node for node in module.graph.nodes if node.op == "placeholder"}
    captured = CapturedFunction(
        name,
        module,
        [kind for kind, node in zip(kinds, placeholders) if node in remaining],
        [("output", path) for path in output_names] + [kind for kind, _ in changed],
        example,
        outputs,
    )
    return _Traced(captured, accumulates)
