"""Products of matrices as kernels that read panels: operands in the order in which a CPU's vector registers take them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from torch_mlir import ir
from torch_mlir.dialects import tensor

from ._compilation import for_cpu
from ._kernels import kernel
from ._linalg import At, Out, generic, like
from ._loops import outside
from ._panels import in_narrow_panels, in_panels
from ._products import FORMS, Product

#: Products of fewer multiplications take as long as their kernels take to start.
_LEAST = 10**6

#: Shorter sums are left to IREE: packing their operands takes long for what is multiplied.
_LEAST_SUMMED = 32

#: Rows and columns of a tile, the widest first: 16 vectors of 16 lanes hold its sums, half of AVX-512's registers. One of two
#: vectors a row loads 10 times for 16 multiply-adds, one of one vector 17 times: more than two a cycle.
_TILES = ((8, 32), (16, 16))

#: Rows of a panel of a left operand that is stored in columns, of several tiles: copies of whole lines of the cache are faster.
_PANEL_ROWS = (32, 16)

#: Of sums of more than this the lines of such a panel do not stay in a core's first cache until the next tile reads of them: panels
#: have the rows of one tile then.
_LONG_SUM = 256

#: Such an operand of so few rows is read as it is: what a tile reads of a column is then close to what it reads of the next.
_FEW_ROWS = 128

#: Panels of columns that a workgroup reads again for each tile of rows; they stay in a core's second cache.
_CACHED = 2**19

#: Tiles of rows of a workgroup at most, and how many workgroups there are at least, where rows allow it.
_MOST_ROWS, _LEAST_WORKGROUPS = 16, 8


def _divisor(size: int, limit: int) -> int:
    """The largest divisor of a size up to a limit; at least 1."""
    return max(part for part in range(1, max(1, min(size, limit)) + 1) if size % part == 0)


def tile(product: Product) -> tuple[int, int] | None:
    """Rows and columns of the tiles that a product's result is computed in; None for one that is left alone."""
    _, m, n, k = product.sizes
    is_float = isinstance(product.left.type.element_type, ir.F32Type)
    if not is_float or prod(product.sizes) < _LEAST or k < _LEAST_SUMMED:
        return None
    return next(((rows, columns) for rows, columns in _TILES if not (m % rows or n % columns)), None)


@dataclass(frozen=True)
class PackedProduct:
    """A product as a kernel with tiles of `rows` by `columns`, which divide its result.

    Attributes:
        right: The right operand's panels, where there are some.
    """

    product: Product
    rows: int
    columns: int
    right: ir.Value | None = None

    @property
    def _batch(self) -> list[int]:
        return [self.product.sizes[0]] if self.product.is_batch else []

    def _panels(self, side: str, value: ir.Value, size: int) -> ir.Value:
        """An operand [batch, panels, k, size], from how it is stored."""
        form = self.product.form[0 if side == "left" else 1]
        with outside(value):
            return in_panels(value, size, summed_last=FORMS[side][form][1] == 2)

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
        """The product [batch, m, n], at the current insertion point."""
        b = len(self._batch)
        made, r = self._kernel(in_panels=False)
        return tensor.collapse_shape(self.product.op.results[0].type, made, [*([d] for d in range(b)), list(range(b, r)), [r, r + 1]])

    def panels(self) -> ir.Value:
        """The product in panels [n / columns, m, columns], at the current insertion point; there is one matrix."""
        _, m, n, _ = self.product.sizes
        made, r = self._kernel(in_panels=True)
        return tensor.collapse_shape(like(made, [n // self.columns, m, self.columns]), made, [[0], list(range(1, r + 1)), [r + 1]])

    def _kernel(self, in_panels: bool) -> tuple[ir.Value, int]:
        """The result [batch, rows, panels, columns], or with the panels first, and where the panels are; rows are a dimension or two."""
        _, m, _, k = self.product.sizes
        b = len(self._batch)
        high, wide = self._workgroup()
        # Rows that are stored one after the other are read as they are: a number of each is loaded into all lanes.
        stored_rows = self.product.form[0] == "n"
        if stored_rows or m <= _FEW_ROWS:
            left, places, tiles, rows = self.product.left, [m], [high * self.rows], [self.rows]
        else:
            width = next(width for width in (*_PANEL_ROWS, self.rows) if m % width == 0)
            if width > self.rows and k > _LONG_SUM:
                with outside(self.product.left):
                    left = in_narrow_panels(self.product.left, self.rows, width)
                width = self.rows
            else:
                left = self._panels("left", self.product.left, width)
            places, rows = [m // width, width], [1, self.rows]
            # Some panels, or a part of one; all rows of a panel are 0.
            tiles = [_divisor(m // width, high * self.rows // width), self.rows * _divisor(width // self.rows, high) % width]
        right = self.right or self._panels("right", self.product.right, self.columns)
        # Panels that are stored one after the other are computed one after the other.
        r = b + len(rows)
        panel, row = (b, b + 1) if in_panels else (r, b)
        column, summed = r + 1, r + 2
        if stored_rows:
            in_left = (row, summed)
        else:
            in_left = (row, summed, row + 1) if len(rows) > 1 else (summed, row)

        def ordered(of_rows: list[int], of_panels: int) -> list[int]:
            return [of_panels, *of_rows] if in_panels else [*of_rows, of_panels]

        how = for_cpu(
            [*[1] * b, *ordered(tiles, wide), 0, 0],
            [*[1] * b, *ordered(rows, 1), self.columns, 0],
            [*[0] * (r + 2), 4 if stored_rows and k % 4 == 0 else 1],
        )
        type_ = like(left, [*self._batch, *ordered(places, right.type.shape[b]), self.columns])

        def compute(operands: Sequence[ir.Value]) -> Sequence[ir.Value]:
            reads = [At(operands[0], (*range(b), *in_left)), At(operands[1], (*range(b), panel, summed, column))]
            (result,) = generic(r + 3, reads, [Out(type_, tuple(range(r + 2)), start=0)], lambda x, y, total: total + x * y)
            result.owner.attributes["compilation_info"] = how
            return [result]

        (result,) = kernel([left, right], [type_], compute)
        return result, r
