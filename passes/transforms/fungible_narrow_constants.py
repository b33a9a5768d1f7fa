"""fungible-narrow-constants"""

from dataclasses import dataclass

from torch_mlir import ir
from torch_mlir.dialects import arith

from .._pass import Pass
from .._rewrite import apply


def _definition(value: ir.Value, name: str) -> ir.Operation | None:
    owner = value.owner
    return None if isinstance(owner, ir.Block) or owner.operation.name != name else owner.operation


def _rounded(value: ir.Value, type_: ir.Type) -> ir.Value | None:
    """A float constant of a narrower type, rounded to nearest as `arith.truncf` would when it runs."""
    constant = _definition(value, "arith.constant")
    if constant is None or not isinstance(type_, ir.FloatType):
        return None
    number = constant.attributes["value"]
    return arith.constant(type_, number.value) if isinstance(number, ir.FloatAttr) else None


def _truncate(op: ir.OpView) -> list[ir.Value] | None:
    value = _rounded(op.operation.operands[0], op.operation.results[0].type)
    return None if value is None else [value]


def _compare(op: ir.OpView) -> list[ir.Value] | None:
    widened = _definition(op.operation.operands[0], "arith.extf")
    if widened is None:
        return None
    source = widened.operands[0]
    number = _rounded(op.operation.operands[1], source.type)
    if number is None:
        return None
    attributes = {name: op.operation.attributes[name] for name in op.operation.attributes}
    compared = ir.Operation.create(
        "arith.cmpf", results=[op.operation.results[0].type], operands=[source, number], attributes=attributes
    )
    return [compared.result]


@dataclass(frozen=True)
class FungibleNarrowConstants(Pass):
    """Rounds float constants when compiling where the program would round them when it runs.

    torch-mlir holds Python numbers as f64 and truncates them at each use, which MLIR folds
    only where nothing is lost:

        %cst = arith.constant 1.000000e-01 : f64
        %0 = arith.truncf %cst : f64 to f32

    becomes `%cst = arith.constant 1.000000e-01 : f32`. Without it every element of a tensor
    would be scaled by a number that comes out of an f64 unit, which many devices lack.

    A comparison with a Python number widens the tensor instead; PyTorch compares in the type
    of the tensor, and so does the result here:

        %1 = arith.extf %x : f32 to f64
        %2 = arith.cmpf olt, %1, %cst : f64

    becomes `arith.cmpf olt, %x, %cst : f32`.
    """

    name = "fungible-narrow-constants"

    def run(self, module: ir.Operation) -> None:
        apply(module, {"arith.truncf": _truncate, "arith.cmpf": _compare})
