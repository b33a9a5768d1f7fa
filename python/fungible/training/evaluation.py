"""Metrics on batches that are held out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..errors import InputError
from .host import scalars
from .randomness import OwnRandomness


def evaluate(session: Any, batches: Iterable, seed: int) -> dict[str, float]:
    """The mean of each metric over the batches.

    A metric `weight`, such as the number of samples in a batch that was filled up to the
    fixed shape, weighs the others and is not reported; without it all batches count the same.

    Raises:
        InputError: there are no batches.
    """
    totals: dict[str, float] = {}
    weights = 0.0
    with OwnRandomness(seed):
        for batch in batches:
            metrics = scalars(session.evaluate(batch))
            weight = metrics.pop("weight", 1.0)
            weights += weight
            for name, value in metrics.items():
                totals[name] = totals.get(name, 0.0) + weight * value
    if weights == 0.0:
        raise InputError("evaluate_batches: there are none, or an iterator that was used up; give a list or a DataLoader")
    return {name: total / weights for name, total in totals.items()}


def text_of(metrics: dict[str, float]) -> str:
    """`loss 2.214, accuracy 0.9917`."""
    return ", ".join(f"{name} {value:.4g}" for name, value in metrics.items())
