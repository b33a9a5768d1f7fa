"""fungible-write-in-sequences"""

from __future__ import annotations

from dataclasses import dataclass

from torch_mlir import ir

from .. import _numerics
from .._kernels import allow, alone, constants_of, reads_initial_values
from .._linalg import RESHAPES, is_elementwise, reshape, uses_in_any_shape
from .._pass import Pass
from .._rewrite import operations


def _source(value: ir.Value) -> ir.Value:
    """What a value is another shape of."""
    while not isinstance(value.owner, ir.Block) and value.owner.operation.name in RESHAPES:
        value = value.owner.operation.operands[0]
    return value


def _is_in_one_piece(op: ir.Operation) -> bool:
    """Whether an `insert_slice` writes elements that follow each other: all of each dimension but the first."""
    sizes, strides = (list(ir.DenseI64ArrayAttr(op.attributes[f"static_{what}"])) for what in ("sizes", "strides"))
    return sizes[1:] == list(op.operands[1].type.shape)[1:] and set(strides) == {1}


@dataclass(frozen=True)
class FungibleWriteInSequences(Pass):
    """Lets a step of a loop write what is kept of it where it is kept, instead of copying it there.

        %h = linalg.generic ...                     // elementwise
        %all = tensor.insert_slice %h into %sequence[3, 0, 0] [1, 16, 256] [1, 1, 1]
        %y = linalg.matmul ins(%h, ...)

    becomes a `flow.dispatch.workgroups` with `%h` as two results, one of which nothing reads but the `insert_slice`. Of such a result IREE
    makes a range of the sequence; one that is read elsewhere as well it writes to memory of its own, and copies it, with
    a command of its own that everything after it waits for.

    Left alone is what is no float, what nothing else reads, what lies in pieces in the tensor that it is put into, and modules with exact numerics.
    """

    name = "fungible-write-in-sequences"

    def run(self, module: ir.Operation) -> None:
        if _numerics.is_exact(module):
            return
        kept: dict[ir.Operation, dict[int, ir.Operation]] = {}
        for op in operations(module):
            op = op.operation
            if op.name != "tensor.insert_slice" or not _is_in_one_piece(op):
                continue
            value = _source(op.operands[0])
            is_made = not isinstance(value.owner, ir.Block) and is_elementwise(value.owner.operation)
            if not is_made or len(uses_in_any_shape(value)) < 2 or not isinstance(value.type.element_type, ir.FloatType):
                continue
            kept.setdefault(value.owner.operation, {})[ir.OpResult(value).result_number] = op
        for op, inserted in kept.items():
            constants = constants_of(op)
            if constants is None or reads_initial_values(op):
                continue
            allow(module.context)
            with ir.InsertionPoint(op), op.location:
                values = alone(op, constants, again=list(inserted))
            for result, value in zip(op.results, values):
                result.replace_all_uses_with(value)
            for insert, value in zip(inserted.values(), values[len(op.results) :], strict=True):
                with ir.InsertionPoint(insert), insert.location:
                    insert.operands[0] = reshape(value, list(insert.operands[0].type.shape))
            op.erase()
