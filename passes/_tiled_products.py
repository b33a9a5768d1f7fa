"""Products of matrices as kernels with tiles for GPUs."""

from __future__ import annotations

from dataclasses import dataclass

from torch_mlir import ir
from torch_mlir.dialects import tensor

from ._compilation import for_gpu
from ._kernels import kernel
from ._linalg import At, Out, generic, like, sum_
from ._products import FORMS, Product
from ._tiles import STEP, Tile
from ._windows import pad


def padded(sizes: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """Batch, m, n and k as tiles divide them."""
    batch, *matrix = sizes
    return (batch, *(-(-size // STEP) * STEP for size in matrix))


@dataclass(frozen=True)
class TiledProduct:
    """A product as a kernel with a tile, which divides its `padded` sizes."""

    product: Product
    tile: Tile

    @property
    def sizes(self) -> tuple[int, int, int, int]:
        return padded(self.product.sizes)

    @property
    def _leading(self) -> list[int]:
        """The sizes of the batch and of the parts of a sum, where there are any."""
        return [*([self.sizes[0]] if self.product.is_batch else []), *([self.tile.split] if self.tile.split > 1 else [])]

    def _operand(self, side: str, value: ir.Value) -> tuple[ir.Value, tuple[int, ...]]:
        """An operand as the kernel takes it, and the dimensions of the kernel's domain that it is indexed by."""
        form = dict(zip(FORMS, self.product.form))[side]
        dims = FORMS[side][form]
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
