"""Recognises our operators on matrices."""

from collections.abc import Callable

from torch_mlir import ir

from fungible.dialects.fungible import factorization, numerics

from ..._attributes import boolean
from ..._torch import builtin_type, constant_bool, from_builtins, to_builtin


def _raising(kind: type, tensors: int, *flags: str) -> Callable[[ir.OpView], list[ir.Value]]:
    """For an operator of so many tensors, followed by booleans of these names."""

    def rewrite(op: ir.OpView) -> list[ir.Value]:
        operands = list(op.operation.operands)
        values = {name: boolean(constant_bool(value)) for name, value in zip(flags, operands[tensors:], strict=True)}
        raised = kind.create(
            [builtin_type(result.type) for result in op.operation.results],
            [to_builtin(value) for value in operands[:tensors]],
            {**values, "numerics": numerics.fast()},
        )
        return from_builtins(raised.results, op)

    return rewrite


RAISINGS = {
    "torch.fungible.cholesky": _raising(factorization.CholeskyOp, 1),
    "torch.fungible.eigh": _raising(factorization.EighOp, 1),
    "torch.fungible.lu": _raising(factorization.LuOp, 1, "pivot"),
    "torch.fungible.orthogonalize": _raising(factorization.OrthogonalizeOp, 1),
    "torch.fungible.qr": _raising(factorization.QrOp, 1),
    "torch.fungible.reflect": _raising(factorization.ReflectOp, 3, "transposed"),
    "torch.fungible.solve_triangular": _raising(factorization.SolveTriangularOp, 2, "upper", "unitriangular"),
}
