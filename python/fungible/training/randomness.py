"""Global random generators that belong to the batches alone.

A DataLoader draws its order from torch's global generator, other loaders from NumPy's or
Python's. Were they shared with the rest of the process, then an evaluation in between, or
a capture that was not needed the second time, would change the order of the batches.
"""

from __future__ import annotations

import random
import sys
from typing import Any

import numpy as np


class OwnRandomness:
    """Inside `with`, the global generators are those of this object; outside, everyone else's.

    torch takes part from the moment that somebody has imported it.
    """

    def __init__(self, seed: int):
        self._seed = seed
        self._states: dict[str, Any] = {}
        self._others: dict[str, Any] = {}

    def __enter__(self) -> OwnRandomness:
        self._others = _states()
        _seed_all(self._seed, [name for name in self._others if name not in self._states])
        _set(self._states)
        return self

    def __exit__(self, *exception) -> None:
        self._states = _states()
        _set(self._others)

    def state(self) -> dict[str, Any]:
        """What `restore` takes."""
        return dict(self._states)

    def restore(self, states: dict[str, Any]) -> None:
        self._states = dict(states)


def _torch():
    return sys.modules.get("torch")


def _states() -> dict[str, Any]:
    states = {"python": random.getstate(), "numpy": np.random.get_state()}
    if _torch():
        states["torch"] = _torch().random.get_rng_state()
    return states


def _set(states: dict[str, Any]) -> None:
    if "python" in states:
        random.setstate(states["python"])
    if "numpy" in states:
        np.random.set_state(states["numpy"])
    if "torch" in states and _torch():
        _torch().random.set_rng_state(states["torch"])


def _seed_all(seed: int, names: list[str]) -> None:
    if "python" in names:
        random.seed(seed)
    if "numpy" in names:
        np.random.seed(seed % 2**32)
    if "torch" in names:
        _torch().random.default_generator.manual_seed(seed)
