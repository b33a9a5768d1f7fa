"""Slices of tensors at fixed places."""

from __future__ import annotations

from dataclasses import dataclass

from torch_mlir import ir
from torch_mlir.dialects import tensor

from ._linalg import like


@dataclass(frozen=True)
class Slice:
    """A part of a tensor without a stride, of as many dimensions as the tensor."""

    source: ir.Value
    offsets: list[int]
    sizes: list[int]

    @classmethod
    def of(cls, value: ir.Value) -> Slice | None:
        """What a value is, if it is a slice at a fixed place."""
        op = value.owner
        if isinstance(op, ir.Block) or op.operation.name != "tensor.extract_slice" or len(op.operands) > 1:
            return None
        offsets, sizes, strides = (list(ir.DenseI64ArrayAttr(op.attributes[f"static_{what}"])) for what in ("offsets", "sizes", "strides"))
        source = op.operands[0]
        return cls(source, offsets, sizes) if source.type.rank == value.type.rank and set(strides) == {1} else None

    @property
    def is_in_one_piece(self) -> bool:
        """Whether its elements follow each other in the tensor."""
        partial = [d for d, (size, whole) in enumerate(zip(self.sizes, self.source.type.shape)) if size != whole]
        return not partial or all(size == 1 for size in self.sizes[: partial[-1]])

    def taken(self) -> ir.Value:
        """The slice, at the current insertion point."""
        return tensor.extract_slice(like(self.source, self.sizes), self.source, [], [], [], self.offsets, self.sizes, [1] * len(self.sizes))
