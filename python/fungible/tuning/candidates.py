"""What is tried for a product of matrices."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from ..targets import Target

#: Instruction set extension -> float32 elements in a vector register, and how many registers there are; the best first.
_REGISTERS = {"avx512f": (16, 32), "avx": (8, 16), "sse2": (4, 16), "aarch64": (4, 32)}

#: Registers that operands take beside the sums.
_OPERANDS = 4

_VECTOR_ROWS = (4, 6, 8, 12, 16)
_UNROLLED = (1, 4)
_ROWS = (16, 32, 64, 128, 256)
_COLUMNS = (32, 64, 128, 256)

#: Rows and columns of a workgroup while tiles of registers are compared.
_FIRST = (128, 128)


def choice(workgroup: Sequence[int], vector: Sequence[int]) -> str:
    """As `fungible-apply-tuning` takes it."""
    return f"workgroup={'x'.join(map(str, workgroup))},vector={'x'.join(map(str, vector))}"


def vector_tiles(target: Target, m: int, n: int, k: int) -> list[tuple[int, int, int]]:
    """Rows, columns and unrolling of what is summed in registers; sizes that divide the product's."""
    lanes, registers = next((found for name, found in _REGISTERS.items() if name in target.requires), (4, 16))
    tiles = product(_VECTOR_ROWS, (lanes, 2 * lanes, 4 * lanes), _UNROLLED)
    return [
        (rows, columns, unrolled)
        for rows, columns, unrolled in tiles
        if not (m % rows or n % columns or k % unrolled) and 4 <= rows * columns // lanes <= registers - _OPERANDS
    ]


def first(target: Target, sizes: Sequence[int]) -> dict[tuple[int, int, int], str]:
    """A choice for each tile of registers, all with about the same workgroup."""
    m, n, k = sizes
    found = {}
    for tile in vector_tiles(target, m, n, k):
        rows = _largest(m, tile[0], _FIRST[0])
        columns = _largest(n, tile[1], _FIRST[1])
        found[tile] = choice((rows, columns), tile)
    return found


def second(tile: tuple[int, int, int], sizes: Sequence[int]) -> list[str]:
    """The choices of workgroup for a tile of registers."""
    m, n, _ = sizes
    rows = {_largest(m, tile[0], limit) for limit in _ROWS}
    columns = {_largest(n, tile[1], limit) for limit in _COLUMNS}
    return [choice(workgroup, tile) for workgroup in product(sorted(rows), sorted(columns))]


def _largest(size: int, tile: int, limit: int) -> int:
    """The largest multiple of a tile up to a limit, at least one tile, that divides a size."""
    return max((part for part in range(tile, max(limit, tile) + 1, tile) if size % part == 0))
