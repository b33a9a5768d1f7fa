"""What a row of the sweep runs: a program, its batches, and how exact it has to be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

#: torch.testing's own for float32.
RTOL, ATOL = 1.3e-6, 1e-5


class Skipped(Exception):
    """The row holds nothing to run; the message says why."""


@dataclass
class Case:
    """A step, taken once for each batch by PyTorch eager and by a session.

    What the step returns, and afterwards the model's parameters and buffers, may differ by
    `atol + rtol * |eager|` in each element; where `rtol_of_losses` is set, the outputs by that
    part of their size instead, and the parameters are left alone.
    """

    model: torch.nn.Module
    optimizer: Any
    step: Any
    batches: list[Any]
    rtol: float = RTOL
    atol: float = ATOL
    rtol_of_losses: float | None = None


def training(model: torch.nn.Module, optimizer: Any, loss: Callable[[Any], torch.Tensor], batches: list[Any]):
    """The model, the optimizer, the usual step with clipped gradients, and its batches."""
    model.train()

    def step(batch):
        optimizer.zero_grad()
        value = loss(batch)
        value.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        return value

    return model, optimizer, step, batches
