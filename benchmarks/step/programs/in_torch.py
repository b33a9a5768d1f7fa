"""A training step in PyTorch, as a user writes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn


@dataclass
class TorchStep:
    """A model, its loss and its optimizer.

    Attributes:
        loss_of: `loss_of(x, y)`, a scalar.
        batches: Pairs of arrays that are stepped through in turn, again from the first after the last.
    """

    model: nn.Module
    optimizer: torch.optim.Optimizer
    loss_of: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
    batches: list[tuple[np.ndarray, np.ndarray]]

    def step(self, batch: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
        self.optimizer.zero_grad()
        loss = self.loss_of(*batch)
        loss.backward()
        self.optimizer.step()
        return loss

    def parameters(self) -> dict[str, np.ndarray]:
        return {name: p.detach().numpy().copy() for name, p in self.model.named_parameters()}


def sgd(model: nn.Module, rate: float = 0.01) -> torch.optim.Optimizer:
    return torch.optim.SGD(model.parameters(), lr=rate, momentum=0.9, fused=True)


def adamw(model: nn.Module) -> torch.optim.Optimizer:
    return torch.optim.AdamW(model.parameters(), lr=3e-4, weight_decay=0.01, fused=True)


def classified(*shape: int, classes: int, count: int = 4) -> list[tuple[np.ndarray, np.ndarray]]:
    """Normal float32 inputs and random labels; the first size is the batch's."""
    random = np.random.default_rng(0)
    return [
        (random.standard_normal(shape, np.float32), random.integers(0, classes, shape[:1])) for _ in range(count)
    ]


def text(batch: int, length: int, vocabulary: int, count: int = 4) -> list[tuple[np.ndarray, np.ndarray]]:
    """Random tokens, and the token that follows each of them."""
    random = np.random.default_rng(0)
    tokens = random.integers(0, vocabulary, (count, batch, length + 1))
    return [(np.ascontiguousarray(t[:, :-1]), np.ascontiguousarray(t[:, 1:])) for t in tokens]
