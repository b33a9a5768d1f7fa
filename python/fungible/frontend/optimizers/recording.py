"""Dictionaries that remember what an optimizer's first step puts into its state."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import torch


def copied(value: Any) -> Any:
    """A value that later writes to the original leave alone."""
    return value.detach().clone() if isinstance(value, torch.Tensor) else copy.deepcopy(value)


class Recording(dict):
    """A dictionary that remembers what each key was first set to."""

    def __init__(self, entries: Mapping = {}):
        super().__init__(entries)
        self.first: dict[str, Any] = {key: copied(value) for key, value in entries.items()}

    def __setitem__(self, key, value):
        self.first.setdefault(key, copied(value))
        super().__setitem__(key, value)

    def setdefault(self, key, default=None):
        if key not in self:
            self[key] = default
        return self[key]

    def update(self, *args, **kwargs):
        for key, value in dict(*args, **kwargs).items():
            self[key] = value

    def __ior__(self, other):
        self.update(other)
        return self


class RecordingState(Recording):
    """`optimizer.state`: dictionaries by owner, made when they are first asked for."""

    def __setitem__(self, key, value):
        if isinstance(value, dict) and not isinstance(value, Recording):
            entries, value = value, Recording()
            value.update(entries)
        dict.__setitem__(self, key, value)
        if not isinstance(value, Recording):
            self.first.setdefault(key, copied(value))

    def __missing__(self, key):
        self[key] = {}
        return self[key]
