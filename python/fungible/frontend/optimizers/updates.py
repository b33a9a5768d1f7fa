"""SGD, Adam and AdamW: their `step` becomes one update op a parameter, with the formulas of `torch.optim`."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator, Mapping

import torch

from ...errors import CaptureError
from .. import operators, tensors  # noqa: F401  operators defines torch.ops.fungible
from .interception import replaced_step
from .plan import Plan, Slot, lr_of

_HALVES = (torch.float16, torch.bfloat16)


def _adam_keys(group: dict) -> list[str]:
    return ["exp_avg", "exp_avg_sq"] + (["max_exp_avg_sq"] if group["amsgrad"] else [])


def _sgd_keys(group: dict) -> list[str]:
    return ["momentum_buffer"] if group["momentum"] != 0 else []


_KEYS = {torch.optim.SGD: _sgd_keys, torch.optim.Adam: _adam_keys, torch.optim.AdamW: _adam_keys}


def has_update(optimizer: torch.optim.Optimizer) -> bool:
    """Whether there is an update op: for exact types alone, since a subclass may have formulas of its own."""
    return type(optimizer) in _KEYS


class UpdatePlan(Plan):
    """State that the optimizer has, or will have after its first step; what it lacks yet starts at zero.

    Steps are counted once a group (`<prefix>.param_groups.<i>.step`) where all its parameters
    have made the same number, else once a parameter.

    Args:
        names: identity of a parameter -> its name.
    """

    def __init__(self, optimizer: torch.optim.Optimizer, prefix: str, names: Mapping[int, str]):
        super().__init__(optimizer)
        #: Where a traced step finds each slot.
        self._keys: dict[str, tuple] = {}
        self._values: dict[tuple, torch.Tensor] = {}
        self._groups: list[dict] = []
        for index, group in enumerate(optimizer.param_groups):
            self._add_group(index, group, prefix, names)

    def _add(self, name: str, role: str, initial: torch.Tensor, key: tuple) -> None:
        self.slots.append(Slot(name, role, initial))
        self._keys[name] = key

    def _add_group(self, index: int, group: dict, prefix: str, names: Mapping[int, str]) -> None:
        self._add(f"{prefix}.param_groups.{index}.lr", "optimizer", lr_of(group), ("lr", index))
        keys = _KEYS[type(self.optimizer)](group)
        counts = {}
        for parameter in group["params"]:
            name = names[id(parameter)]
            existing = self.optimizer.state.get(parameter, {})
            for key in keys:
                tensor = existing.get(key)
                if tensor is not None and tensor.dtype != parameter.dtype:
                    raise CaptureError(
                        f"{prefix}.state.{name}.{key} is {tensor.dtype} and its parameter {parameter.dtype}; make a new"
                        " optimizer, or convert the state with optimizer.load_state_dict(optimizer.state_dict())"
                    )
                tensor = tensors.zeros_of(parameter) if tensor is None else tensor
                self._add(f"{prefix}.state.{name}.{key}", "optimizer", tensor, (key, id(parameter)))
            # SGD keeps no counter: a buffer that exists stands for a first step that was taken.
            default = 0.0 if existing.get("momentum_buffer") is None else 1.0
            counts[id(parameter)] = float(existing.get("step", default))
        if not keys:
            return
        if len(set(counts.values())) <= 1:
            count = next(iter(counts.values()), 0.0)
            self._add(f"{prefix}.param_groups.{index}.step", "counter", torch.tensor(count), ("step", index))
        else:
            for identity, count in counts.items():
                name = f"{prefix}.state.{names[identity]}.step"
                self._add(name, "counter", torch.tensor(count), ("step", identity))

    @contextlib.contextmanager
    def lend(self, values: Mapping[str, torch.Tensor], replaced: Mapping[int, torch.Tensor]) -> Iterator[None]:
        groups, state = self.optimizer.param_groups, self.optimizer.state
        self._values = {key: values[name] for name, key in self._keys.items()}
        lent = [
            {**group, "params": [replaced[id(p)] for p in group["params"]], "lr": self._values["lr", index]}
            for index, group in enumerate(groups)
        ]

        def step(_, closure=None):
            loss = None
            if closure is not None:
                with torch.enable_grad():
                    loss = closure()
            with torch.no_grad():
                for index, (group, own) in enumerate(zip(lent, groups)):
                    self._update(index, group, [id(p) for p in own["params"]])
            return loss

        self.optimizer.param_groups, self.optimizer.state, self._groups = lent, {}, lent
        try:
            hooked = torch.optim.Optimizer.profile_hook_step(step)  # the user's hooks before and after a step
            with replaced_step(self.optimizer, functools.partial(hooked, self.optimizer)):
                yield
        finally:
            self.optimizer.param_groups, self.optimizer.state = groups, state

    def collect(self) -> dict[str, torch.Tensor]:
        for index, group in enumerate(self._groups):  # a schedule may have changed the rates
            self._values["lr", index] = lr_of(group)
        return {name: self._values[key] for name, key in self._keys.items()}

    def keep(self) -> Callable[[torch.Tensor], None]:
        before = dict(self._values)

        def undo(condition: torch.Tensor) -> None:
            for key, new in self._values.items():
                if new is not before[key]:
                    self._values[key] = torch.where(condition, before[key], new)

        return undo

    def _update(self, index: int, group: dict, identities: list[int]) -> None:
        """One step of the parameters of a group that have a gradient."""
        values, kind = self._values, type(self.optimizer)
        updated = [(p, identity) for p, identity in zip(group["params"], identities) if p.grad is not None]
        counters = {("step", index) if ("step", index) in values else ("step", identity) for _, identity in updated}
        for key in counters & values.keys():
            values[key] = values[key] + 1.0
        lr = lr_of(group)
        for parameter, identity in updated:
            if parameter.grad.is_sparse:
                raise CaptureError("sparse gradients are not supported; use a dense embedding")
            step = values.get(("step", index), values.get(("step", identity)))
            keys = _KEYS[kind](group)
            buffers = [values[key, identity] for key in keys]
            scalar = torch.float32 if parameter.dtype in _HALVES else parameter.dtype
            scalars = [value if value is None else value.to(scalar) for value in (step, lr)]
            new, *buffers = _UPDATES[kind](parameter, parameter.grad, buffers, *scalars, group)
            parameter.copy_(new)
            for key, buffer in zip(keys, buffers, strict=True):
                values[key, identity] = buffer


def _sgd(parameter, grad, buffers, step, lr, group):
    if not buffers:
        return [torch.ops.fungible.sgd(parameter, grad, lr, group["weight_decay"], group["maximize"])]
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
