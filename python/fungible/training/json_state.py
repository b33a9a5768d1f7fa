"""The `state_dict()` of a data loader as JSON, exactly; nothing is executed when it is read."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np


def encode(value: Any) -> Any:
    """A JSON value for plain data: numbers, text, bytes, containers, NumPy arrays, torch tensors.

    Raises:
        TypeError: anything else.
    """
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, list):
        return [encode(item) for item in value]
    if isinstance(value, tuple):
        return {"tuple": [encode(item) for item in value]}
    if isinstance(value, dict):
        return {"dict": [[encode(key), encode(item)] for key, item in value.items()]}
    if isinstance(value, (bytes, bytearray)):
        return {"bytes": base64.b64encode(value).decode()}
    if hasattr(value, "detach"):
        return {"tensor": encode(value.detach().cpu().numpy())}
    if isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind in "biufc":
        array = np.asarray(value)
        return {"array": [array.dtype.str, list(array.shape), base64.b64encode(array.tobytes()).decode()]}
    raise TypeError(f"{type(value).__name__} is not plain data")


def decode(value: Any) -> Any:
    """What `encode` was given."""
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    (kind, content), *_ = value.items()
    if kind == "tuple":
        return tuple(decode(item) for item in content)
    if kind == "dict":
        return {decode(key): decode(item) for key, item in content}
    if kind == "bytes":
        return base64.b64decode(content)
    if kind == "tensor":
        import torch

        return torch.from_numpy(decode(content))
    dtype, shape, data = content
    return np.frombuffer(base64.b64decode(data), dtype).reshape(shape).copy()
