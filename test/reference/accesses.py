"""What a point of an iteration space reads from a tensor: indexing maps as views."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from math import prod

import numpy as np
from numpy.lib.stride_tricks import as_strided
from torch_mlir import ir

#: A range of each iterator.
Tile = tuple[tuple[int, int], ...]


def _linear(expression: ir.AffineExpr, rank: int) -> tuple[list[int], int] | None:
    """The factor of each iterator and the constant; None for an expression that is not linear."""
    if isinstance(expression, ir.AffineConstantExpr):
        return [0] * rank, expression.value
    if isinstance(expression, ir.AffineDimExpr):
        return [int(d == expression.position) for d in range(rank)], 0
    if isinstance(expression, (ir.AffineAddExpr, ir.AffineMulExpr)):
        left, right = _linear(expression.lhs, rank), _linear(expression.rhs, rank)
        if left is None or right is None:
            return None
        if isinstance(expression, ir.AffineAddExpr):
            return [a + b for a, b in zip(left[0], right[0])], left[1] + right[1]
        if any(left[0]):
            left, right = right, left
        return None if any(left[0]) else ([left[1] * factor for factor in right[0]], left[1] * right[1])
    return None


def _evaluate(expression: ir.AffineExpr, indices: Sequence[np.ndarray]) -> np.ndarray:
    if isinstance(expression, ir.AffineConstantExpr):
        return np.int64(expression.value)
    if isinstance(expression, ir.AffineDimExpr):
        return indices[expression.position]
    left, right = (_evaluate(side, indices) for side in (expression.lhs, expression.rhs))
    if isinstance(expression, ir.AffineAddExpr):
        return left + right
    if isinstance(expression, ir.AffineMulExpr):
        return left * right
    if isinstance(expression, ir.AffineFloorDivExpr):
        return left // right
    if isinstance(expression, ir.AffineCeilDivExpr):
        return -(-left // right)
    if isinstance(expression, ir.AffineModExpr):
        return left % right
    raise ValueError(f"cannot evaluate the index {expression}")


class Access:
    """An indexing map."""

    def __init__(self, map_: ir.AffineMap):
        self.rank = map_.n_dims
        self._results = list(map_.results)
        self._linear = [_linear(result, self.rank) for result in self._results]
        #: For each dimension of the operand the iterator that is its index, or None.
        self.plain = [r.position if isinstance(r, ir.AffineDimExpr) else None for r in self._results]

    def view(self, array: np.ndarray, bounds: Sequence[int], writeable: bool = False) -> np.ndarray:
        """The elements by the iterators; of size 1 along those that the map does not use.

        Raises:
            IndexError: the map leaves the array.
        """
        array = np.asarray(array)
        if any(bound == 0 for bound in bounds):
            return np.empty([0 if bound == 0 else 1 for bound in bounds], array.dtype)
        if None in self._linear:
            indices = grid([(0, bound) for bound in bounds])
            found = [np.asarray(_evaluate(result, indices)) for result in self._results]
            return take(array, [np.broadcast_to(x, x.shape or (1,) * self.rank) for x in found])
        strides, start = [0] * self.rank, []
        for size, stride, (factors, offset) in zip(array.shape, array.strides, self._linear, strict=True):
            reach = [factor * (bound - 1) for factor, bound in zip(factors, bounds)]
            low, high = (offset + sum(end(r, 0) for r in reach) for end in (min, max))
            if low < 0 or high >= size:
                raise IndexError(f"elements {low} to {high} of a dimension of {size}")
            start.append(slice(offset, None))
            strides = [total + factor * stride for total, factor in zip(strides, factors)]
        used = [any(factors[d] for factors, _ in self._linear) for d in range(self.rank)]
        shape = [bound if is_used else 1 for bound, is_used in zip(bounds, used)]
        return as_strided(array[(*start, ...)], shape, strides, writeable=writeable)


def take(array: np.ndarray, indices: Sequence[np.ndarray]) -> np.ndarray:
    """The elements at the indices, broadcast against each other.

    Raises:
        IndexError: outside of the array.
    """
    for size, index in zip(array.shape, indices, strict=True):
        index = np.asarray(index)
        if index.size and (index.min() < 0 or index.max() >= size):
            raise IndexError(f"elements {index.min()} to {index.max()} of a dimension of {size}")
    return np.asarray(array[tuple(np.asarray(index) for index in indices)])


def bounds_of(accesses: Sequence[Access], arrays: Sequence[np.ndarray]) -> list[int]:
    """The trip count of each iterator: the size of what it alone indexes."""
    bounds: list[int | None] = [None] * accesses[0].rank
    for access, array in zip(accesses, arrays, strict=True):
        for iterator, size in zip(access.plain, np.shape(array), strict=True):
            if iterator is not None and bounds[iterator] is None:
                bounds[iterator] = size
    if None in bounds:
        raise IndexError(f"nothing says how far iterator {bounds.index(None)} goes")
    return bounds


def grid(tile: Sequence[tuple[int, int]]) -> list[np.ndarray]:
    """The indices of each iterator in a tile, along its own dimension."""
    rank = len(tile)
    return [np.arange(*range_).reshape([-1 if d == e else 1 for e in range(rank)]) for d, range_ in enumerate(tile)]


def part(view: np.ndarray, tile: Sequence[tuple[int, int]]) -> np.ndarray:
    """The tile of a view; a value without iterators is the same everywhere."""
    view = np.asarray(view)
    if not view.ndim:
        return view
    return view[tuple(slice(*range_) if size > 1 else slice(None) for size, range_ in zip(view.shape, tile, strict=True))]


def tiles(whole: Tile, iterators: Sequence[int], budget: int) -> Iterator[Tile]:
    """`whole` cut along some iterators into parts of about `budget` points of these, in lexicographic order."""
    sizes, room = {}, budget
    for iterator in reversed(iterators):
        start, stop = whole[iterator]
        sizes[iterator] = max(1, min(stop - start, room))
        room //= max(1, stop - start)
    cuts = [range(*whole[iterator], sizes[iterator]) for iterator in iterators]
    for starts in itertools.product(*cuts):
        tile = list(whole)
        for iterator, start in zip(iterators, starts):
            tile[iterator] = (start, min(start + sizes[iterator], whole[iterator][1]))
        yield tuple(tile)


def points(tile: Tile, iterators: Sequence[int]) -> int:
    return prod(tile[iterator][1] - tile[iterator][0] for iterator in iterators)
