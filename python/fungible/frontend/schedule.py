"""Learning-rate schedules as state: a table that a counter walks through.

Every scheduler of `torch.optim.lr_scheduler` whose rate depends on the number of its steps
alone, lambdas and chains included, is the same thing to a graph: the rates it will give,
computed beforehand by the scheduler itself on a copy.
"""

from __future__ import annotations

import contextlib
import copy
import inspect
import types
from collections.abc import Callable, Collection, Iterator

import torch
from torch.optim import lr_scheduler

from ..errors import CaptureError


class UnknownScheduler(Exception):
    """A scheduler that was not declared before tracing was stepped; it is the argument."""


def is_scheduler(value: object) -> bool:
    return isinstance(value, lr_scheduler.LRScheduler)


def find(step: Callable, optimizers: Collection[torch.optim.Optimizer]) -> list[lr_scheduler.LRScheduler]:
    """Schedulers of these optimizers among the variables that the step function names."""
    try:
        variables = inspect.getclosurevars(step)
    except (TypeError, ValueError):
        return []
    named = {**variables.globals, **variables.nonlocals}.values()
    return [v for v in named if is_scheduler(v) and _is_of(v, optimizers)]


def _is_of(scheduler: lr_scheduler.LRScheduler, optimizers: Collection[torch.optim.Optimizer]) -> bool:
    return any(getattr(scheduler, "optimizer", None) is optimizer for optimizer in optimizers)


def tabulate(scheduler: lr_scheduler.LRScheduler, horizon: int) -> torch.Tensor:
    """The rates after 0, 1, ... steps of the scheduler: float32 `[groups, horizon]`.

    A scheduler that has an end of its own (`OneCycleLR`) gives fewer columns.

    Raises:
        CaptureError: the scheduler needs a measurement, or changes more than the rate.
    """
    kind = type(scheduler).__name__
    if isinstance(scheduler, lr_scheduler.ReduceLROnPlateau):
        raise CaptureError(
            f"{kind} depends on a measured value; call it outside of the step and set"
            " session.state['optimizer.param_groups.0.lr']"
        )
    optimizer = scheduler.optimizer
    double = types.SimpleNamespace(
        param_groups=[{k: v for k, v in group.items() if k != "params"} for group in optimizer.param_groups],
        step=lambda: None,
    )
    double.step._wrapped_by_lr_sched = True
    double._opt_called = True
    walker = copy.deepcopy(scheduler, {id(optimizer): double})

    def hyperparameters():
        return [{k: v for k, v in group.items() if k != "lr"} for group in double.param_groups]

    fixed = copy.deepcopy(hyperparameters())
    table = [[float(group["lr"]) for group in double.param_groups]]
    for _ in range(horizon - 1):
        try:
            walker.step()
        except ValueError:
            if isinstance(scheduler, lr_scheduler.OneCycleLR) and len(table) > 1:
                break
            raise
        table.append([float(group["lr"]) for group in double.param_groups])
    if hyperparameters() != fixed:
        raise CaptureError(f"{kind} changes more than the learning rate; with cycle_momentum=False it can be captured")
    return torch.tensor(table, dtype=torch.float64).T.to(torch.float32).contiguous()


def _scheduler_kinds() -> Iterator[type]:
    pending = [lr_scheduler.LRScheduler]
    while pending:
        kind = pending.pop()
        yield kind
        pending.extend(kind.__subclasses__())


@contextlib.contextmanager
def intercept(on_step: Callable[[lr_scheduler.LRScheduler], None]) -> Iterator[None]:
    """Calls `on_step(scheduler)` for each `scheduler.step()` instead of running it."""
    patched = []

    def step(self, *arguments, **named):
        if arguments or named:
            raise CaptureError(f"{type(self).__name__}.step() with arguments is not supported in a compiled step")
        on_step(self)

    try:
        for kind in _scheduler_kinds():
            if "step" in vars(kind):
                patched.append((kind, vars(kind)["step"]))
                kind.step = step
        yield
    finally:
        for kind, original in patched:
            kind.step = original


class Schedules:
    """The schedulers of a program, and their state tensors.

    `horizon` is for how many steps the rates are computed ahead; past the end they are NaN, and
    `runtime/schedules.py` makes no step with them.
    """

    def __init__(self, optimizers: Collection[torch.optim.Optimizer], horizon: int):
        self.optimizers = optimizers
        self.horizon = horizon
        self._prefixes: dict[int, tuple[lr_scheduler.LRScheduler, str]] = {}

    def add(self, scheduler: lr_scheduler.LRScheduler) -> list[tuple[str, str, torch.Tensor]]:
        """Declares a scheduler: its state as (name, role, initial value)."""
        if not _is_of(scheduler, self.optimizers):
            raise CaptureError(f"the step calls {type(scheduler).__name__} of another optimizer")
        prefix = f"scheduler{len(self._prefixes) or ''}"
        self._prefixes[id(scheduler)] = (scheduler, prefix)
        return [
            (f"{prefix}.lr_table", "buffer", tabulate(scheduler, self.horizon)),
            (f"{prefix}.last_epoch", "counter", torch.tensor(scheduler.last_epoch, dtype=torch.int32)),
        ]

    @contextlib.contextmanager
    def lend(self, values: dict[str, torch.Tensor]) -> Iterator[dict[str, torch.Tensor]]:
        """Makes `scheduler.step()` set the lent groups' rates; yields the counters' new values."""
        names = [f"{prefix}.last_epoch" for _, prefix in self._prefixes.values()]
        updated = {name: values[name] for name in names}
        stepped: dict[int, lr_scheduler.LRScheduler] = {}

        def on_step(scheduler):
            if id(scheduler) not in self._prefixes:
                raise UnknownScheduler(scheduler)
            first = stepped.setdefault(id(scheduler.optimizer), scheduler)
            if scheduler is not first:
                # Each changes the rate that the other left, which a table a scheduler does not show.
                kinds = " and ".join(type(each).__name__ for each in (first, scheduler))
                raise CaptureError(
                    f"the step moves several learning-rate schedulers, {kinds}; make them one with"
                    " torch.optim.lr_scheduler.ChainedScheduler([...]) or SequentialLR"
                )
            _, prefix = self._prefixes[id(scheduler)]
            epoch = updated[f"{prefix}.last_epoch"] + 1
            updated[f"{prefix}.last_epoch"] = epoch
            count = epoch - scheduler.last_epoch  # the table starts where the scheduler stood
            table = values[f"{prefix}.lr_table"]
            inside = count < table.shape[1]
            position = torch.where(inside, count, 0).reshape(1).long()
            for index, group in enumerate(scheduler.optimizer.param_groups):
                rate = table[index].index_select(0, position).reshape(())
                group["lr"] = torch.where(inside, rate, float("nan"))

        with intercept(on_step):
            yield updated
