"""The state of a session as a mapping."""

import difflib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from ..schema import StateSpec


class State(Mapping[str, np.ndarray]):
    """Name -> value on the device, in the order of the program.

    Reading copies to the host; assigning checks shape and dtype as for a batch and writes
    to the device. The names are fixed.
    """

    def __init__(
        self,
        specs: tuple[StateSpec, ...],
        read: Callable[[StateSpec], np.ndarray],
        write: Callable[[StateSpec, Any], None],
    ):
        self._specs = {spec.name: spec for spec in specs}
        self._read = read
        self._write = write

    def spec(self, name: str) -> StateSpec:
        """Role, dtype and shape of a state tensor.

        Raises:
            KeyError: the program has no such state; the message has close names.
        """
        try:
            return self._specs[name]
        except KeyError:
            near = difflib.get_close_matches(name, self._specs, n=3)
            hint = f"; did you mean {' or '.join(map(repr, near))}?" if near else ""
            raise KeyError(f"the program has no state '{name}'{hint}") from None

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._specs)

    def __getitem__(self, name: str) -> np.ndarray:
        return self._read(self.spec(name))

    def __setitem__(self, name: str, value: Any) -> None:
        self._write(self.spec(name), value)

    def update(self, values: Mapping[str, Any]) -> None:
        """Assigns several."""
        for name, value in values.items():
            self[name] = value

    def __contains__(self, name: object) -> bool:
        return name in self._specs

    def __iter__(self) -> Iterator[str]:
        return iter(self._specs)

    def __len__(self) -> int:
        return len(self._specs)
