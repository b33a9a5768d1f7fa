"""Leaves of batches and results on the host, whatever library they come from."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

from .. import tree
from ..errors import InputError


def to_numpy(leaf: Any) -> np.ndarray:
    """The values of a torch tensor, a NumPy array, a number, or anything with DLPack.

    Raises:
        InputError: a leaf that holds no numbers.
    """
    if hasattr(leaf, "detach"):
        from ..frontend import tensors  # torch: the tensor is there, so it is imported

        return tensors.to_numpy(leaf)
    if not isinstance(leaf, (np.ndarray, np.generic)) and hasattr(leaf, "__dlpack__"):
        leaf = np.from_dlpack(leaf)
    array = np.asarray(leaf)
    if array.dtype == object:
        raise InputError(f"expects tensors, got {type(leaf).__name__}")
    return array


def digest(batch: Any) -> str:
    """SHA-256 of the leaves in order: dtype and shape as text, then the bytes."""
    total = hashlib.sha256()
    for leaf in tree.flatten(batch):
        array = to_numpy(leaf)
        total.update(f"{array.dtype} {array.shape}\n".encode())
        total.update(np.ascontiguousarray(array).tobytes())
    return total.hexdigest()


def scalars(outputs: Any) -> dict[str, float]:
    """The one-element leaves of a result by name: `loss` for a bare tensor, else the keys.

    Leaves of tuples and lists are named by their place, and the first of them is `loss`.
    """
    if isinstance(outputs, dict):
        pairs = list(outputs.items())
    elif isinstance(outputs, (tuple, list)):
        pairs = [("loss" if index == 0 else f"output[{index}]", value) for index, value in enumerate(outputs)]
    else:
        pairs = [("loss", outputs)]
    values = {}
    for name, value in pairs:
        if value is not None and not isinstance(value, (dict, tuple, list)):
            array = to_numpy(value)
            if array.size == 1:
                values[str(name)] = float(array.reshape(()))
    return values


def loss_of(outputs: Any) -> float:
    """The loss among the results of a step: the entry `loss`, or the first number.

    Raises:
        InputError: the step returned no number.
    """
    values = scalars(outputs)
    if not values:
        raise InputError("the step returns no loss; return one number, or a dict with an entry 'loss'")
    return values.get("loss", next(iter(values.values())))
