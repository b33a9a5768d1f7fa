"""verify-legalized-contract"""

from collections.abc import Iterator
from dataclasses import dataclass

from torch_mlir import ir

from .. import _leftovers
from .._pass import Pass
from .._rewrite import operations


def _types(op: ir.OpView) -> Iterator[str]:
    """The element types that the op brings in; every other value is one that another op made."""
    op = op.operation
    types = [result.type for result in op.results]
    if op.name == "func.func":
        function = op.attributes["function_type"].value
        types += [*function.inputs, *function.results]
    elif op.name == "ml_program.global":
        types.append(op.attributes["type"].value)
    for type_ in types:
        yield str(type_.element_type if isinstance(type_, ir.ShapedType) else type_)


def _is_wide_reduction(op: ir.OpView) -> bool:
    op = op.operation
    if len(op.results) < 2 or op.name not in ("linalg.generic", "linalg.reduce"):
        return False
    return op.name == "linalg.reduce" or "reduction" in str(op.attributes["iterator_types"])


@dataclass(frozen=True)
class VerifyLegalizedContract(Pass):
    """Checks that a module keeps to what a target has; changes nothing.

    `lacks=i64,f64` names element types that the target does not have: no value, argument,
    result or state may be of one. With `single-result-reductions=true` no reduction may
    have two or more results. Without options everything passes.

    Fails with one located error that lists every operation that breaks the contract, and
    how often; and on a type in `lacks` that is no builtin integer or float.
    """

    name = "verify-legalized-contract"

    lacks: str = ""
    single_result_reductions: bool = False

    def __post_init__(self):
        for name in self._lacked():
            if not name[1:].isdigit() and name != "bf16" and not name.startswith("f8"):
                raise ValueError(f"option 'lacks' of pass '{self.name}' has no type '{name}'")

    def _lacked(self) -> list[str]:
        return [name.strip() for name in self.lacks.split(",") if name.strip()]

    def run(self, module: ir.Operation) -> None:
        lacked, ops = set(self._lacked()), list(operations(module))
        found = [(op, lacked.intersection(_types(op))) for op in ops]
        found = [(op, types) for op, types in found if types]
        if found:
            names = ", ".join(sorted(set().union(*(types for _, types in found))))
            _leftovers.fail(
                [op for op, _ in found], f"these ops use types that the target does not have ({names})"
            )
        wide = [op for op in ops if self.single_result_reductions and _is_wide_reduction(op)]
        if wide:
            _leftovers.fail(wide, "the target has no reductions with two or more results")
