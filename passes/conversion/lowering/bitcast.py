"""Reading bits under another type to linalg."""

from torch_mlir import ir
from torch_mlir.dialects import arith

from ..._linalg import pointwise
from ..._scalar import Scalar


def _bitcast(op: ir.OpView) -> list[ir.Value]:
    (input_,), type_ = op.operation.operands, op.operation.results[0].type
    if input_.type == type_:
        return [input_]
    return [pointwise(type_, [input_], lambda x: Scalar(arith.bitcast(type_.element_type, x.value)))]


LOWERINGS = {"fungible.bitcast": _bitcast}
