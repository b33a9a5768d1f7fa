"""Linear maps along one dimension that are known while tracing: pads, interpolations, windows, and the transposes.

A map and its transpose are the same thing here: each output element is the weighted sum of a few
input elements that a constant table names. So a gradient gathers, in parallel and in a fixed order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import torch

#: Up to so many terms are added one after the other; more become a dimension that is summed.
_MOST_TERMS = 8

_HALVES = (torch.float16, torch.bfloat16)

Row = tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class LinearMap:
    """`y[o] = sum of weight * x[i] over the pairs (i, weight) of rows[o]`, from `size` elements."""

    size: int
    rows: tuple[Row, ...]

    @classmethod
    def gather(cls, size: int, places: Iterable[int | None]) -> LinearMap:
        """Each output element is the input element at its place, or zero where that is None."""
        return cls(size, tuple(() if place is None else ((place, 1.0),) for place in places))

    @cached_property
    def transposed(self) -> LinearMap:
        columns: list[list[tuple[int, float]]] = [[] for _ in range(self.size)]
        for output, row in enumerate(self.rows):
            for place, weight in row:
                columns[place].append((output, weight))
        return LinearMap(len(self.rows), tuple(map(tuple, columns)))

    def __call__(self, x: torch.Tensor, dim: int) -> torch.Tensor:
        dim = dim % x.dim()
        terms = max(map(len, self.rows), default=0)
        if terms == 0 or x.numel() == 0:
            return x.new_zeros([len(self.rows) if d == dim else size for d, size in enumerate(x.shape)])
        if terms > _MOST_TERMS:
            return self._summed(x, dim, terms)
        total = None
        for number in range(terms):
            term = self._term(x, dim, [row[number] if number < len(row) else None for row in self.rows])
            total = term if total is None else total + term
        return total

    def _term(self, x: torch.Tensor, dim: int, entries: Sequence[tuple[int, float] | None]) -> torch.Tensor:
        """One weighted element for each entry; zero where there is none, whatever `x` holds."""
        result = _at(x, dim, [entry[0] if entry else 0 for entry in entries])
        shape = [-1] + [1] * (x.dim() - 1 - dim)
        weights = [entry[1] if entry else 0.0 for entry in entries]
        if any(entry is not None and entry[1] != 1.0 for entry in entries):
            result = result * torch.tensor(weights, dtype=x.dtype, device=x.device).view(shape)
        if None in entries:
            # As numbers: there are devices that cannot read a table of booleans.
            present = torch.tensor([float(entry is not None) for entry in entries], device=x.device).view(shape)
            result = torch.where(present > 0.5, result, 0)
        return result

    def _summed(self, x: torch.Tensor, dim: int, terms: int) -> torch.Tensor:
        padded = [entry for row in self.rows for entry in (*row, *[None] * (terms - len(row)))]
        apart = self._term(x, dim, padded)
        return apart.unflatten(dim, [len(self.rows), terms]).sum(dim + 1)


def _at(x: torch.Tensor, dim: int, places: list[int]) -> torch.Tensor:
    first, step = places[0], places[1] - places[0] if len(places) > 1 else 1
    if step > 0 and places == list(range(first, first + step * len(places), step)):
        whole = step == 1 and len(places) == x.size(dim)
        return x if whole else torch.ops.aten.slice.Tensor(x, dim, first, places[-1] + 1, step)
    return torch.index_select(x, dim, torch.tensor(places, device=x.device))


def apply(x: torch.Tensor, maps: Mapping[int, LinearMap]) -> torch.Tensor:
    """A map for each of some dimensions, one after the other; 16-bit floats are float32 in between."""
    result = x.to(torch.float32) if x.dtype in _HALVES else x
    for dim, linear_map in maps.items():
        result = linear_map(result, dim)
    return result.to(x.dtype)


def apply_transposed(x: torch.Tensor, maps: Mapping[int, LinearMap]) -> torch.Tensor:
    """The gradient of `apply`."""
    return apply(x, {dim: linear_map.transposed for dim, linear_map in reversed(maps.items())})
