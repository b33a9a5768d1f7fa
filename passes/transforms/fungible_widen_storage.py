"""fungible-widen-storage"""

from collections.abc import Iterator
from dataclasses import dataclass

from torch_mlir import ir
from torch_mlir.dialects import arith

from .. import _constants
from .._pass import Pass, fail_each
from .._retype import element, option_names, retype
from .._rewrite import operations

_TYPES = ("i1", "i8", "i16")

#: Ops that give elements of a tensor, and those that take scalars to make elements of.
_READS = {"tensor.extract"}
_WRITES = {"tensor.insert", "tensor.from_elements", "tensor.splat", "linalg.fill"}

#: Ops whose region ends in an element of a tensor.
_YIELDS = {"linalg.yield", "tensor.yield"}

#: Conversions that become ones of i32.
_CONVERSIONS = {"arith.sitofp", "arith.uitofp"}

#: Ops that move elements and have no body of their own to change.
_MOVES = {"linalg.fill", "linalg.transpose", "linalg.broadcast", "linalg.copy"}

#: Ops whose body computes with elements.
_BODIES = {"linalg.generic", "linalg.map", "linalg.reduce"}


#: What may be computed in i8 and i16: ops whose low bits come from the low bits of their operands.
#: IREE 3.13 computes the others in 32 bits without extending the sign.
_LOW_BITS = {
    *("arith.addi", "arith.andi", "arith.constant", "arith.extsi", "arith.extui", "arith.muli", "arith.ori"),
    *("arith.select", "arith.subi", "arith.trunci", "arith.xori"),
}


def _is_scalar(value: ir.Value, kinds: set[ir.Type]) -> bool:
    return value.type in kinds


def _is_tensor(value: ir.Value, kinds: set[ir.Type]) -> bool:
    return value.type not in kinds and element(value.type) in kinds


def _errors(op: ir.Operation, kinds: set[ir.Type]) -> Iterator[str]:
    small = {kind for kind in kinds if ir.IntegerType(kind).width > 1}
    if op.name.partition(".")[0] in ("arith", "math") and op.name not in _LOW_BITS | _CONVERSIONS:
        kind = next((value.type for value in (*op.operands, *op.results) if _is_scalar(value, small)), None)
        if kind is not None:
            yield f"computes in {kind}, which the target cannot; convert to 32-bit integers first"
            return
    if not any(_is_tensor(value, kinds) for value in (*op.operands, *op.results)):
        return
    if op.name == "tensor.bitcast":
        yield "reads the bits of a type that the target cannot store"
    elif op.name.partition(".")[0] in ("arith", "math") and op.name != "arith.constant":
        yield "computes on whole tensors; run convert-elementwise-to-linalg first"
    elif op.name.startswith("linalg.") and op.regions and op.name not in _MOVES | _BODIES:
        yield "has no body that could be changed; run linalg-generalize-named-ops first"


@dataclass(frozen=True)
class FungibleWidenStorage(Pass):
    """Keeps small integers in memory as i32, for targets that store nothing smaller.

        %0 = linalg.generic ... ins(%mask : tensor<4xi1>) ... {
        ^bb0(%in: i1, %out: f32):
          %1 = arith.select %in, %x, %y : f32

    becomes

        %0 = linalg.generic ... ins(%mask : tensor<4xi32>) ... {
        ^bb0(%in: i32, %out: f32):
          %2 = arith.trunci %in : i32 to i1
          %1 = arith.select %2, %x, %y : f32

    A tensor of one of `types` becomes one of i32, of whose elements only the low bits count.
    What fails in IREE's SPIR-V code generation is loading bytes in groups of four that are not all
    needed (IREE 3.13, "failed to legalize operation 'vector.bitcast'").

    Arguments, results and state are widened too; the host converts them.

    Fails, with an error for each, on ops in i8 and i16 whose result depends on more than the low
    bits of their operands (comparisons, quotients, shifts), which IREE 3.13 computes wrongly in 32
    bits; on elementwise ops on whole tensors, on named linalg ops that compute, and on bitcasts of
    tensors.
    """

    name = "fungible-widen-storage"

    types: str = "i1,i8,i16"

    def __post_init__(self):
        option_names(self, _TYPES)

    def run(self, module: ir.Operation) -> None:
        kinds = {ir.Type.parse(name) for name in option_names(self, _TYPES)}
        found = [op.operation for op in operations(module)]
        errors = [(op, error) for op in found for error in _errors(op, kinds)]
        if errors:
            fail_each(errors)
        i32 = ir.IntegerType.get_signless(32)
        for op in found:
            _widen_scalars(op, kinds, i32)
        retype(
            module,
            dict.fromkeys(kinds, i32),
            lambda value, type_: _constants.attribute(_constants.numbers(value).astype(int), type_),
            scalars=False,
        )


def _widen_scalars(op: ir.Operation, kinds: set[ir.Type], i32: ir.Type) -> None:
    """Casts between scalars and the elements that they come from or become."""
    if op.name in _READS and _is_scalar(op.results[0], kinds):
        result, kind = op.results[0], op.results[0].type
        uses = [(use.owner.operation, use.operand_number) for use in result.uses]
        result.set_type(i32)
        with op.location, ir.InsertionPoint.after(op):
            narrow = arith.trunci(kind, result)
        for user, number in uses:
            user.operands[number] = narrow
    elif op.name in _WRITES or (op.name in _YIELDS and op.parent.operation.name not in _MOVES):
        for number, operand in enumerate(op.operands):
            if _is_scalar(operand, kinds):
                with op.location, ir.InsertionPoint(op):
                    op.operands[number] = arith.extui(i32, operand)
    if op.name in _CONVERSIONS and _is_scalar(op.operands[0], kinds):
        with op.location, ir.InsertionPoint(op):
            extend = arith.extsi if op.name == "arith.sitofp" else arith.extui
            op.operands[0] = extend(i32, op.operands[0])
    if op.name in _BODIES | _MOVES:
        for argument in op.regions[0].blocks[0].arguments:
            own = op.name in _MOVES or not _is_scalar(op.operands[argument.arg_number], kinds)
            if own and _is_scalar(argument, kinds):
                _widen_argument(op, argument, i32)


def _widen_argument(op: ir.Operation, argument: ir.BlockArgument, i32: ir.Type) -> None:
    kind = argument.type
    uses = [(use.owner.operation, use.operand_number) for use in argument.uses]
    argument.set_type(i32)
    if op.name in _MOVES or not uses:
        return
    with op.location, ir.InsertionPoint.at_block_begin(op.regions[0].blocks[0]):
        narrow = arith.trunci(kind, argument)
    for user, number in uses:
        user.operands[number] = narrow
