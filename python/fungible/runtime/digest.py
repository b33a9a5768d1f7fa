"""One hash of a whole state, the same on every machine."""

import hashlib
from collections.abc import Mapping

import numpy as np

from ..schema import dims


def state_digest(state: Mapping[str, np.ndarray]) -> str:
    """SHA-256 over all tensors, in order of name (by code point), as hexadecimal text.

    For each tensor: the line `<name> <dtype> <shape>` in UTF-8 with the newline, dimensions
    joined by `x` and none for a scalar (`model.fc.weight float32 10x4`), then the elements
    in row-major order, little-endian.
    """
    digest = hashlib.sha256()
    for name in sorted(state):
        value = np.asarray(state[name])
        digest.update(f"{name} {value.dtype.name} {dims(value.shape)}\n".encode())
        little = value.dtype.newbyteorder("<")
        digest.update(value.astype(little, copy=False).tobytes())
    return digest.hexdigest()
