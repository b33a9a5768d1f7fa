"""Checkpoints: the state of a session as a safetensors file."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .. import tensors
from ..errors import CheckpointError
from ..files import write_atomically
from ..schema import StateSpec, type_text

#: Grows when a file of the new kind cannot be read by the code before.
FORMAT = 1

_NAMES_SHOWN = 4


@dataclass(frozen=True)
class Checkpoint:
    """What a checkpoint holds.

    Attributes:
        state: Name -> value.
        step: Number of steps made, if it was given.
        program: Name of the program that wrote it.
        fingerprint: That program's fingerprint. Another one may take up the state if its
            tensors are the same, as when a learning rate has been changed.
        extra: Whatever else was saved with it; JSON.
    """

    state: dict[str, np.ndarray]
    step: int | None
    program: str
    fingerprint: str
    extra: dict


def save(
    path: str | os.PathLike,
    state: Mapping[str, np.ndarray],
    *,
    step: int | None,
    program: str,
    fingerprint: str,
    extra: dict | None = None,
) -> None:
    """Writes a checkpoint; one that exists is replaced in one go.

    Raises:
        FungibleError: it cannot be written.
    """
    metadata = {
        "checkpoint": FORMAT,
        "extra": extra or {},
        "fingerprint": fingerprint,
        "program": program,
        "step": step,
    }
    parts = list(tensors.pieces(state, metadata))
    write_atomically(path, lambda file: file.writelines(parts))


def load(path: str | os.PathLike, schema: Sequence[StateSpec]) -> Checkpoint:
    """Reads a checkpoint that fits the state of a program.

    Raises:
        CheckpointError: it is missing, damaged or of another program; the message has the
            names that differ.
    """
    path = Path(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CheckpointError(f"{path}: {error.strerror}") from None
    try:
        state, metadata = tensors.parse(data)
    except ValueError as error:
        raise CheckpointError(f"{path}: not a whole checkpoint: {error}") from None
    if not isinstance(metadata, dict) or "checkpoint" not in metadata:
        raise CheckpointError(f"{path}: not a checkpoint of fungible")
    if metadata["checkpoint"] > FORMAT:
        raise CheckpointError(
            f"{path}: format {metadata['checkpoint']}, this fungible reads up to {FORMAT}; upgrade fungible"
        )
    differences = _differences(state, schema)
    if differences:
        shown = "; ".join(differences[:_NAMES_SHOWN])
        more = f"; and {len(differences) - _NAMES_SHOWN} more" if len(differences) > _NAMES_SHOWN else ""
        raise CheckpointError(f"{path}: does not fit the program: {shown}{more}")
    return Checkpoint(
        state, metadata["step"], metadata["program"], metadata["fingerprint"], metadata.get("extra", {})
    )


def _differences(state: Mapping[str, np.ndarray], schema: Sequence[StateSpec]) -> list[str]:
    expected = {spec.name: str(spec) for spec in schema}
    found = {name: type_text(value.dtype.name, value.shape) for name, value in state.items()}
    return [
        *(f"'{name}' is missing" for name in sorted(expected.keys() - found.keys())),
        *(f"'{name}' is not state of the program" for name in sorted(found.keys() - expected.keys())),
        *(
            f"'{name}' is {found[name]}, the program has {expected[name]}"
            for name in sorted(expected.keys() & found.keys())
            if found[name] != expected[name]
        ),
    ]
