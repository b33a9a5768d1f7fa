"""verify-fungible-contract"""

from dataclasses import dataclass

from torch_mlir import ir
from torch_mlir.dialects import func

from fungible.dialects._base import string
from fungible.dialects.fungible.state import StateOp, StateReadOp, StateWriteOp

from .. import _leftovers, custom
from .._pass import Pass, fail
from .._rewrite import operations

#: How the error about ops that torch-mlir does not know begins.
UNKNOWN = "no lowering is known for these ops"

_DIALECTS = {"builtin", "func", "fungible", "torch", "torch_c"}

#: What canonicalization makes of a constant of the `torch` dialect in front of an op of ours.
_CONSTANT = "arith.constant"


@dataclass(frozen=True)
class VerifyFungibleContract(Pass):
    """Checks what the `fungible` stage promises; changes nothing.

    State is declared, and read and written with its own type; no argument or result is
    state any more; nothing but `fungible`, `torch`, `torch_c`, `func` and constants is left, and no
    `torch.operator`, which is how torch-mlir imports an op that it does not know, but for those
    that have a lowering of the user's.

    Fails with one located error that lists every operation that breaks the contract, and
    how often.
    """

    name = "verify-fungible-contract"

    def run(self, module: ir.Operation) -> None:
        ops = list(operations(module))
        self._check_state(ops)
        unknown = [
            op for op in ops if op.operation.name == "torch.operator" and _leftovers.op_name(op) not in custom.LOWERINGS
        ]
        if unknown:
            _leftovers.fail(unknown, UNKNOWN)
        names = {op.operation.name for op in ops}
        allowed = {name for name in names if name.partition(".")[0] in _DIALECTS} | {_CONSTANT}
        foreign = [op for op in ops if op.operation.name not in allowed]
        if foreign:
            _leftovers.fail(foreign, "the fungible stage may not hold these ops")

    def _check_state(self, ops: list[ir.OpView]) -> None:
        states = [op for op in ops if isinstance(op, StateOp)]
        declared = {string(op, "sym_name"): op.operation.attributes["type"].value for op in states}
        for op in ops:
            if isinstance(op, (StateReadOp, StateWriteOp)):
                name = string(op, "state")
                value = (op.operation.results or op.operation.operands)[0]
                if name not in declared:
                    fail(op, f"state '{name}' is not declared in this module")
                if value.type != declared[name]:
                    fail(op, f"state '{name}' has type {declared[name]}, but is used as {value.type}")
            elif isinstance(op, func.FuncOp):
                for key, what in (("arg_attrs", "argument"), ("res_attrs", "result")):
                    entries = ir.ArrayAttr(op.attributes[key]) if key in op.attributes else []
                    for index, entry in enumerate(entries):
                        if "fungible.state" in entry:
                            fail(
                                op,
                                f"{what} {index} of @{op.name.value} is still state; run fungible-hoist-state first",
                            )
