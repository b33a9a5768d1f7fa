"""Finds the tensors that live from step to step, and lends the user's objects other ones.

While a step is traced, the model's parameters and buffers and the optimizer's groups and
state are replaced by the tracer's; afterwards they are what they were, objects included.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import nn

from . import optimizers


@dataclass
class StateTensor:
    """One named tensor that lives from step to step, with its value before the first step."""

    name: str
    role: str
    initial: torch.Tensor


class StateSet:
    """All state of a program, in the order of declaration."""

    def __init__(self, model: nn.Module, optimizer: torch.optim.Optimizer | None):
        self.model = model
        self.optimizer = optimizer
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
        self.optimizer_plan = None
        if optimizer is not None:
            self.optimizer_plan = optimizers.plan(optimizer, self.parameter_names)
            for slot in self.optimizer_plan.slots:
                self._declare(slot.name, slot.role, slot.initial)

    def _declare(self, name: str, role: str, initial: torch.Tensor) -> None:
        # A copy: the user may go on training while the captured program starts from here.
        self.tensors.append(StateTensor(name, role, initial.detach().clone()))

    def declare(self, name: str, role: str, initial: torch.Tensor) -> None:
        """Adds state that neither the model nor the optimizer holds."""
        self._declare(name, role, initial)

    def gradient_examples(self) -> dict[str, torch.Tensor]:
        """A gradient for each trainable parameter, in case a step keeps it for the next one."""
        return {
            f"gradient.{name}": torch.zeros_like(p.detach()) if p.grad is None else p.grad.detach()
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
                    parameter.grad = torch.zeros_like(parameter.detach())
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
        """Puts `values` (by state name) where the model and the optimizer look for theirs.

        `gradients` become the `.grad` of the lent parameters at the start of the step. Without
        `train`, the optimizer refuses to step.
        """
        replaced: dict[int, torch.Tensor] = {}
        for name, parameter in self._parameters.items():
            leaf = nn.Parameter(values[f"model.{name}"].detach(), requires_grad=parameter.requires_grad)
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
        if self.optimizer is None:
            lent_optimizer = contextlib.nullcontext()
        elif train:
            lent_optimizer = optimizers.lend(self.optimizer, self.optimizer_plan, values, replaced)
        else:
            lent_optimizer = optimizers.refuse(self.optimizer)
        try:
            with lent_optimizer:
                yield Lent(self, replaced, self.optimizer_plan if train else None)
        finally:
            for table, before in undo:
                table.clear()
                table.update(before)
            for module, mode in training:
                module.training = mode


class Lent:
    """The lent tensors after (or during) a step."""

    def __init__(self, states: StateSet, replaced: dict[int, torch.Tensor], plan: optimizers.Plan | None):
        self._states = states
        self._replaced = replaced
        self._plan = plan

    def collect(self) -> dict[str, torch.Tensor]:
        """Every state tensor of the model and the optimizer as the step left it."""
        states, values = self._states, {}
        model_state = {
            **dict(states.model.named_parameters()),
            **dict(states.model.named_buffers()),
        }
        for name in (*states._parameters, *states._buffers):
            values[f"model.{name}"] = model_state[name].detach()
        if self._plan is not None:
            values.update(self._plan.collect())
        return values

    def gradients(self) -> dict[str, torch.Tensor | None]:
        """The `.grad` that each trainable parameter was left with."""
        return {
            f"gradient.{name}": self._replaced[id(parameter)].grad
            for name, parameter in self._states._parameters.items()
            if parameter.requires_grad
        }
