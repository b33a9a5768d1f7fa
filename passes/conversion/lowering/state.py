"""State to `ml_program` globals."""

from torch_mlir import ir
from torch_mlir.dialects import ml_program

from fungible.dialects._base import string


def _declaration(op: ir.OpView) -> list[ir.Value]:
    type_ = op.operation.attributes["type"].value
    element = type_.element_type
    zero = ir.FloatAttr.get(element, 0.0) if isinstance(element, ir.FloatType) else ir.IntegerAttr.get(element, 0)
    ir.Operation.create(
        "ml_program.global",
        attributes={
            "sym_name": op.operation.attributes["sym_name"],
            "type": ir.TypeAttr.get(type_),
            "is_mutable": ir.UnitAttr.get(),
            "value": ir.DenseElementsAttr.get_splat(type_, zero),
            # IREE makes the accessors of public globals; see docs/design.md.
            "sym_visibility": ir.StringAttr.get("public"),
            "fungible.role": op.operation.attributes["role"],
        },
    )
    return []


def _read(op: ir.OpView) -> list[ir.Value]:
    load = ml_program.GlobalLoadOp(op.operation.results[0].type, ir.FlatSymbolRefAttr.get(string(op, "state")))
    return [load.result]


def _write(op: ir.OpView) -> list[ir.Value]:
    ml_program.GlobalStoreOp(ir.FlatSymbolRefAttr.get(string(op, "state")), op.operation.operands[0])
    return []


LOWERINGS = {
    "fungible.state": _declaration,
    "fungible.state_read": _read,
    "fungible.state_write": _write,
}
