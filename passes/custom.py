"""Lowerings that users give for operators of their own, at the level of MLIR.

An operator that torch-mlir does not know is imported as `torch.operator "torch.mylib.fancy"`. One that
is registered here stays as it is up to `convert-custom-operators-to-linalg`, which applies its
lowering.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from torch_mlir import ir

from ._rewrite import Rewrite
from ._torch import constant_bool, constant_float, constant_int, constant_ints, from_builtins, to_builtin

__all__ = ["constant_bool", "constant_float", "constant_int", "constant_ints", "register"]

#: Name in `torch.operator` -> the user's function.
LOWERINGS: dict[str, Callable[..., Sequence[ir.Value]]] = {}


def register(name: str, lower: Callable[..., Sequence[ir.Value]]) -> None:
    """Makes `lower(op, *operands)` the lowering of `torch.operator "<name>"`; the last one counts.

    `operands` are those of the op, tensors as builtin ones (`tensor<4x8xf32>`); others, such as
    `!torch.float`, as they are (`constant_float(operand)` and its like read them). The function builds at the
    current insertion point, with ops of `linalg`, `tensor`, `arith`, `math` and `scf`, and returns the
    op's results as builtin tensors. A ValueError that it raises is reported at the op.
    """
    LOWERINGS[name] = lower


def rewrites() -> dict[str, Rewrite]:
    """The lowerings in the form of `_rewrite.apply`."""
    return {name: _rewrite(lower) for name, lower in LOWERINGS.items()}


def _rewrite(lower: Callable[..., Sequence[ir.Value]]) -> Rewrite:
    def rewrite(op: ir.OpView) -> list[ir.Value]:
        operands = [
            to_builtin(value) if str(value.type).startswith("!torch.vtensor<") else value
            for value in op.operation.operands
        ]
        values = lower(op, *operands)
        values = [values] if isinstance(values, ir.Value) else list(values)
        if len(values) != len(op.operation.results):
            raise ValueError(f"its lowering returns {len(values)} values, and it has {len(op.operation.results)} results")
        return from_builtins(values, op)

    return rewrite
