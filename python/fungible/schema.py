"""What the host knows of a compiled program: its entry points and its state.

The JSON is in docs/design.md; it travels as the module attribute `fungible.schema` and in
the manifest of an artifact.
"""

import hashlib
import json
import re
from dataclasses import dataclass

import numpy as np

from . import tree
from .tree import Tree


def numpy_dtype(name: str) -> np.dtype:
    """The NumPy dtype of a dtype name as torch and NumPy write it; `bfloat16` and the
    8-bit floats are those of `ml_dtypes`.

    Raises:
        ValueError: there is no such dtype.
    """
    try:
        return np.dtype(name)
    except TypeError:
        import ml_dtypes

        if hasattr(ml_dtypes, name):
            return np.dtype(getattr(ml_dtypes, name))
        raise ValueError(f"unknown dtype '{name}'") from None


def dims(shape: tuple[int, ...]) -> str:
    """A shape as `8x128`; empty for a scalar."""
    return "x".join(map(str, shape))


def type_text(dtype: str, shape: tuple[int, ...]) -> str:
    """A tensor type for people: `float32[8x128]`, `float32` for a scalar."""
    return f"{dtype}[{dims(shape)}]" if shape else dtype


@dataclass(frozen=True)
class TensorSpec:
    """One tensor of a batch or of the results.

    `range` is the smallest and the largest value in the example, for integers only.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    range: tuple[int, int] | None = None

    def __str__(self) -> str:
        return type_text(self.dtype, self.shape)

    def to_json(self) -> dict:
        result = {"name": self.name, "dtype": self.dtype, "shape": list(self.shape)}
        return result if self.range is None else {**result, "range": list(self.range)}

    @classmethod
    def from_json(cls, value: dict) -> "TensorSpec":
        bounds = value.get("range")
        return cls(
            value["name"], value["dtype"], tuple(value["shape"]), None if bounds is None else tuple(bounds)
        )


@dataclass(frozen=True)
class StateSpec:
    """One state tensor; `role` as in the op `fungible.state`."""

    name: str
    role: str
    dtype: str
    shape: tuple[int, ...]

    def __str__(self) -> str:
        return type_text(self.dtype, self.shape)

    @property
    def nbytes(self) -> int:
        return int(np.prod(self.shape, dtype=np.int64)) * numpy_dtype(self.dtype).itemsize

    def to_json(self) -> dict:
        return {"name": self.name, "role": self.role, "dtype": self.dtype, "shape": list(self.shape)}

    @classmethod
    def from_json(cls, value: dict) -> "StateSpec":
        return cls(value["name"], value["role"], value["dtype"], tuple(value["shape"]))


@dataclass(frozen=True)
class EntryPoint:
    """A function of the program.

    `inputs` is the tree of its one argument, the batch (`None` for none), `outputs` that of
    its result, both with `TensorSpec` leaves. The compiled function takes and returns the
    leaves in order.
    """

    inputs: Tree
    outputs: Tree

    def to_json(self) -> dict:
        return {
            "inputs": tree.to_json(self.inputs, TensorSpec.to_json),
            "outputs": tree.to_json(self.outputs, TensorSpec.to_json),
        }

    @classmethod
    def from_json(cls, value: dict) -> "EntryPoint":
        return cls(
            tree.from_json(value["inputs"], TensorSpec.from_json),
            tree.from_json(value["outputs"], TensorSpec.from_json),
        )


def bucket_name(name: str, index: int) -> str:
    """The entry point of a function's `index`-th bucket: `step`, `step_1`, `step_2`, ...

    A plain identifier, which IREE and every target's assembler take as a symbol.
    """
    return f"{name}_{index}" if index else name


def bucket_of(name: str) -> str:
    """The function that an entry point is a bucket of: `step` for `step_1`."""
    return re.sub(r"_[0-9]+$", "", name)


@dataclass(frozen=True)
class Schema:
    """The entry points by name, and the state in the order of the program."""

    entry_points: dict[str, EntryPoint]
    state: tuple[StateSpec, ...]

    def buckets(self, name: str) -> dict[str, EntryPoint]:
        """The entry points of one function, each for batches of other shapes; itself comes first."""
        return {key: entry for key, entry in self.entry_points.items() if name in (key, bucket_of(key))}

    def to_json(self) -> dict:
        return {
            "entry_points": {name: entry.to_json() for name, entry in self.entry_points.items()},
            "state": [spec.to_json() for spec in self.state],
        }

    @classmethod
    def from_json(cls, value: dict) -> "Schema":
        """Raises ValueError if the value does not have the form of a schema."""
        try:
            return cls(
                {name: EntryPoint.from_json(entry) for name, entry in value["entry_points"].items()},
                tuple(StateSpec.from_json(spec) for spec in value["state"]),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not a schema: {type(error).__name__}: {error}") from error

    def dumps(self) -> str:
        """The text of the module attribute: JSON on one line."""
        return json.dumps(self.to_json())

    @classmethod
    def loads(cls, text: str) -> "Schema":
        """Raises ValueError if the text is not a schema."""
        return cls.from_json(json.loads(text))

    @property
    def state_fingerprint(self) -> str:
        """SHA-256 of names, dtypes and shapes of the state: programs that share it share checkpoints."""
        lines = sorted(f"{spec.name} {spec.dtype} {dims(spec.shape)}\n" for spec in self.state)
        return hashlib.sha256("".join(lines).encode()).hexdigest()
