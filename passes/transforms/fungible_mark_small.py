"""fungible-mark-small"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from torch_mlir import ir

from .._kernels import allow
from .._pass import Pass
from .._rewrite import operations


def _elements(op: ir.Operation) -> int:
    """Of the largest tensor that an op takes or returns; of any shape is more than any number."""
    types = [value.type for value in (*op.operands, *op.results) if isinstance(value.type, ir.ShapedType)]
    known = all(type_.has_rank and type_.has_static_shape for type_ in types)
    return max((prod(type_.shape) for type_ in types), default=0) if known else 2**63


def _is_private(op: ir.Operation) -> bool:
    return "sym_visibility" in op.attributes and ir.StringAttr(op.attributes["sym_visibility"]).value == "private"


@dataclass(frozen=True)
class FungibleMarkSmall(Pass):
    """Marks the functions of a module that has small tensors alone, for the runtime.

        func.func @step(%x: tensor<4x8xf32>) -> tensor<f32>

    becomes

        func.func @step(%x: tensor<4x8xf32>) -> tensor<f32> attributes {iree.reflection = {fungible.small = "4096"}}

    if no tensor of any function has more elements than the option `elements` says. IREE keeps what is in that attribute. The runtime computes such a
    program in the thread that calls it, since waking up another thread and being woken up by it takes tens of microseconds. The limit is a
    guess: what larger programs gain or lose was not measured. Tensors of a shape that is not known are not small.
    """

    name = "fungible-mark-small"
    elements: int = 4096

    def run(self, module: ir.Operation) -> None:
        if any(_elements(op.operation) > self.elements for op in operations(module)):
            return
        allow(module.context)
        with module.context:
            mark = ir.DictAttr.get({"fungible.small": ir.StringAttr.get(str(self.elements))})
        for op in module.regions[0].blocks[0].operations:
            if op.operation.name == "func.func" and not _is_private(op.operation):
                op.operation.attributes["iree.reflection"] = mark
