"""What `--data` names: batches for an artifact, which holds none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from .. import tree
from ..errors import InputError
from ..schema import TensorSpec, numpy_dtype
from .program_file import call, load_module


def load(source: str, buckets: Sequence[Any], seed: int) -> Iterable:
    """Batches from `random`, a `.npz` or a Python file.

    Args:
        buckets: the trees of the batches that the program takes, with `TensorSpec` leaves.

    Raises:
        InputError: batches that do not fit; FungibleError: a file that cannot be used.
    """
    if source == "random":
        return RandomBatches(buckets, seed)
    if source.endswith(".npz"):
        return StackedBatches(source, buckets)
    if source.endswith(".py"):
        return _from_python(source)
    raise InputError(f"--data {source}: expects a FILE.py with batches(), a FILE.npz, or the word random")


def _from_python(path: str) -> Iterable:
    batches = call(load_module(path), "batches", path)
    if not hasattr(batches, "__iter__"):
        raise InputError(f"{path}: batches() returned {type(batches).__name__}, which cannot be iterated over")
    return batches


class RandomBatches:
    """Endless batches that fit the program: integers within the range of its example,
    booleans evenly, floating-point numbers standard normal. Buckets take turns. Batch `i`
    depends on the seed and on `i` alone.
    """

    def __init__(self, buckets: Sequence[Any], seed: int):
        self._buckets = buckets
        self._seed = seed

    def __iter__(self) -> Iterator[Any]:
        index = 0
        while True:
            generator = np.random.default_rng([self._seed, index])
            yield tree.map_leaves(lambda spec: _draw(spec, generator), self._buckets[index % len(self._buckets)])
            index += 1


def _draw(spec: TensorSpec, generator: np.random.Generator) -> np.ndarray:
    dtype = numpy_dtype(spec.dtype)
    if dtype.kind == "b":
        return generator.integers(0, 2, spec.shape).astype(bool)
    if dtype.kind in "iu":
        low, high = spec.range or (0, 1)
        return generator.integers(low, high, spec.shape, dtype=dtype, endpoint=True)
    return generator.standard_normal(spec.shape).astype(dtype)


class StackedBatches:
    """Batches from an `.npz` file: one array a tensor of the batch, with the batches along
    the first axis, all of the shapes of one bucket.

    Arrays are found by the name of the tensor (`batch[0]`, `batch['image']`), by its key
    (`image`), or by its place (`arr_0`, as `numpy.savez` names positional arrays).
    """

    def __init__(self, path: str, buckets: Sequence[Any]):
        self._path = path
        try:
            with np.load(path, allow_pickle=False) as file:
                arrays = {name: file[name] for name in file.files}
        except FileNotFoundError:
            raise InputError(f"{path}: no such file") from None
        except OSError as error:
            raise InputError(f"{path}: {error.strerror or 'not an .npz file'}") from None
        except Exception as error:  # zipfile, zlib and NumPy each have their own for a damaged file
            raise InputError(f"{path}: not an .npz file of plain arrays ({error})") from None
        self._inputs, self._leaves = self._fitting(buckets, arrays)
        counts = {len(leaf) for leaf in self._leaves}
        if len(counts) != 1:
            raise InputError(f"{path}: arrays hold different numbers of batches: {sorted(counts)}")

    def _fitting(self, buckets: Sequence[Any], arrays: dict[str, np.ndarray]) -> tuple[Any, list[np.ndarray]]:
        """The first bucket that the arrays fit, and its leaves."""
        errors = []
        for inputs in buckets:
            try:
                return inputs, self._stacks(inputs, arrays)
            except InputError as error:
                errors.append(error)
        others = f" (the first of {len(errors)} buckets, none of which fits)" if len(errors) > 1 else ""
        raise InputError(f"{errors[0]}{others}")

    def _stacks(self, inputs: Any, arrays: dict[str, np.ndarray]) -> list[np.ndarray]:
        keys = list(inputs) if isinstance(inputs, dict) else []
        specs = tree.flatten(inputs)
        return [
            self._find(arrays, spec, index, keys[index] if len(keys) == len(specs) else None)
            for index, spec in enumerate(specs)
        ]

    def _find(self, arrays: dict[str, np.ndarray], spec: TensorSpec, index: int, key: str | None) -> np.ndarray:
        candidates = [name for name in (spec.name, key, f"arr_{index}") if name is not None]
        array = next((arrays[name] for name in candidates if name in arrays), None)
        if array is None:
            raise InputError(
                f"{self._path}: no array for {spec.name}; looked for {', '.join(map(repr, candidates))}, the file has"
                f" {', '.join(map(repr, arrays)) or 'none'}"
            )
        if array.ndim == 0 or array.shape[1:] != spec.shape or array.dtype != numpy_dtype(spec.dtype):
            raise InputError(
                f"{self._path}: {spec.name} expects {spec.dtype} of shape {('batches', *spec.shape)}, the file has"
                f" {array.dtype} of shape {array.shape}".replace("'", "")
            )
        return array

    def __len__(self) -> int:
        return len(self._leaves[0])

    def __iter__(self) -> Iterator[Any]:
        for index in range(len(self)):
            yield tree.unflatten(self._inputs, [leaf[index] for leaf in self._leaves])
