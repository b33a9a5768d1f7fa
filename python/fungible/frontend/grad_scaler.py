"""`torch.amp.GradScaler` in a captured step: the scale is state, and a skipped update is a select.

While a step is traced, a scaler holds the tracer's scale and growth tracker, and where a
gradient is not finite `scaler.step(optimizer)` leaves parameters and optimizer as they were.
"""

from __future__ import annotations

import contextlib
import inspect
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator

import torch
from torch.amp.grad_scaler import GradScaler, OptState, _refresh_per_optimizer_state

from ..errors import CaptureError
from .state import Lent

#: What a step calls of a scaler; each is where an unknown one is noticed.
_METHODS = ("scale", "unscale_", "step", "update", "get_scale", "state_dict", "load_state_dict")


class UnknownScaler(Exception):
    """A scaler that was not declared before tracing was used; it is the argument."""


def find(step: Callable) -> list[GradScaler]:
    """Enabled scalers among the variables that the step function names."""
    try:
        variables = inspect.getclosurevars(step)
    except (TypeError, ValueError):
        return []
    named = {**variables.globals, **variables.nonlocals}.values()
    return [value for value in named if isinstance(value, GradScaler) and value.is_enabled()]


def prefixes() -> Iterator[str]:
    """What the names of each scaler's state begin with, in the order of declaration: `scaler`, `scaler1`, ..."""
    return (f"scaler{index or ''}" for index in itertools.count())


class Scalers:
    """The gradient scalers of a program, and their state tensors."""

    def __init__(self):
        self._free = prefixes()
        self._prefixes: dict[int, tuple[GradScaler, str]] = {}

    def add(self, scaler: GradScaler) -> list[tuple[str, str, torch.Tensor]]:
        """Declares a scaler: its state as (name, role, initial value).

        `scale` is a float32 scalar; `growth_tracker`, an int32 scalar, counts the steps since
        the scale last changed.
        """
        prefix = next(self._free)
        self._prefixes[id(scaler)] = (scaler, prefix)
        scale, tracker = scaler._scale, scaler._growth_tracker
        if scale is None:  # PyTorch makes both when the scaler is first used
            scale = torch.tensor(float(scaler._init_scale), dtype=torch.float32)
            tracker = torch.tensor(scaler._init_growth_tracker, dtype=torch.int32)
        return [(f"{prefix}.scale", "buffer", scale), (f"{prefix}.growth_tracker", "counter", tracker)]

    @contextlib.contextmanager
    def lend(self, values: dict[str, torch.Tensor], lent: Lent) -> Iterator[Callable[[], dict[str, torch.Tensor]]]:
        """Puts `values` (by state name) where the scalers keep theirs; yields what collects them afterwards.

        Raises:
            UnknownScaler: the step uses a scaler that was not added.
        """
        kept = [(scaler, dict(vars(scaler))) for scaler, _ in self._prefixes.values()]
        for scaler, prefix in self._prefixes.values():
            scaler._scale = values[f"{prefix}.scale"].clone()
            scaler._growth_tracker = values[f"{prefix}.growth_tracker"].clone()
            scaler._per_optimizer_states = defaultdict(_refresh_per_optimizer_state)
        replacements = {"unscale_": _unscale, "step": lambda *args, **named: _step(lent, *args, **named)}
        try:
            with _intercept(self._check_known, replacements):
                yield self._collect
        finally:
            for scaler, variables in kept:
                vars(scaler).clear()
                vars(scaler).update(variables)

    def _check_known(self, scaler: GradScaler) -> None:
        if scaler.is_enabled() and id(scaler) not in self._prefixes:
            raise UnknownScaler(scaler)

    def _collect(self) -> dict[str, torch.Tensor]:
        """The values as the step left them."""
        result = {}
        for scaler, prefix in self._prefixes.values():
            if any(state["stage"] is not OptState.READY for state in scaler._per_optimizer_states.values()):
                raise CaptureError(
                    "the step calls GradScaler.step() or unscale_() and no update() after it; add scaler.update()"
                )
            result[f"{prefix}.scale"] = scaler._scale
            result[f"{prefix}.growth_tracker"] = scaler._growth_tracker
        return result


def refuse() -> contextlib.AbstractContextManager:
    """Makes the use of an enabled scaler an error, for functions that do not train."""

    def check(scaler):
        if scaler.is_enabled():
            raise CaptureError("a GradScaler is used outside of the training step, which alone may scale a loss")

    return _intercept(check, {})


def _unscale(scaler: GradScaler, optimizer: torch.optim.Optimizer) -> None:
    """`unscale_` with a reciprocal in float32: the same but for its last bit, and a power of two has none."""
    if not scaler.is_enabled():
        return
    scale, _ = scaler._check_scale_growth_tracker("unscale_")
    state = scaler._per_optimizer_states[id(optimizer)]
    if state["stage"] is not OptState.READY:
        raise CaptureError("GradScaler.unscale_() is called again, or after step(), before update(); call it once")
    found_inf = torch.zeros((), dtype=torch.float32)
    state["found_inf_per_device"] = scaler._unscale_grads_(optimizer, scale.reciprocal(), found_inf, False)
    state["stage"] = OptState.UNSCALED


def _step(lent: Lent, scaler: GradScaler, optimizer: torch.optim.Optimizer, *args, **named):
    """`step`, whose update counts where all gradients are finite."""
    if not scaler.is_enabled():
        return optimizer.step(*args, **named)
    scaler._check_scale_growth_tracker("step")
    state = scaler._per_optimizer_states[id(optimizer)]
    if state["stage"] is OptState.STEPPED:
        raise CaptureError("GradScaler.step() is called again before update(); call scaler.update() after each step")
    if state["stage"] is OptState.READY:
        scaler.unscale_(optimizer)
    if not state["found_inf_per_device"]:
        raise CaptureError("GradScaler.step() finds no gradients; call scaler.scale(loss).backward() before it")
    found_inf = sum(state["found_inf_per_device"].values())
    with lent.undone_where(found_inf > 0):
        result = optimizer.step(*args, **named)
    state["stage"] = OptState.STEPPED
    return result


def _kinds() -> Iterator[type]:
    pending = [GradScaler]
    while pending:
        kind = pending.pop()
        yield kind
        pending.extend(kind.__subclasses__())


@contextlib.contextmanager
def _intercept(check: Callable[[GradScaler], None], replacements: dict[str, Callable]) -> Iterator[None]:
    """Calls `check(scaler)` before each method of any scaler, and replacements instead of PyTorch's methods."""
    patched = []

    def checked(method):
        def call(scaler, *args, **named):
            check(scaler)
            return method(scaler, *args, **named)

        return call

    try:
        for kind in _kinds():
            for name in _METHODS:
                if name in vars(kind):
                    original = vars(kind)[name]
                    patched.append((kind, name, original))
                    own = original if kind is not GradScaler else replacements.get(name, original)
                    setattr(kind, name, checked(own))
        yield
    finally:
        for kind, name, original in patched:
            setattr(kind, name, original)
