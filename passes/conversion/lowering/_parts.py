"""Computations one behind the other: what is inside one of them stays in the cache, and that of all needs no memory at once."""

from __future__ import annotations

from collections.abc import Sequence

from torch_mlir import ir

from ..._order import behind


class Turns:
    """Computations of which each begins when the one before has its result."""

    def __init__(self) -> None:
        self._last: ir.Value | None = None

    def begin(self, operand: ir.Value) -> ir.Value:
        """An operand of the next computation, which is there in its turn."""
        return operand if self._last is None else behind(operand, self._last)

    def end(self, results: Sequence[ir.Value]) -> Sequence[ir.Value]:
        """The results of the computation."""
        self._last = results[0]
        return results
