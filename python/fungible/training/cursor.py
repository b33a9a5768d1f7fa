"""Where a run stands in its batches, and how to come back to that place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ..errors import CheckpointError, InputError
from . import json_state
from .host import digest
from .randomness import OwnRandomness


class BatchCursor:
    """Endless batches from an iterable, which is started again each time it ends.

    A place in the batches is their number. To come back to it, the same number of batches is
    taken from the beginning and thrown away, and the last one has to be the one that it was.
    An iterable with `state_dict()` and `load_state_dict()` (torchdata's convention) is put
    back directly.
    """

    def __init__(self, batches: Iterable, seed: int):
        self._batches = batches
        self._randomness = OwnRandomness(seed)
        self._iterator: Iterator | None = None
        self._last: Any = None
        self.consumed = 0

    def next(self) -> Any:
        """The next batch.

        Raises:
            InputError: there is none, not even after starting again.
        """
        with self._randomness:
            if self._iterator is None:
                self._iterator = iter(self._batches)
            try:
                batch = next(self._iterator)
            except StopIteration:
                batch = self._start_again()
        self._last = batch
        self.consumed += 1
        return batch

    def _start_again(self) -> Any:
        again = iter(self._batches)
        exhausted = again is self._iterator
        self._iterator = again
        try:
            return next(again)
        except StopIteration:
            if self.consumed == 0:
                raise InputError("batches: there are none") from None
            if exhausted:
                raise InputError(
                    f"batches: an iterator that ended after {self.consumed} batches cannot start again; give a list,"
                    " a DataLoader or another object with __iter__"
                ) from None
            raise InputError(f"batches: gave {self.consumed} batches, and none when started again") from None

    def state(self) -> dict:
        """The place after the last batch, as JSON."""
        state: dict[str, Any] = {"consumed": self.consumed}
        if self._last is not None:
            state["last_batch"] = digest(self._last)
        if hasattr(self._batches, "state_dict") and hasattr(self._batches, "load_state_dict"):
            try:
                state["loader"] = json_state.encode(self._batches.state_dict())
                state["randomness"] = json_state.encode(self._randomness.state())
            except TypeError:
                state.pop("loader", None)  # counting works for every iterable
        return state

    def restore(self, state: dict) -> None:
        """Comes back to a place; the cursor has to be a new one.

        Raises:
            CheckpointError: the batches come in another order than they did.
        """
        if "loader" in state and hasattr(self._batches, "load_state_dict"):
            self._randomness.restore(json_state.decode(state["randomness"]))
            with self._randomness:
                self._batches.load_state_dict(json_state.decode(state["loader"]))
            self.consumed = state["consumed"]
            return
        for _ in range(state["consumed"]):
            self.next()
        if "last_batch" in state and digest(self._last) != state["last_batch"]:
            raise CheckpointError(
                f"batch {state['consumed']} is not the one that the checkpoint was trained on: the data or its order"
                " has changed; start a new run, or make the batches depend on the seed alone"
            )
