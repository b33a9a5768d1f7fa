"""Optimizers as updates that a graph can hold.

    plan.py            what the rest of the frontend knows of an optimizer
    updates.py         SGD, Adam, AdamW: one update op a parameter
    own_step.py        every other optimizer: its own `step`, traced
    initial_state.py   what such an optimizer keeps before its first step
    sharing.py         counters that all parameters of a group have alike
    numbers.py         tensors where such a `step` expects Python numbers
    interception.py    who may step while a function is traced

What the user's objects hold is never touched.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from ...errors import CaptureError
from .interception import refuse, refuse_others
from .own_step import OwnStepPlan
from .plan import Plan, Slot
from .sharing import NotShared, check
from .updates import UpdatePlan, has_update

__all__ = ["NotShared", "OwnStepPlan", "Plan", "Slot", "check", "named", "plan", "refuse", "refuse_others"]

#: Optimizers of PyTorch that no static graph holds, and what to do instead.
_REFUSED = {
    torch.optim.LBFGS: "the number of times it evaluates the loss depends on values; use Adam or SGD",
    torch.optim.SparseAdam: "it updates with sparse gradients, which no device has; use Adam and a dense embedding",
}


def named(optimizer: Any) -> dict[str, torch.optim.Optimizer]:
    """What the names of each optimizer's state begin with -> the optimizer.

    One is `optimizer`; those of a list `optimizer.0`, `optimizer.1`, ...; of a dictionary
    `optimizer.<key>`.

    Raises:
        CaptureError: it is neither an optimizer, nor a list, tuple or dictionary of different ones, nor None.
    """
    if optimizer is None:
        return {}
    if isinstance(optimizer, (list, tuple)):
        found = {f"optimizer.{index}": value for index, value in enumerate(optimizer)}
    elif isinstance(optimizer, Mapping):
        found = {f"optimizer.{key}": value for key, value in optimizer.items()}
        for key in optimizer:
            if not isinstance(key, str) or not key or "." in key:
                raise CaptureError(f"optimizer= has the key {key!r}; keys have to be strings without dots")
    else:
        found = {"optimizer": optimizer}
    for name, value in found.items():
        if not isinstance(value, torch.optim.Optimizer):
            raise CaptureError(f"{name} is a {type(value).__name__}; expects a torch.optim.Optimizer")
    if len({id(value) for value in found.values()}) < len(found):
        raise CaptureError("optimizer= has the same optimizer twice; pass each once")
    return found


def plan(optimizer: torch.optim.Optimizer, prefix: str, names: Mapping[int, str], share: bool = True) -> Plan:
    """The state that an optimizer has, or will have after its first step.

    Args:
        prefix: what the names of its state begin with.
        names: identity of a parameter -> its name.
        share: whether an own step may keep what parameters have alike once a group.

    Raises:
        CaptureError: an optimizer that no graph holds, or a parameter of another model.
    """
    kind = type(optimizer).__name__
    for refused, reason in _REFUSED.items():
        if isinstance(optimizer, refused):
            raise CaptureError(f"optimizer {kind} is not supported: {reason}")
    for index, group in enumerate(optimizer.param_groups):
        if group.get("differentiable"):
            raise CaptureError(
                f"param_groups[{index}] has differentiable=True, which has no meaning in a compiled step"
            )
        for position, parameter in enumerate(group["params"]):
            if id(parameter) not in names:
                raise CaptureError(
                    f"param_groups[{index}]['params'][{position}] (shape {tuple(parameter.shape)}) is not a"
                    " parameter of the model; pass the module that owns it as model="
                )
            if not parameter.is_floating_point():
                dtype = str(parameter.dtype).removeprefix("torch.")
                raise CaptureError(
                    f"parameter {names[id(parameter)]} is {dtype}; optimizers update floating-point numbers only"
                )
    if has_update(optimizer):
        return UpdatePlan(optimizer, prefix, names)
    return OwnStepPlan(optimizer, prefix, names, share)
