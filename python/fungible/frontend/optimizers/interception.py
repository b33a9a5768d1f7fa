"""Who may step while a function is traced: each lent optimizer, and no other."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterator

import torch
from torch.optim.optimizer import register_optimizer_step_pre_hook

from ...errors import CaptureError


@contextlib.contextmanager
def replaced_step(optimizer: torch.optim.Optimizer, step: Callable) -> Iterator[None]:
    """Inside, `optimizer.step` is `step`."""
    step._wrapped_by_lr_sched = True  # what a scheduler looks for before it warns about the order of calls
    own = optimizer.__dict__.get("step")
    optimizer.__dict__["step"] = step
    try:
        yield
    finally:
        if own is None:
            del optimizer.__dict__["step"]
        else:
            optimizer.__dict__["step"] = own


def refuse(optimizer: torch.optim.Optimizer) -> contextlib.AbstractContextManager[None]:
    """Makes `optimizer.step()` an error, for functions that do not train."""

    def step(closure=None):
        raise CaptureError("optimizer.step() is called outside of the training step, which alone may train")

    return replaced_step(optimizer, step)


@contextlib.contextmanager
def refuse_others(lent: Collection[torch.optim.Optimizer]) -> Iterator[None]:
    """Makes the step of any optimizer that is not lent an error: it would update what nobody reads."""

    def hook(optimizer, args, kwargs):
        if all(optimizer is not other for other in lent):
            raise CaptureError(
                f"{type(optimizer).__name__}.step() is called, but this optimizer is not the one passed as optimizer=;"
                " pass several as a list or a dictionary"
            )

    handle = register_optimizer_step_pre_hook(hook)
    try:
        yield
    finally:
        handle.remove()
