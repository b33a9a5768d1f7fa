"""PyTorch eager beside the compiled program: the same steps, with the same random numbers."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import torch

from fungible.frontend.random import CounterBased


@contextlib.contextmanager
def counter_based(seed: torch.Tensor | None = None, step: int = 0) -> Iterator[CounterBased]:
    """Random functions inside draw what a compiled step of that number draws."""
    words = torch.zeros(2, dtype=torch.int32) if seed is None else seed
    with CounterBased(words, torch.tensor(step, dtype=torch.int32)) as mode:
        yield mode
