"""Products of matrices as kernels that read panels: operands in the order in which a CPU's vector registers take them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from torch_mlir import ir
from torch_mlir.dialects import tensor

from ._compilation import for_cpu
from ._kernels import kernel
from ._linalg import At, Out, generic, like
from ._products import FORMS, Product

#: Rows and columns of a tile, the widest first: 16 vectors of 16 lanes hold its sums, half of AVX-512's registers. One of two
#: vectors a row loads 10 times for 16 multiply-adds, one of one vector 17 times: more than two a cycle.
_TILES = ((8, 32), (16, 16))

#: Rows of a panel of a left operand that is stored in columns, of several tiles: copies of whole lines of the cache are faster.
_PANEL_ROWS = (32, 16)

#: Panels of columns that a workgroup reads again for each tile of rows; they stay in a core's second cache.
_CACHED = 2**19

#: Tiles of rows of a workgroup at most, and how many workgroups there are at least, where rows allow it.
_MOST_ROWS, _LEAST_WORKGROUPS = 16, 8


def _divisor(size: int, limit: int) -> int:
    """The largest divisor of a size up to a limit; at least 1."""
    return max(part for part in range(1, max(1, min(size, limit)) + 1) if size % part == 0)


def tile(product: Product) -> tuple[int, int] | None:
    """Rows and columns of the tiles that divide a product's result; None where none do."""
    _, m, n, _ = product.sizes
    return next(((rows, columns) for rows, columns in _TILES if not (m % rows or n % columns)), None)


@dataclass(frozen=True)
class PackedProduct:
    """A product as a kernel with tiles of `rows` by `columns`, which divide its result."""

    product: Product
    rows: int
    columns: int

    @property
    def _batch(self) -> list[int]:
        return [self.product.sizes[0]] if self.product.is_batch else []

    def _panels(self, side: str, value: ir.Value, size: int) -> ir.Value:
        """An operand [batch, panels, k, size], from how it is stored."""
        form = self.product.form[0 if side == "left" else 1]
        b, summed_last = len(self._batch), FORMS[side][form][1] == 2
        shape = list(value.type.shape)
        place = b + (0 if summed_last else 1)
        split = [*shape[:place], shape[place] // size, size, *shape[place + 1 :]]
        groups = [[d] if d < place else [d + 1] if d > place else [d, d + 1] for d in range(b + 2)]
        value = tensor.expand_shape(like(value, split), value, groups, [], split)
        # The loops are in the order of what is read or written in long rows.
        *outer, panel, summed, inner = range(b + 3) if summed_last else (*range(b), b + 1, b, b + 2)
        read = (*outer, panel, inner, summed) if summed_last else (*outer, summed, panel, inner)
        result = like(value, [*self._batch, split[b] if summed_last else split[b + 1], self.product.sizes[3], size])
        return generic(b + 3, [At(value, read)], [Out(result, (*outer, panel, summed, inner))], lambda x: x)[0]

    def _workgroup(self) -> tuple[int, int]:
        """Tiles of rows and of columns that a thread computes in one go."""
        batch, m, n, k = self.product.sizes
        rows, columns = m // self.rows, n // self.columns
        wide = _divisor(columns, _CACHED // (4 * self.columns * k))
        high = _divisor(rows, _MOST_ROWS)
        while high > 1 and batch * (rows // high) * (columns // wide) < _LEAST_WORKGROUPS:
            high = _divisor(rows, high - 1)
        return high, wide

    def result(self) -> ir.Value:
        """The product, at the current insertion point."""
        _, m, _, k = self.product.sizes
        b = len(self._batch)
        # Rows that are stored one after the other are read as they are: a number of each is loaded into all lanes.
        stored_rows = self.product.form[0] == "n"
        high, wide = self._workgroup()
        if stored_rows:
            left, places, tiles, rows = self.product.left, [m], [high * self.rows], [self.rows]
        else:
            width = next(width for width in (*_PANEL_ROWS, self.rows) if m % width == 0)
            left, places, rows = self._panels("left", self.product.left, width), [m // width, width], [1, self.rows]
            # Some panels, or a part of one; all rows of a panel are 0.
            tiles = [_divisor(m // width, high * self.rows // width), self.rows * _divisor(width // self.rows, high) % width]
        right = self._panels("right", self.product.right, self.columns)
        r = b + len(rows)
        panel, column, summed = range(r, r + 3)
        in_left = (*range(b), b, summed) if stored_rows else (*range(b), b, summed, b + 1)
        shape = [*self._batch, *places, right.type.shape[b], self.columns]
        type_ = like(left, shape)
        how = for_cpu(
            [*[1] * b, *tiles, wide, 0, 0],
            [*[1] * b, *rows, 1, self.columns, 0],
            [*[0] * (r + 2), 4 if stored_rows and k % 4 == 0 else 1],
        )

        def compute(operands: Sequence[ir.Value]) -> Sequence[ir.Value]:
            reads = [At(operands[0], in_left), At(operands[1], (*range(b), panel, summed, column))]
            out = Out(type_, tuple(range(r + 2)), start=0)
            (result,) = generic(r + 3, reads, [out], lambda x, y, total: total + x * y)
            result.owner.attributes["compilation_info"] = how
            return [result]

        (result,) = kernel([left, right], [type_], compute)
        groups = [*([d] for d in range(b)), list(range(b, r)), [r, r + 1]]
        return tensor.collapse_shape(self.product.op.results[0].type, result, groups)
