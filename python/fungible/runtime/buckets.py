"""Which entry point a batch is for, where a function was compiled for batches of several shapes."""

from collections.abc import Mapping, Sequence
from typing import Any

from .. import tree
from ..errors import InputError
from ..schema import EntryPoint, TensorSpec, dims
from .inputs import shape_of


def choose(buckets: Mapping[str, EntryPoint], batch: Any) -> str:
    """The name of the entry point whose shapes are those of the batch.

    With one bucket it is that one, whatever the batch; what does not fit is reported leaf by leaf later.

    Raises:
        InputError: the batch has another structure, or shapes of no bucket.
    """
    names = list(buckets)
    if len(names) == 1:
        return names[0]
    specs: list[list[TensorSpec]] = [tree.flatten(entry.inputs) for entry in buckets.values()]
    leaves = tree.flatten_like(buckets[names[0]].inputs, batch)
    shapes = [shape_of(spec, leaf) for spec, leaf in zip(specs[0], leaves, strict=True)]
    for name, candidate in zip(names, specs):
        if [spec.shape for spec in candidate] == shapes:
            return name
    labels = [spec.name for spec in specs[0]]
    declared = " | ".join(_text(labels, [spec.shape for spec in candidate]) for candidate in specs)
    raise InputError(
        f"no bucket for a batch of {_text(labels, shapes)}; the program was compiled for: {declared};"
        " pad the batch to one of these, or capture with another of buckets="
    )


def _text(labels: Sequence[str], shapes: Sequence[tuple[int, ...]]) -> str:
    return ", ".join(f"{label} {dims(shape) or 'scalar'}" for label, shape in zip(labels, shapes))
