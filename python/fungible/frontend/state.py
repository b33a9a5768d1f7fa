"""Finds the tensors that live from step to step, and lends the user's objects other ones.

While a step is traced, the model's parameters and buffers and the optimizers' groups and
state are replaced by the tracer's; afterwards they are what they were, objects included.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from . import optimizers, tensors


@dataclass
class StateTensor:
    """One named tensor that lives from step to step, with its value before the first step.

    Of zeros, `initial` may be a view of one number (strides of 0), which takes no memory; see `tensors.zeros_of`.
    """

    name: str
    role: str
    initial: torch.Tensor

    @property
    def example(self) -> torch.Tensor:
        """A tensor to trace with, which has its shape, its dtype and memory of its own; its values mean nothing."""
        return tensors.with_own_memory(self.initial)


def _as_parameter(traced: torch.Tensor, requires_grad: bool) -> torch.Tensor:
    """The tensor itself, which `nn.Parameter` would make another of: an operation more to trace for each."""
    traced._is_param = True
    return traced.requires_grad_(requires_grad)


class StateSet:
    """All state of a program, in the order of declaration.

    `unshared` are prefixes of optimizers whose parameters share no counters.
    """

    def __init__(self, model: nn.Module, optimizer: Any, unshared: Collection[str] = ()):
        self.model = model
        self.optimizers = optimizers.named(optimizer)
        self.tensors: list[StateTensor] = []
        # The first name wins for tied tensors, as in `named_parameters`.
        self._parameters = dict(model.named_parameters())
        self._buffers = {n: b for n, b in model.named_buffers() if b is not None}
        self.parameter_names = {id(p): name for name, p in self._parameters.items()}
        for name, parameter in self._parameters.items():
            self._declare(f"model.{name}", "parameter", parameter)
        for name, buffer in self._buffers.items():
            self._declare(f"model.{name}", "buffer", buffer)
        #: Gradients that a step keeps for the next one, found while tracing.
        self.accumulated: dict[str, torch.Tensor] = {}
        self.plans = [
            optimizers.plan(optimizer, prefix, self.parameter_names, prefix not in unshared)
            for prefix, optimizer in self.optimizers.items()
        ]
        for plan in self.plans:
            for slot in plan.slots:
                self._declare(slot.name, slot.role, slot.initial)

    def _declare(self, name: str, role: str, initial: torch.Tensor) -> None:
        # A copy: the user may go on training while the captured program starts from here.
        self.tensors.append(StateTensor(name, role, tensors.copied(initial.detach())))

    def declare(self, name: str, role: str, initial: torch.Tensor) -> None:
        """Adds state that neither the model nor an optimizer holds."""
        self._declare(name, role, initial)

    def gradient_examples(self) -> dict[str, torch.Tensor]:
        """A gradient for each trainable parameter, in case a step keeps it for the next one."""
        return {
            f"gradient.{name}": tensors.zeros_of(p) if p.grad is None else p.grad.detach()
            for name, p in self._parameters.items()
            if p.requires_grad
        }

    @contextlib.contextmanager
    def guard(self) -> Iterator[dict[int, str]]:
        """Storage address -> name of the model's own tensors, none of which a trace may touch.

        A step that holds parameters in a list of its own would clip or scale the wrong ones.
        """
        gradients = {name: p.grad for name, p in self._parameters.items()}
        own = {}
        try:
            for name, parameter in self._parameters.items():
                if parameter.requires_grad:
                    parameter.grad = torch.empty_like(parameter.detach())  # an address; nothing reads it
                    own[parameter.grad.untyped_storage().data_ptr()] = f"the gradient of {name}"
                own[parameter.untyped_storage().data_ptr()] = f"parameter {name}"
            for name, buffer in self._buffers.items():
                own[buffer.untyped_storage().data_ptr()] = f"buffer {name}"
            own.pop(0, None)  # tensors without elements
            yield own
        finally:
            for name, parameter in self._parameters.items():
                parameter.grad = gradients[name]

    @contextlib.contextmanager
    def lend(self, values: dict[str, torch.Tensor], gradients: dict[str, torch.Tensor], train: bool) -> Iterator[Lent]:
        """Puts `values` (by state name) where the model and the optimizers look for theirs.

        `gradients` become the `.grad` of the lent parameters at the start of the step. Without
        `train`, no optimizer steps.
        """
        replaced: dict[int, torch.Tensor] = {}
        for name, parameter in self._parameters.items():
            leaf = _as_parameter(values[f"model.{name}"], parameter.requires_grad)
            if f"gradient.{name}" in gradients:
                leaf.grad = gradients[f"gradient.{name}"]
            replaced[id(parameter)] = leaf
        for name, buffer in self._buffers.items():
            replaced[id(buffer)] = values[f"model.{name}"]

        undo = []
        training = [(module, module.training) for module in self.model.modules()]
        for module in self.model.modules():
            for table in (module._parameters, module._buffers):
                before = dict(table)
                undo.append((table, before))
                for key, tensor in before.items():
                    if tensor is not None:
                        table[key] = replaced[id(tensor)]
        try:
            with contextlib.ExitStack() as stack:
                for plan in self.plans:
                    stack.enter_context(plan.lend(values, replaced) if train else optimizers.refuse(plan.optimizer))
                stack.enter_context(optimizers.refuse_others(self.optimizers.values()))
                yield Lent(self, replaced, self.plans if train else [])
        finally:
            for table, before in undo:
                table.clear()
                table.update(before)
            for module, mode in training:
                module.training = mode


class Lent:
    """The lent tensors after (or during) a step."""

    def __init__(self, states: StateSet, replaced: dict[int, torch.Tensor], plans: list[optimizers.Plan]):
        self._states = states
        self._replaced = replaced
        self._plans = plans

    @contextlib.contextmanager
    def undone_where(self, condition: torch.Tensor) -> Iterator[None]:
        """Where `condition`, a scalar, holds, parameters and optimizer state are afterwards what they were before."""
        parameters = [(p, p.detach().clone()) for p in self._replaced.values() if isinstance(p, nn.Parameter)]
        undo = [plan.keep() for plan in self._plans]
        yield
        with torch.no_grad():
            for parameter, old in parameters:
                parameter.copy_(torch.where(condition, old, parameter))
            for back in undo:
                back(condition)

    def collect(self) -> dict[str, torch.Tensor]:
        """Every state tensor of the model and the optimizers as the step left it."""
        states, values = self._states, {}
        model_state = {
            **dict(states.model.named_parameters()),
            **dict(states.model.named_buffers()),
        }
        for name in (*states._parameters, *states._buffers):
            values[f"model.{name}"] = model_state[name]
        for plan in self._plans:
            values.update(plan.collect())
        return values

    def copies(self) -> list[tuple[str, torch.Tensor, torch.Tensor]]:
        """Values that have to be the same, each behind the prefix of the optimizer that keeps one of both."""
        prefixes = {id(optimizer): prefix for prefix, optimizer in self._states.optimizers.items()}
        return [(prefixes[id(plan.optimizer)], *pair) for plan in self._plans for pair in plan.copies()]

    def gradients(self) -> dict[str, torch.Tensor | None]:
        """The `.grad` that each trainable parameter was left with."""
        return {
            f"gradient.{name}": self._replaced[id(parameter)].grad
            for name, parameter in self._states._parameters.items()
            if parameter.requires_grad
        }
