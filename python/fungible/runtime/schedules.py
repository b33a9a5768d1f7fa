"""Where the learning-rate schedules of a program end: before a step that would train with no number."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from ..errors import FungibleError
from ..schema import StateSpec

_TABLE, _COUNTER = ".lr_table", ".last_epoch"


class Schedules:
    """Counts the steps of the schedules along with the device.

    The counters are read from the device when they are not known (at first, and after somebody
    else wrote them), and once more after the first call of an entry point, to see by how much it moves
    them; from then on the host knows.

    Args:
        state: of the program.
        initial: its values when it was captured, where the tables begin.
        read: gives the value of a state on the device.
    """

    def __init__(
        self, state: Sequence[StateSpec], initial: Mapping[str, np.ndarray], read: Callable[[StateSpec], np.ndarray]
    ):
        specs = {spec.name: spec for spec in state}
        self._lengths: dict[str, int] = {}
        for name, spec in specs.items():
            counter = name.removesuffix(_TABLE) + _COUNTER
            if name.endswith(_TABLE) and counter in specs:
                self._lengths[counter] = int(initial[counter]) + spec.shape[-1]
        self._read = lambda: {name: int(read(specs[name])) for name in self._lengths}
        self._counts: dict[str, int] | None = None
        self._moves: dict[str, dict[str, int]] = {}

    def forget(self) -> None:
        """The counters may have changed."""
        self._counts = None

    def before(self, entry_point: str) -> None:
        """Raises FungibleError if the rate of the call to come is past the end of a table."""
        if not self._lengths:
            return
        if self._counts is None:
            self._counts = self._read()
        moves = self._moves.get(entry_point, {})
        for name, length in self._lengths.items():
            # A step that moves the schedule twice trains with the rate between, too.
            if self._counts[name] + max(0, moves.get(name, 0) - 1) >= length:
                raise FungibleError(
                    f"the learning-rate schedule ends at step {length}: its rates were computed up to there when the program"
                    " was captured; capture it with horizon= of more steps, if the scheduler itself goes on"
                )

    def after(self, entry_point: str) -> None:
        """The call was made."""
        if self._counts is None:
            return
        moves = self._moves.get(entry_point)
        if moves is None:
            counts = self._read()
            moves = self._moves[entry_point] = {name: counts[name] - self._counts[name] for name in counts}
        self._counts = {name: count + moves[name] for name, count in self._counts.items()}
