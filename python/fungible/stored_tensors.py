"""Named tensors that stay in their file until they are asked for."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator, Mapping
from math import prod
from typing import BinaryIO

import numpy as np

from .errors import ArtifactError
from .schema import numpy_dtype
from .tensors import DTYPES


class StoredTensors(Mapping[str, np.ndarray]):
    """The tensors of a safetensors file, or of a part of another file; each is read when it is asked for.

    State can be larger than all else that a program needs, and is wanted once. The file stays open: it may be
    deleted, or another one take its name.

    Raises:
        ValueError: the bytes are no whole safetensors file, or have a dtype that is unknown here.
        ArtifactError: on reading, where the content of the file has changed.
    """

    def __init__(self, file: BinaryIO, offset: int, size: int):
        """`size` bytes of an open file from `offset` on; the caller may close it."""
        self._path, self._lock = file.name, threading.Lock()
        self._file = open(os.dup(file.fileno()), "rb")
        self._content = self._version()
        self._file.seek(offset)
        length = int.from_bytes(self._file.read(8), "little")
        if length > size - 8:
            raise ValueError("the header of the tensors is longer than they are")
        header = json.loads(self._file.read(length))
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

    def _version(self) -> tuple[int, int]:
        found = os.fstat(self._file.fileno())
        return found.st_size, found.st_mtime_ns

    def __getitem__(self, name: str) -> np.ndarray:
        dtype, shape, first, last = self._places[name]
        try:
            with self._lock:
                self._file.seek(first)
                data = self._file.read(last - first)
                changed = self._version() != self._content
        except OSError as error:
            raise ArtifactError(f"{self._path}: {error.strerror}; its initial state is read when it is needed") from None
        if changed or len(data) != last - first:
            raise ArtifactError(f"{self._path}: has changed since it was loaded; load it again")
        return np.frombuffer(data, dtype).reshape(shape)

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)
