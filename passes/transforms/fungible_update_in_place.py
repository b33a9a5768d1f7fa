"""fungible-update-in-place"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

from torch_mlir import ir

from .._kernels import allow, alone, constants_of, reads_initial_values
from .._linalg import is_elementwise
from .._pass import Pass
from .._rewrite import operations

#: Smaller state is left to IREE, which fuses its update with the sum that the gradient is.
LEAST_ELEMENTS = 4096


def _state(op: ir.Operation) -> str:
    return ir.FlatSymbolRefAttr(op.attributes["global"]).value


def _updates(module: ir.Operation) -> Iterator[tuple[ir.Operation, dict[int, str]]]:
    """The elementwise ops that make new state: which of their results goes to which."""
    found: dict[ir.Operation, dict[int, str]] = {}
    for op in operations(module):
        if op.operation.name != "ml_program.global_store":
            continue
        value = op.operation.operands[0]
        if isinstance(value.owner, ir.Block):
            continue
        maker = value.owner.operation
        if is_elementwise(maker):
            found.setdefault(maker, {})[ir.OpResult(value).result_number] = _state(op.operation)
    yield from found.items()


def _overwritten(op: ir.Operation, stored: dict[int, str]) -> dict[int, int]:
    """The number of each result that may take the place of its old value -> the number of that input."""
    count = len(op.operands) - len(op.results)
    maps = [ir.AffineMapAttr(attribute).value for attribute in op.attributes["indexing_maps"]]
    tied = {}
    for result, name in stored.items():
        for number, operand in enumerate(op.operands[:count]):
            owner = operand.owner
            if isinstance(owner, ir.Block) or owner.operation.name != "ml_program.global_load":
                continue
            # Each element must be read by none but the one that overwrites it.
            reads = [maps[n] for n, other in enumerate(op.operands[:count]) if other == operand]
            if _state(owner.operation) == name and all(read == maps[count + result] for read in reads):
                tied[result] = number
    return tied


def _first_user(op: ir.Operation) -> ir.Operation:
    """The first op of the same block that reads a result."""
    users = {use.owner.operation for result in op.results for use in result.uses}
    return next(other.operation for other in op.block if other.operation in users)


@dataclass(frozen=True)
class FungibleUpdateInPlace(Pass):
    """Makes the update of a parameter a kernel of its own that overwrites what it updates.

        %new:3 = linalg.generic ... ins(%parameter, %gradient, %average, %square)
        ml_program.global_store @parameter = %new#0

    becomes a `flow.dispatch.workgroups` whose results are tied to the state that it reads: no second copy of
    parameters and of the optimizer's state, and half of the time where they do not fit into the cache. IREE would also fuse the update
    with the product that the gradient is, and pack all state into the tiles of that product; or with the loop
    that the gradient of a table is, and compute it an element at a time.

    The kernel stands right before the first use of what is new. Where the old value is read after it
    nevertheless, IREE copies it. State of fewer than 4096 elements is left alone.
    """

    name = "fungible-update-in-place"

    def run(self, module: ir.Operation) -> None:
        allow(module.context)
        for op, stored in _updates(module):
            constants, tied = constants_of(op), _overwritten(op, stored)
            if constants is None or not tied or reads_initial_values(op) or prod(op.results[min(tied)].type.shape) < LEAST_ELEMENTS:
                continue
            with ir.InsertionPoint(_first_user(op)), op.location:
                values = alone(op, constants, over=tied)
            for result, value in zip(op.results, values, strict=True):
                result.replace_all_uses_with(value)
            op.erase()
