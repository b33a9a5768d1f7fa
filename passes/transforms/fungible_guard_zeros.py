"""fungible-guard-zeros"""

from dataclasses import dataclass

from torch_mlir import ir
from torch_mlir.dialects import arith

from .. import _numerics
from .._bits import negated
from .._linalg import filled_with, is_zero, pointwise
from .._pass import Pass
from .._rewrite import apply
from .._scalar import Scalar, constant, select
from .._zeros import is_negative, product_with_zero, quotient_with_zero, zero_of


def _plus(x: Scalar, zero: float) -> Scalar:
    return x if is_negative(zero) else select(x.eq(0.0), constant(x.type, 0.0), x)


def _sum(op: ir.OpView) -> list[ir.Value] | None:
    left, right = op.operation.operands
    for value, other in ((right, left), (left, right)):
        if (zero := zero_of(value)) is not None:
            return [_plus(Scalar(other), zero).value]
    return None


def _difference(op: ir.OpView) -> list[ir.Value] | None:
    left, right = op.operation.operands
    if (zero := zero_of(right)) is not None:
        return [_plus(Scalar(left), -zero).value]
    if (zero := zero_of(left)) is not None:
        return [_plus(negated(Scalar(right)), zero).value]
    return None


def _fused(op: ir.OpView) -> list[ir.Value] | None:
    left, right, addend = op.operation.operands
    if (zero := zero_of(addend)) is None:
        return None
    product = Scalar(arith.mulf(left, right))
    if is_negative(zero):
        return [product.value]
    # What is flushed keeps its sign; only the product of a zero is one that the addend changes.
    is_exact = (Scalar(left).eq(0.0) | Scalar(right).eq(0.0)) & product.eq(0.0)
    return [select(is_exact, constant(product.type, 0.0), product).value]


def _is_sum(block: ir.Block, number: int) -> bool:
    """Whether a reduction adds to the result of that number, and does nothing else with it."""
    yields = block.operations[len(block.operations) - 1].operation.operands
    yielded, total = yields[number], block.arguments[len(block.arguments) - len(yields) + number]
    if isinstance(yielded.owner, ir.Block) or yielded.owner.operation.name != "arith.addf":
        return False
    return total in list(yielded.owner.operation.operands) and len(list(total.uses)) == 1


def _reduction(op: ir.OpView) -> list[ir.Value] | None:
    """The first addend is a constant zero, which a device finds behind the loop: where the sum is a zero, it is +0."""
    operation = op.operation
    if all("parallel" in str(kind) for kind in operation.attributes["iterator_types"]):
        return None
    results = list(operation.results)
    block = operation.regions[0].blocks[0]
    starts = list(operation.operands)[-len(results) :]
    guarded = [
        isinstance(start.type.element_type, ir.F32Type) and is_zero(start) and _is_sum(block, number)
        for number, start in enumerate(starts)
    ]
    if not any(guarded):
        return None
    copy = operation.clone()
    return [
        pointwise(result.type, [result], lambda x: _plus(x, 0.0)) if guard else result
        for result, guard in zip(copy.results, guarded)
    ]


def _see_zeros(op: ir.OpView) -> None:
    """In the body of a structured op, the elements of tensors that are filled with zeros as constants: IREE would put them there."""
    operation = op.operation
    block, parallel = operation.regions[0].blocks[0], all("parallel" in str(kind) for kind in operation.attributes["iterator_types"])
    operands = list(operation.operands)
    read = operands if parallel else operands[: len(operands) - len(operation.results)]
    for operand, element in zip(read, block.arguments):
        if isinstance(element.type, ir.F32Type) and list(element.uses) and filled_with(operand) == 0.0:
            with ir.InsertionPoint.at_block_begin(block):
                element.replace_all_uses_with(constant(element.type, filled_with(operand)).value)


_GUARDED = {
    "arith.addf": _sum,
    "arith.divf": quotient_with_zero,
    "arith.mulf": product_with_zero,
    "arith.subf": _difference,
    "math.fma": _fused,
}


@dataclass(frozen=True)
class FungibleGuardZeros(Pass):
    """Writes sums, products and quotients with a constant zero as choices, where numerics are exact.

        %0 = arith.addf %x, 0.0 : f32

    becomes a choice of 0.0 where `%x` is a zero of either sign, and `%x` elsewhere; so does a sum with a tensor of zeros.
    Drivers of Vulkan devices, which need not tell the zeros apart, and IREE's virtual machine take it for `%x`, `0.0 - x` for -x and `x * 0.0` for 0.0;
    the latter takes `0.0 / x` for 0.0, and refuses `x / 0.0`. Of a
    fused multiply-add with a constant zero only the product is rounded. A sum over a dimension that starts from 0.0 is followed by the
    same choice, before `fungible-order-reductions` makes a loop of it. Modules with other numerics stay as they are.
    """

    name = "fungible-guard-zeros"

    def run(self, module: ir.Operation) -> None:
        if _numerics.is_exact(module):
            apply(module, {"linalg.generic": _see_zeros})
            apply(module, {"linalg.generic": _reduction})
            apply(module, _GUARDED)
