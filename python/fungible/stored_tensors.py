"""Named tensors that stay in their file until they are asked for."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from math import prod
from pathlib import Path

import numpy as np

from .errors import ArtifactError
from .schema import numpy_dtype
from .tensors import DTYPES


class StoredTensors(Mapping[str, np.ndarray]):
    """The tensors of a safetensors file, or of a part of another file; each is read when it is asked for.

    State can be larger than all else that a program needs, and is wanted once.

    Raises:
        ValueError: the bytes are no whole safetensors file, or have a dtype that is unknown here.
        ArtifactError: on reading, where the file is not the one any more that was opened.
    """

    def __init__(self, path: Path, offset: int, size: int):
        """`size` bytes of the file from `offset` on."""
        self._path = path
        with open(path, "rb") as file:
            self._identity = _identity(file.fileno())
            file.seek(offset)
            length = int.from_bytes(file.read(8), "little")
            if length > size - 8:
                raise ValueError("the header of the tensors is longer than they are")
            header = json.loads(file.read(length))
        start, end = offset + 8 + length, offset + size
        self._places: dict[str, tuple[np.dtype, tuple[int, ...], int, int]] = {}
        for name, entry in header.items():
            if name == "__metadata__":
                continue
            if entry["dtype"] not in DTYPES:
                raise ValueError(f"dtype '{entry['dtype']}' is not supported")
            dtype, shape = numpy_dtype(DTYPES[entry["dtype"]]), tuple(entry["shape"])
            first, last = (start + place for place in entry["data_offsets"])
            if not start <= first <= last <= end or last - first != prod(shape) * dtype.itemsize:
                raise ValueError(f"tensor '{name}' is not where the header says")
            self._places[name] = dtype, shape, first, last

    def __getitem__(self, name: str) -> np.ndarray:
        dtype, shape, first, last = self._places[name]
        try:
            with open(self._path, "rb") as file:
                if _identity(file.fileno()) != self._identity:
                    raise ArtifactError(f"{self._path}: has changed since it was loaded; load it again")
                file.seek(first)
                data = file.read(last - first)
        except OSError as error:
            raise ArtifactError(f"{self._path}: {error.strerror}; its initial state is read when it is needed") from None
        if len(data) != last - first:
            raise ArtifactError(f"{self._path}: truncated")
        return np.frombuffer(data, dtype).reshape(shape)

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def _identity(file: int) -> tuple[int, ...]:
    found = os.fstat(file)
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
