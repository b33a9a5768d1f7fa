"""fungible-round-bfloat16"""

from dataclasses import dataclass

from torch_mlir import ir
from torch_mlir.dialects import arith

from .._pass import Pass
from .._retype import element, replaced
from .._rewrite import operations
from .._rounding import is_computed, rounded


@dataclass(frozen=True)
class FungibleRoundBfloat16(Pass):
    """Rounds to bf16 with integer ops, for targets whose compiler drops roundings.

        %0 = arith.mulf %x, %y : bf16

    becomes

        %0 = arith.extf %x : bf16 to f32
        %1 = arith.extf %y : bf16 to f32
        %2 = arith.mulf %0, %1 : f32
        %3 = round(%2) : bf16

    where `round` stands for the integer ops that round to nearest, ties to even, and a bitcast. So does
    a truncation of f32. IREE 3.13 computes bf16 in f32 on CPUs as well, but takes the truncation
    after one op and the extension before the next for each other's inverse, so that what a kernel computes
    depends on what was fused into it.

    Leaves alone what rounds nothing (`negf`, `select`), the products of `linalg.matmul` and the like,
    and truncations of f64.
    """

    name = "fungible-round-bfloat16"

    def run(self, module: ir.Operation) -> None:
        kind = ir.Type.parse("bf16")
        for op in [op.operation for op in operations(module)]:
            if is_computed(op) and [element(result.type) for result in op.results] == [kind]:
                _rewrite(op, kind)


def _rewrite(op: ir.Operation, kind: ir.Type) -> None:
    f32 = ir.F32Type.get()
    table = {kind: f32}
    with op.location, ir.InsertionPoint(op):
        if op.name == "arith.truncf":
            wide = op.operands[0]
            if element(wide.type) != f32:
                return
        else:
            operands = [
                arith.extf(replaced(value.type, table), value) if element(value.type) == kind else value
                for value in op.operands
            ]
            attributes = {name: op.attributes[name] for name in op.attributes}
            wide = ir.Operation.create(op.name, [replaced(op.results[0].type, table)], operands, attributes).result
        narrow = _bits_of(rounded(wide, kind), op.results[0].type)
    op.results[0].replace_all_uses_with(narrow)
    op.erase()


def _bits_of(x: ir.Value, type_: ir.Type) -> ir.Value:
    """An f32 that is a number of bf16, in its type."""
    i32, i16 = (ir.IntegerType.get_signless(width) for width in (32, 16))
    bits = arith.bitcast(replaced(x.type, {ir.F32Type.get(): i32}), x)
    amount = ir.IntegerAttr.get(i32, 16)
    if isinstance(bits.type, ir.RankedTensorType):
        amount = ir.DenseElementsAttr.get_splat(bits.type, amount)
    high = arith.shrui(bits, arith.constant(bits.type, amount))
    return arith.bitcast(type_, arith.trunci(replaced(bits.type, {i32: i16}), high))
