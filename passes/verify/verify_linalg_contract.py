"""verify-linalg-contract"""

from collections.abc import Iterator
from dataclasses import dataclass

from torch_mlir import ir

from .. import _leftovers
from .._pass import Pass
from .._rewrite import operations

_DIALECTS = {"builtin", "func", "linalg", "arith", "math", "scf", "tensor", "ml_program", "cf"}


def _element(type_: ir.Type) -> ir.Type:
    return type_.element_type if isinstance(type_, ir.RankedTensorType) else type_


def _interface_types(op: ir.OpView) -> Iterator[ir.Type]:
    """The types that the user chose: arguments, results and state."""
    name = op.operation.name
    if name == "func.func":
        type_ = op.operation.attributes["function_type"].value
        yield from (*type_.inputs, *type_.results)
    elif name == "ml_program.global":
        yield op.operation.attributes["type"].value


@dataclass(frozen=True)
class VerifyLinalgContract(Pass):
    """Checks what the `linalg` stage promises; changes nothing.

    No `torch` and no `fungible` op is left: only `linalg`, `arith`, `math`, `scf`, `tensor`,
    `cf`, `func` and `ml_program`. No value is f64 unless an argument, a result or a state
    tensor is, or the module has the attribute `fungible.f64`, with which the frontend says that
    the user's step computes in it: many devices have no f64, and none should pay for one that
    nobody asked for.

    Fails with one located error that lists every operation that breaks the contract, and
    how often.
    """

    name = "verify-linalg-contract"

    def run(self, module: ir.Operation) -> None:
        ops = list(operations(module))
        foreign = [op for op in ops if op.operation.name.partition(".")[0] not in _DIALECTS]
        if foreign:
            _leftovers.fail(foreign, "no lowering to linalg is known for these ops")
        if "fungible.f64" in module.attributes:
            return
        f64 = ir.F64Type.get(module.context)
        if any(_element(type_) == f64 for op in ops for type_ in _interface_types(op)):
            return
        wide = [op for op in ops if any(_element(result.type) == f64 for result in op.operation.results)]
        if wide:
            _leftovers.fail(wide, "these ops compute in f64, but no input, output or state is f64")
