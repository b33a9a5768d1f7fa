"""fungible-tile-products"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from torch_mlir import ir
from torch_mlir.dialects import tensor

from .. import _numerics
from .._compilation import for_gpu
from .._kernels import allow, kernel
from .._linalg import At, Out, generic, like, sum_
from .._pass import Pass
from .._products import FORMS, Product, products
from .._tiles import STEP, Tile, best
from .._windows import pad

#: Products of fewer multiplications take as long as their kernels take to start.
_LEAST = 10**6

#: A product that is padded to more than so many times its size is left alone.
_MOST_PADDING = 2.5


def _padded(size: int) -> int:
    return -(-size // STEP) * STEP


@dataclass(frozen=True)
class _Tiled:
    """A product, its padded sizes (batch, m, n, k), and its tile."""

    product: Product
    sizes: tuple[int, int, int, int]
    tile: Tile

    @classmethod
    def of(cls, product: Product) -> _Tiled | None:
        """None for one that is left alone."""
        batch, *matrix = product.sizes
        sizes = (batch, *map(_padded, matrix))
        is_float = isinstance(product.left.type.element_type, ir.F32Type)
        if not is_float or prod(product.sizes) < _LEAST or prod(sizes) > _MOST_PADDING * prod(product.sizes):
            return None
        tile = best(sizes, product.form)
        return cls(product, sizes, tile) if tile else None

    @property
    def _leading(self) -> list[int]:
        """The sizes of the batch and of the parts of a sum, where there are any."""
        return [*([self.sizes[0]] if self.product.is_batch else []), *([self.tile.split] if self.tile.split > 1 else [])]

    def _operand(self, side: str, value: ir.Value) -> tuple[ir.Value, tuple[int, ...]]:
        """An operand as the kernel takes it, and the dimensions of the kernel's domain that it is indexed by."""
        dims = FORMS[side][self.product.form["left right".split().index(side)]]
        batch = len(self._leading) - (self.tile.split > 1)
        sizes = [self.sizes[1 + d] for d in dims]
        high = [0] * batch + [wanted - size for wanted, size in zip(sizes, list(value.type.shape)[batch:])]
        value = pad(value, [0] * len(high), high, 0.0) if any(high) else value
        shape, places, groups = list(value.type.shape)[:batch], list(range(batch)), [[d] for d in range(batch)]
        for d, size in zip(dims, sizes):
            split = d == 2 and self.tile.split > 1
            shape += [self.tile.split, size // self.tile.split] if split else [size]
            places += [batch, len(self._leading) + d] if split else [len(self._leading) + d]
            groups.append(list(range(len(shape) - 1 - split, len(shape))))
        if len(shape) > value.type.rank:
            value = tensor.expand_shape(like(value, shape), value, groups, [], shape)
        return value, tuple(places)

    def _how(self) -> ir.Attribute:
        one, none = [1] * len(self._leading), [0] * len(self._leading)
        tile = self.tile
        return for_gpu(
            [*one, tile.rows, tile.columns, 0], [*one, *tile.thread, 0], [*none, 0, 0, tile.summed], tile.threads, tile.padded
        )

    def result(self) -> ir.Value:
        """The product, at the current insertion point."""
        (left, in_left), (right, in_right) = (
            self._operand(side, value) for side, value in zip(FORMS, (self.product.left, self.product.right))
        )
        count = len(self._leading)
        type_ = like(left, [*self._leading, *self.sizes[1:3]])

        def compute(operands):
            reads = [At(value, dims) for value, dims in zip(operands, (in_left, in_right))]
            out = Out(type_, tuple(range(count + 2)), start=0)
            (result,) = generic(count + 3, reads, [out], lambda x, y, total: total + x * y)
            result.owner.attributes["compilation_info"] = self._how()
            return [result]

        (result,) = kernel([left, right], [type_], compute)
        if self.tile.split > 1:
            result = sum_(result, (count - 1,))
        wanted = self.product.op.results[0].type
        if result.type != wanted:
            shape = list(wanted.shape)
            result = tensor.extract_slice(wanted, result, [], [], [], [0] * len(shape), shape, [1] * len(shape))
        return result


@dataclass(frozen=True)
class FungibleTileProducts(Pass):
    """Makes products of matrices kernels with tiles for GPUs, whose operands pass through shared memory.

        %r = linalg.matmul ins(%a, %b : tensor<1024x256xf32>, tensor<256x1024xf32>) outs(%zero)

    becomes a `flow.dispatch.workgroups` of one `linalg.generic` with a `compilation_info`: what a workgroup computes, what a
    thread keeps in registers, and how much of the sum is in shared memory at a time. Each thread loads few numbers
    for many multiplications; IREE's own choice for float32 is 16 columns of one row, without shared memory, at a tenth
    of the rate. The tile is the one that a model expects to be the fastest (`passes/_tiles.py`). Long sums of small results are
    split into parts that are added up by another kernel, and sizes that no tile divides are padded with zeros.

    Small products, those that are mostly padding, of other types, and that do not start from zero stay as they are; so do
    modules with exact numerics, whose text says the order of sums.
    """

    name = "fungible-tile-products"

    def run(self, module: ir.Operation) -> None:
        if _numerics.is_exact(module):
            return
        allow(module.context)
        for tiled in [found for product in products(module) if (found := _Tiled.of(product))]:
            op = tiled.product.op
            with ir.InsertionPoint(op), op.location:
                op.results[0].replace_all_uses_with(tiled.result())
            op.erase()
