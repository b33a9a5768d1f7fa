"""What the rest of the frontend knows of an optimizer: its state, and how a traced step is given it."""

from __future__ import annotations

import abc
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Slot:
    """One state tensor of an optimizer, by its name in the program. `is_number`: a Python number in eager."""

    name: str
    role: str
    initial: torch.Tensor
    is_number: bool = False


class Plan(abc.ABC):
    """The state of one optimizer, and its values while a step is traced."""

    def __init__(self, optimizer: torch.optim.Optimizer):
        self.optimizer = optimizer
        self.slots: list[Slot] = []

    @abc.abstractmethod
    def lend(
        self, values: Mapping[str, torch.Tensor], replaced: Mapping[int, torch.Tensor]
    ) -> AbstractContextManager[None]:
        """Inside, the optimizer updates the lent parameters with the lent state; afterwards it is as it was.

        Args:
            values: name of a slot -> its value.
            replaced: the identity of each parameter of the model -> the one lent for it.
        """

    @abc.abstractmethod
    def collect(self) -> dict[str, torch.Tensor]:
        """The values as the step left them."""

    def copies(self) -> list[tuple[torch.Tensor, torch.Tensor]]:
        """Pairs of values, as the step left them, that have to be the same for the state to be what was declared."""
        return []

    @abc.abstractmethod
    def keep(self) -> Callable[[torch.Tensor], None]:
        """Remembers the values; the result, called with a condition, brings them back where it holds."""


def lr_of(group: Mapping) -> torch.Tensor:
    """The learning rate of a group as a float32 scalar."""
    return torch.as_tensor(group["lr"], dtype=torch.float32).reshape(())
