"""Computations one behind the other: what is inside one of them stays in the cache, and that of all needs no memory at once."""

from __future__ import annotations

from collections.abc import Sequence

from torch_mlir import ir

from ..._linalg import empty, like, with_rows
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


def joined(parts: Sequence[ir.Value], dim: int) -> ir.Value:
    """Values one after the other along a dimension."""
    if len(parts) == 1:
        return parts[0]
    shape = list(parts[0].type.shape)
    shape[dim] = sum(part.type.shape[dim] for part in parts)
    whole, start = empty(like(parts[0], shape)), 0
    for part in parts:
        whole = with_rows(whole, part, start, dim)
        start += part.type.shape[dim]
    return whole
