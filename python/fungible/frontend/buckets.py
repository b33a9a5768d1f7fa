"""Batches of several shapes: each becomes an entry point of its own, on the same state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch.utils import _pytree as pytree

from ..errors import CaptureError
from ..schema import bucket_name


def by_entry_point(buckets: Sequence[Any] | Mapping[str, Sequence[Any]], names: Sequence[str]) -> dict[str, list[Any]]:
    """Entry point -> its further examples; a plain sequence is for `step`.

    Raises:
        CaptureError: no sequence of batches, or one for a function that the program does not have.
    """
    given = buckets if isinstance(buckets, Mapping) else {"step": buckets}
    for name, batches in given.items():
        if name not in names:
            raise CaptureError(f"buckets: the program has no '{name}'; it has: {', '.join(names)}")
        if not isinstance(batches, (list, tuple)):
            raise CaptureError(f"buckets: expects a list of batches for {name}, got a {type(batches).__name__}")
    return {name: list(batches) for name, batches in given.items()}


def examples(name: str, first: Any, others: Sequence[Any]) -> dict[str, Any]:
    """Name of the entry point -> its example; shapes that are there already are left out.

    Raises:
        CaptureError: a batch of another structure or other dtypes than the first.
    """
    found = [(first, _shapes(first))]
    for index, batch in enumerate(others):
        what = f"{name}: buckets[{index}]"
        if _dtypes(batch) != _dtypes(first) or pytree.tree_structure(batch) != pytree.tree_structure(first):
            raise CaptureError(
                f"{what} is {_text(batch)}; buckets differ from the example in shapes alone, and it is {_text(first)}"
            )
        shapes = _shapes(batch)
        if all(shapes != known for _, known in found):
            found.append((batch, shapes))
    return {bucket_name(name, index): batch for index, (batch, _) in enumerate(found)}


def _shapes(batch: Any) -> list[tuple[int, ...]]:
    # Capture itself complains about a first batch with other leaves than tensors, and knows the path.
    return [tuple(leaf.shape) if isinstance(leaf, torch.Tensor) else () for leaf in pytree.tree_leaves(batch)]


def _dtypes(batch: Any) -> list[Any]:
    return [leaf.dtype if isinstance(leaf, torch.Tensor) else type(leaf) for leaf in pytree.tree_leaves(batch)]


def _text(batch: Any) -> str:
    def leaf_text(leaf: Any) -> str:
        if not isinstance(leaf, torch.Tensor):
            return type(leaf).__name__
        return f"{str(leaf.dtype).removeprefix('torch.')}{list(leaf.shape)}"

    leaves = pytree.tree_leaves(batch)
    kind = "tensor" if isinstance(batch, torch.Tensor) else type(batch).__name__
    return f"a {kind} of {', '.join(map(leaf_text, leaves)) or 'nothing'}"
