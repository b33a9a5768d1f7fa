"""PyTorch itself, made to take the same step from the same state as the compiled program."""

from __future__ import annotations

import contextlib
import copy
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch
from torch.utils import _pytree as pytree

from ..frontend import grad_scaler, optimizers, schedule
from ..frontend.random import CounterBased
from .host import to_numpy


class EagerTwin:
    """The user's model and optimizers, addressed by the names of the program's state.

    Schedulers are not set from the state but walk along with it, since some keep more than
    a counter.
    """

    def __init__(self, program: Any):
        self._program = program
        self._parameters = dict(program.model.named_parameters())
        self._buffers = dict(program.model.named_buffers())
        self._names = {id(parameter): name for name, parameter in self._parameters.items()}
        self._optimizers = optimizers.named(program.optimizer)
        unshared = program.captured().unshared
        plans = {
            prefix: optimizers.plan(each, prefix, self._names, prefix not in unshared)
            for prefix, each in self._optimizers.items()
        }
        self._own_steps = {prefix: plan for prefix, plan in plans.items() if isinstance(plan, optimizers.OwnStepPlan)}
        self._schedulers = _schedulers(program)
        self._scalers = dict(zip(grad_scaler.prefixes(), program.captured().scalers))
        self._rng = torch.zeros(2, dtype=torch.int32), torch.tensor(0, dtype=torch.int32)

    def read(self, name: str) -> np.ndarray | None:
        """The value of a state tensor; None where PyTorch has no counterpart of it."""
        value = self._find(name)
        return None if value is None else np.array(to_numpy(value))

    def _find(self, name: str) -> Any:
        kind, _, rest = name.partition(".")
        if kind == "model":
            return self._parameters.get(rest, self._buffers.get(rest))
        if kind == "gradient":
            return self._parameters[rest].grad
        if kind == "rng":
            return dict(zip(("seed", "step"), self._rng)).get(rest)
        if kind == "optimizer":
            prefix = next(prefix for prefix in self._optimizers if name.startswith(f"{prefix}."))
            if prefix in self._own_steps:
                return self._own_steps[prefix].read(name)
            return self._find_in_optimizer(self._optimizers[prefix], name.removeprefix(f"{prefix}."))
        if kind in self._scalers:
            return getattr(self._scalers[kind], f"_{rest}")
        for index, scheduler in enumerate(self._schedulers):
            if name == f"scheduler{index or ''}.last_epoch":
                return np.int32(scheduler.last_epoch)
        return None

    def _find_in_optimizer(self, optimizer: torch.optim.Optimizer, name: str) -> Any:
        kind, _, rest = name.partition(".")
        if kind == "state":
            parameter, _, key = rest.rpartition(".")
            return optimizer.state.get(self._parameters[parameter], {}).get(key)
        index, _, key = rest.partition(".")
        group = optimizer.param_groups[int(index)]
        if key == "lr":
            return np.float32(float(group["lr"]))
        # One counter stands for those of all parameters; SGD has none.
        counts = [optimizer.state.get(p, {}).get(key) for p in group["params"]]
        return next((count for count in counts if count is not None), None)

    def load(self, state: Mapping[str, np.ndarray]) -> None:
        """Takes over the state of the compiled program."""
        with torch.no_grad():
            for name, parameter in self._parameters.items():
                parameter.copy_(_tensor(state[f"model.{name}"]))
                gradient = state.get(f"gradient.{name}")
                if gradient is not None:
                    parameter.grad = _tensor(gradient)
            for name, buffer in self._buffers.items():
                buffer.copy_(_tensor(state[f"model.{name}"]))
        for prefix, optimizer in self._optimizers.items():
            if prefix in self._own_steps:
                plan = self._own_steps[prefix]
                plan.restore({slot.name: _tensor(state[slot.name]) for slot in plan.slots if slot.name in state})
            else:
                self._load_optimizer(optimizer, prefix, state)
        for prefix, scaler in self._scalers.items():
            if f"{prefix}.scale" in state:
                scaler._scale = _tensor(state[f"{prefix}.scale"]).float()
                scaler._growth_tracker = _tensor(state[f"{prefix}.growth_tracker"])
        if "rng.seed" in state:
            self._rng = _tensor(state["rng.seed"]), _tensor(state["rng.step"])

    def _load_optimizer(self, optimizer: torch.optim.Optimizer, start: str, state: Mapping[str, np.ndarray]) -> None:
        for index, group in enumerate(optimizer.param_groups):
            rate = state[f"{start}.param_groups.{index}.lr"]
            if isinstance(group["lr"], torch.Tensor):
                group["lr"].fill_(float(rate))
            else:
                group["lr"] = float(rate)
            for parameter in group["params"]:
                prefix = f"{start}.state.{self._names[id(parameter)]}."
                own = {name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)}
                own.setdefault("step", state.get(f"{start}.param_groups.{index}.step"))
                self._load_slots(optimizer, parameter, own)

    def _load_slots(
        self, optimizer: torch.optim.Optimizer, parameter: torch.Tensor, own: dict[str, np.ndarray | None]
    ) -> None:
        step = own.pop("step")
        if step is None or float(step) == 0.0:
            # PyTorch makes the slots in the first step, and SGD tells the first step by that.
            optimizer.state.pop(parameter, None)
            return
        slots = {key: _tensor(value) for key, value in own.items()}
        if not isinstance(optimizer, torch.optim.SGD):
            slots["step"] = _tensor(step)
        optimizer.state[parameter] = slots

    def walk_schedulers(self, state: Mapping[str, np.ndarray]) -> None:
        """Makes the steps of the schedulers that a resumed program has behind it."""
        for index, scheduler in enumerate(self._schedulers):
            epoch = state.get(f"scheduler{index or ''}.last_epoch")
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about an optimizer that made no step
                while epoch is not None and scheduler.last_epoch < int(epoch):
                    scheduler.step()

    def step(self, batch: Any) -> list[np.ndarray]:
        """Makes one step, with the masks that the compiled step draws; returns the leaves of the results."""
        leaves, structure = pytree.tree_flatten(batch)
        tensors = [leaf if isinstance(leaf, torch.Tensor) else _tensor(to_numpy(leaf)) for leaf in leaves]
        return self._call(pytree.tree_unflatten(tensors, structure))

    def _call(self, batch: Any) -> list[np.ndarray]:
        seed, step = self._rng
        with CounterBased(seed, step) as random, torch.enable_grad():
            outputs = self._program.step(batch)
        if random.draws:
            self._rng = seed, step + 1
        return [np.array(to_numpy(leaf)) for leaf in pytree.tree_leaves(outputs)]

    @contextlib.contextmanager
    def in_float64(self, state: Mapping[str, np.ndarray]) -> Iterator[None]:
        """Inside, the twin stands at `state` again and computes in float64; afterwards it is as it was."""
        tensors = [*self._parameters.values(), *self._buffers.values()]
        kept = [(tensor, tensor.data, tensor.grad) for tensor in tensors]
        trained = list(self._optimizers.values())
        slots = [dict(optimizer.state) for optimizer in trained]
        options = [[_options(group) for group in optimizer.param_groups] for optimizer in trained]
        keep = {id(optimizer): optimizer for optimizer in trained}
        schedulers = [copy.deepcopy(vars(s), dict(keep)) for s in self._schedulers]
        scales = [(scaler, scaler._scale, scaler._growth_tracker) for scaler in self._scalers.values()]
        default = torch.get_default_dtype()
        try:
            for tensor in tensors:
                tensor.grad = None
                if tensor.is_floating_point():
                    tensor.data = tensor.data.double()
                else:
                    tensor.data = tensor.data.clone()
            self.load({name: _doubled(value) for name, value in state.items()})
            torch.set_default_dtype(torch.float64)
            yield
        finally:
            torch.set_default_dtype(default)
            for tensor, data, gradient in kept:
                tensor.grad = None
                tensor.data = data
                tensor.grad = gradient
            for optimizer, own_slots, own_options in zip(trained, slots, options):
                optimizer.state.clear()
                optimizer.state.update(own_slots)
                for group, kept_options in zip(optimizer.param_groups, own_options):
                    group.update(kept_options)
            for scaler, scale, tracker in scales:
                scaler._scale, scaler._growth_tracker = scale, tracker
            for scheduler, variables in zip(self._schedulers, schedulers):
                vars(scheduler).update(variables)

    def step_in_float64(self, batch: Any) -> list[np.ndarray]:
        """`step` inside `in_float64`."""
        leaves, structure = pytree.tree_flatten(batch)
        return self._call(pytree.tree_unflatten([_tensor(_doubled(to_numpy(leaf))) for leaf in leaves], structure))


def _schedulers(program: Any) -> list[Any]:
    """In the order in which the capture numbers them."""
    given = program.scheduler
    known = [] if given is None else list(given) if isinstance(given, (list, tuple)) else [given]
    found = schedule.find(program.step, optimizers.named(program.optimizer).values())
    return known + [s for s in found if all(s is not other for other in known)]


def _tensor(value: np.ndarray) -> torch.Tensor:
    value = np.array(value)  # a copy of its own: PyTorch steps in place
    if value.dtype.name == "bfloat16":
        return torch.from_numpy(value.view(np.int16)).view(torch.bfloat16)
    return torch.from_numpy(value)


def _doubled(value: np.ndarray) -> np.ndarray:
    value = np.asarray(value)
    return value if value.dtype.kind in "biu" else value.astype(np.float64)


def _options(group: dict[str, Any]) -> dict[str, Any]:
    return {
        key: value.clone() if isinstance(value, torch.Tensor) else value
        for key, value in group.items()
        if key != "params"
    }
