"""`torch.optim` optimizers as updates that a graph can hold.

An optimizer is supported by exact type: its `step` is replaced, while a step is traced,
by one update op a parameter with the formulas of `torch.optim`. What the user's object
holds is never touched.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import torch
from torch.optim.optimizer import register_optimizer_step_pre_hook

from ..errors import CaptureError
from . import operators  # noqa: F401  defines torch.ops.fungible


@dataclass
class Slot:
    """One state tensor of the optimizer. `key` is where a traced step finds it."""

    name: str
    role: str
    initial: torch.Tensor
    key: tuple


@dataclass
class Plan:
    """The state of one optimizer, and its values while a step is traced."""

    slots: list[Slot] = field(default_factory=list)
    values: dict[tuple, torch.Tensor] = field(default_factory=dict)
    groups: list[dict] = field(default_factory=list)

    def add(self, name: str, role: str, initial: torch.Tensor, key: tuple) -> None:
        self.slots.append(Slot(name, role, initial, key))

    def collect(self) -> dict[str, torch.Tensor]:
        """The values as they are now; a schedule may have changed the rates."""
        for index, group in enumerate(self.groups):
            self.values["lr", index] = torch.as_tensor(group["lr"], dtype=torch.float32)
        return {slot.name: self.values[slot.key] for slot in self.slots}


def _adam_keys(group: dict) -> list[str]:
    return ["exp_avg", "exp_avg_sq"] + (["max_exp_avg_sq"] if group["amsgrad"] else [])


def _sgd_keys(group: dict) -> list[str]:
    return ["momentum_buffer"] if group["momentum"] != 0 else []


_KEYS = {torch.optim.SGD: _sgd_keys, torch.optim.Adam: _adam_keys, torch.optim.AdamW: _adam_keys}


def plan(optimizer: torch.optim.Optimizer, parameter_names: dict[int, str]) -> Plan:
    """The state that the optimizer has, or will have after its first step.

    Raises:
        CaptureError: an optimizer without an update op, or a parameter of another model.
    """
    if type(optimizer) not in _KEYS:
        known = ", ".join(kind.__name__ for kind in _KEYS)
        raise CaptureError(
            f"optimizer {type(optimizer).__name__} is not supported; use one of torch.optim.{{{known}}}"
        )
    result = Plan()
    for index, group in enumerate(optimizer.param_groups):
        if group.get("differentiable"):
            raise CaptureError(f"param_groups[{index}] has differentiable=True, which has no meaning in a compiled step")
        prefix = f"optimizer.param_groups.{index}"
        result.add(f"{prefix}.lr", "optimizer", torch.as_tensor(group["lr"], dtype=torch.float32), ("lr", index))
        keys = _KEYS[type(optimizer)](group)
        taken = {}
        for position, parameter in enumerate(group["params"]):
            name = parameter_names.get(id(parameter))
            if name is None:
                raise CaptureError(
                    f"param_groups[{index}]['params'][{position}] (shape {tuple(parameter.shape)}) is not a"
                    " parameter of the model; pass the module that owns it as model="
                )
            if parameter.dtype not in (torch.float32, torch.float64):
                kind = str(parameter.dtype).removeprefix("torch.")
                raise CaptureError(f"parameter {name} is {kind}; the optimizer updates float32 and float64 only (model.float())")
            existing = optimizer.state.get(parameter, {})
            for key in keys:
                tensor = existing.get(key)
                tensor = torch.zeros_like(parameter.detach()) if tensor is None else tensor
                result.add(f"optimizer.state.{name}.{key}", "optimizer", tensor, (key, id(parameter)))
            # SGD keeps no counter: a buffer that exists stands for a first step that was taken.
            default = 0.0 if existing.get("momentum_buffer") is None else 1.0
            taken[id(parameter)] = (name, float(existing.get("step", default)))
        if not keys:
            continue
        counts = {count for _, count in taken.values()}
        if len(counts) <= 1:
            result.add(f"{prefix}.step", "counter", torch.tensor(counts.pop() if counts else 0.0), ("step", index))
        else:
            for identity, (name, count) in taken.items():
                result.add(f"optimizer.state.{name}.step", "counter", torch.tensor(count), ("step", identity))
    return result


@contextlib.contextmanager
def lend(
    optimizer: torch.optim.Optimizer,
    plan: Plan,
    values: dict[str, torch.Tensor],
    replaced: dict[int, torch.Tensor],
) -> Iterator[None]:
    """Makes the optimizer update the lent parameters with the lent state.

    `replaced` maps the identity of each parameter of the model to the one lent for it.
    """
    groups, state = optimizer.param_groups, optimizer.state
    plan.values = {slot.key: values[slot.name] for slot in plan.slots}
    lent = [
        {**group, "params": [replaced[id(p)] for p in group["params"]], "lr": plan.values["lr", index]}
        for index, group in enumerate(groups)
    ]

    def step(closure=None):
        if closure is not None:
            raise CaptureError("optimizer.step(closure) is not supported; compute the loss before the step")
        with torch.no_grad():
            for index, (group, own) in enumerate(zip(lent, groups)):
                _update_group(type(optimizer), plan, index, group, [id(p) for p in own["params"]])

    step._wrapped_by_lr_sched = True  # what a scheduler looks for before it warns about the order of calls
    optimizer.param_groups, optimizer.state, plan.groups = lent, {}, lent
    try:
        with _replaced_step(optimizer, step):
            yield
    finally:
        optimizer.param_groups, optimizer.state = groups, state


def refuse(optimizer: torch.optim.Optimizer) -> contextlib.AbstractContextManager:
    """Makes `optimizer.step()` an error, for functions that do not train."""

    def step(closure=None):
        raise CaptureError("optimizer.step() is called outside of the training step, which alone may train")

    return _replaced_step(optimizer, step)


@contextlib.contextmanager
def refuse_others() -> Iterator[None]:
    """Makes the step of any optimizer that is not lent an error: it would update what nobody reads."""

    def hook(optimizer, args, kwargs):
        raise CaptureError(f"{type(optimizer).__name__}.step() is called, but this optimizer is not the one passed as optimizer=")

    handle = register_optimizer_step_pre_hook(hook)
    try:
        yield
    finally:
        handle.remove()


@contextlib.contextmanager
def _replaced_step(optimizer: torch.optim.Optimizer, step: Callable) -> Iterator[None]:
    own = optimizer.__dict__.get("step")
    optimizer.__dict__["step"] = step
    try:
        yield
    finally:
        if own is None:
            del optimizer.__dict__["step"]
        else:
            optimizer.__dict__["step"] = own


def _update_group(kind: type, plan: Plan, index: int, group: dict, identities: list[int]) -> None:
    """One step of the parameters of a group that have a gradient."""
    values = plan.values
    updated = [(p, identity) for p, identity in zip(group["params"], identities) if p.grad is not None]
    counters = {("step", index) if ("step", index) in values else ("step", identity) for _, identity in updated}
    for key in counters & values.keys():
        values[key] = values[key] + 1.0
    lr = torch.as_tensor(group["lr"], dtype=torch.float32)
    for parameter, identity in updated:
        if parameter.grad.is_sparse:
            raise CaptureError("sparse gradients are not supported; use a dense embedding")
        step = values.get(("step", index), values.get(("step", identity)))
        keys = _KEYS[kind](group)
        buffers = [values[key, identity] for key in keys]
        scalars = [value if value is None else value.to(parameter.dtype) for value in (step, lr)]
        new, *buffers = _UPDATES[kind](parameter, parameter.grad, buffers, *scalars, group)
        parameter.copy_(new)
        for key, buffer in zip(keys, buffers, strict=True):
            values[key, identity] = buffer


def _sgd(parameter, grad, buffers, step, lr, group):
    if not buffers:
        return [
            torch.ops.fungible.sgd(parameter, grad, lr, group["weight_decay"], group["maximize"])
        ]
    return torch.ops.fungible.sgd_momentum(
        parameter,
        grad,
        lr,
        buffers[0],
        step,
        group["momentum"],
        group["dampening"],
        group["weight_decay"],
        group["nesterov"],
        group["maximize"],
    )


def _adam(parameter, grad, buffers, step, lr, group):
    # Since PyTorch 2.9, AdamW is Adam with `decoupled_weight_decay`, which a plain Adam may have too.
    name = "adamw" if group.get("decoupled_weight_decay") else "adam"
    operator = getattr(torch.ops.fungible, f"{name}_amsgrad" if group["amsgrad"] else name)
    return operator(
        parameter,
        grad,
        *buffers,
        step,
        lr,
        *(float(beta) for beta in group["betas"]),
        group["eps"],
        group["weight_decay"],
        group["maximize"],
    )


_UPDATES = {torch.optim.SGD: _sgd, torch.optim.Adam: _adam, torch.optim.AdamW: _adam}
