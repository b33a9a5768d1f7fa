"""Tiles of products of matrices on GPUs, by what each is expected to take.

Measured on an NVIDIA H100 (132 multiprocessors) with IREE 3.13: 65 products, nearly all of training steps, each with up to
34 tiles (`benchmarks/tiles.py`, docs/results.md). A multiprocessor gets faster with the threads that are on it, along
t / (t + h), up to a rate that depends on how much a thread keeps in registers; and the multiprocessor that has the
most workgroups is waited for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

_MULTIPROCESSORS = 132

#: What a thread computes, rows x columns -> multiply-adds a nanosecond of all multiprocessors, and threads of one that
#: reach half of them; then the part of the rate that is left where the columns are read across the rows of memory.
_RATES = {(8, 4): (18e3, 75, 0.75), (4, 4): (16e3, 130, 0.65), (2, 4): (11e3, 110, 0.65), (1, 4): (6.3e3, 125, 0.8)}

#: Rows and columns of a workgroup, and how much of a sum is in shared memory at a time.
_WORKGROUPS = {
    (8, 4): ((64, 64, 16), (128, 64, 16), (32, 64, 32), (64, 32, 32)),
    (4, 4): ((64, 64, 32), (32, 64, 32), (64, 32, 32), (32, 32, 32), (16, 64, 32), (64, 16, 32)),
    (2, 4): ((32, 64, 32), (32, 32, 32), (16, 64, 32), (16, 32, 32), (32, 16, 32), (16, 16, 32)),
    (1, 4): ((16, 32, 32), (32, 16, 32), (16, 16, 32)),
}

#: The parts that a sum is split into, which are added up at the end; each has at least so many addends.
_SPLITS, _SHORTEST = (1, 2, 4, 8, 16), 128

#: Nanoseconds of a kernel that does next to nothing, and of one more in a program; bytes that memory moves in one.
_START, _KERNEL, _BYTES = 1500.0, 3000.0, 2000.0

#: Sizes of products are padded to a multiple of this, which divides all workgroups.
STEP = 16


@dataclass(frozen=True)
class Tile:
    """How a product is computed: what a workgroup has of rows and columns in steps of `summed`, what a thread has of
    them, the parts that the sum is split into, and whether rows in shared memory are padded against conflicts of banks."""

    rows: int
    columns: int
    summed: int
    thread: tuple[int, int]
    split: int
    padded: bool

    @property
    def threads(self) -> int:
        """Of a workgroup."""
        return self.rows // self.thread[0] * (self.columns // self.thread[1])


def best(sizes: tuple[int, int, int, int], form: str) -> Tile | None:
    """The tile that is expected to be the fastest; None where none divides the sizes.

    Args:
        sizes: batch, m, n and k, as multiples of `STEP`.
        form: of the operands, as `passes/_products.py` has it.
    """
    tiles = list(_tiles(sizes, form))
    return min(tiles, key=lambda tile: _nanoseconds(tile, sizes, form), default=None)


def _tiles(sizes: tuple[int, int, int, int], form: str) -> Iterator[Tile]:
    _, m, n, k = sizes
    for thread, workgroups in _WORKGROUPS.items():
        for rows, columns, summed in workgroups:
            for split in _SPLITS:
                part = k // split
                step = summed if part % summed == 0 else STEP
                fits = not (m % rows or n % columns or k % split or part % step)
                if fits and (split == 1 or part >= _SHORTEST):
                    yield Tile(rows, columns, step, thread, split, padded=form[1] == "t")


def _nanoseconds(tile: Tile, sizes: tuple[int, int, int, int], form: str) -> float:
    batch, m, n, k = sizes
    workgroups = batch * tile.split * (m // tile.rows) * (n // tile.columns)
    most = ceil(workgroups / _MULTIPROCESSORS)
    rate, half, across = _RATES[tile.thread]
    threads = most * tile.threads
    rate *= threads / (threads + half) * (across if form[1] == "t" else 1.0) / _MULTIPROCESSORS
    product = _START + most * tile.rows * tile.columns * (k // tile.split) / rate
    summed = _KERNEL + 4 * (2 * tile.split + 1) * batch * m * n / _BYTES if tile.split > 1 else 0.0
    return product + summed
