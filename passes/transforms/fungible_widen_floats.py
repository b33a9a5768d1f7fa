"""fungible-widen-floats"""

from collections.abc import Iterator
from dataclasses import dataclass

from torch_mlir import ir

from .. import _constants
from .._pass import Pass, fail_each
from .._retype import element, erase_casts, option_names, retype
from .._rewrite import operations
from .._rounding import is_computed, rounded

_TYPES = ("bf16", "f16")


def _kind(value: ir.Value) -> str:
    return str(element(value.type))


def _is_named(op: ir.Operation) -> bool:
    """Whether it is a linalg op whose body is not written out, and so cannot change."""
    return op.name.startswith("linalg.") and op.name not in ("linalg.generic", "linalg.map", "linalg.reduce")


@dataclass(frozen=True)
class FungibleWidenFloats(Pass):
    """Computes 16-bit floats in f32, for targets that lack the types.

        %0 = arith.extf %x : bf16 to f32
        %1 = arith.mulf %0, %0 : f32
        %2 = arith.truncf %1 : f32 to bf16
        %3 = arith.addf %x, %2 : bf16

    becomes

        %1 = arith.mulf %x, %x : f32
        %2 = round(%1) : f32
        %3 = arith.addf %x, %2 : f32
        %4 = round(%3) : f32

    A value of `types` becomes an f32 that is always a number of the narrow type. Where the
    program rounds, so does the result, to nearest and ties to even, with integer ops; `round`
    above stands for them. Sums, differences, products, quotients and square roots are those
    of the narrow type, bit for bit, as f32 has more than twice its digits and two (S. Figueroa,
    "When is double rounding innocuous?", 1995). Other functions are rounded once, as in eager
    PyTorch on CPU; so are integers, which PyTorch too converts by way of f32.

    Arguments, results and state become f32 as well; the host converts them, and passes in
    nothing that is no number of the narrow type.

    Fails, with an error for each, on bitcasts of the types, on `truncf` from f64 (two roundings
    are not one) and on named linalg ops that compute in the types, whose bodies cannot round.
    """

    name = "fungible-widen-floats"

    types: str = "f16,bf16"

    def __post_init__(self):
        option_names(self, _TYPES)

    def run(self, module: ir.Operation) -> None:
        names = option_names(self, _TYPES)
        found = [op.operation for op in operations(module)]
        errors = [(op, error) for op in found for error in _errors(op, names)]
        if errors:
            fail_each(errors)
        kinds = {name: ir.Type.parse(name) for name in names}
        computed = [
            (result, kinds[_kind(result)])
            for op in found
            if is_computed(op)
            for result in op.results
            if _kind(result) in kinds
        ]
        f32 = ir.F32Type.get()
        retype(
            module,
            dict.fromkeys(kinds.values(), f32),
            lambda value, type_: _constants.attribute(_constants.numbers(value), type_),
        )
        for result, kind in computed:
            _round(result, kind)
        erase_casts(module, "arith.extf", "arith.truncf")


def _errors(op: ir.Operation, names: list[str]) -> Iterator[str]:
    makes = next((_kind(value) for value in op.results if _kind(value) in names), None)
    takes = next((_kind(value) for value in op.operands if _kind(value) in names), None)
    if op.name in ("arith.bitcast", "tensor.bitcast") and (makes or takes):
        yield f"the target has no {makes or takes}, and f32 has other bits"
    elif op.name == "arith.truncf" and makes and _kind(op.operands[0]) == "f64":
        yield f"the target has no {makes}, and rounding f64 to f32 and then to {makes} is not the same"
    elif _is_named(op) and op.regions:
        body = (inner.operation for inner in operations(op))
        kinds = [_kind(value) for inner in body if is_computed(inner) for value in inner.results]
        kinds = [kind for kind in kinds if kind in names]
        if kinds:
            yield f"computes in {kinds[0]}, which the target does not have; let it give f32"


def _round(result: ir.Value, kind: ir.FloatType) -> None:
    op = result.owner.operation
    uses = [(use.owner.operation, use.operand_number) for use in result.uses]
    with op.location, ir.InsertionPoint.after(op):
        # A truncation is one of an f32 to itself by now.
        value = rounded(op.operands[0] if op.name == "arith.truncf" else result, kind)
    for user, number in uses:
        user.operands[number] = value
