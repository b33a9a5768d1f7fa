"""convert-fungible-to-linalg"""

from collections.abc import Callable
from dataclasses import dataclass

from torch_mlir import ir

from fungible.dialects.fungible import numerics
from fungible.dialects.fungible.numerics import RoundingOp
from fungible.dialects.fungible.state import StateOp

from .. import _numerics
from .._accessors import GET, SET, set_formats
from .._halves import in_float32
from .._pass import Pass
from .._rewrite import apply, operations
from .lowering import LOWERINGS


def _as_promised(
    lower: Callable[[ir.OpView], list[ir.Value]], kept: set[ir.Attribute]
) -> Callable[[ir.OpView], list[ir.Value]]:
    """The lowering, for ops whose numerics are kept from here on."""
    lower_rounding = in_float32(lower)

    def checked(op: ir.OpView) -> list[ir.Value]:
        if not isinstance(op, RoundingOp):
            return lower(op)
        promised = op.operation.attributes["numerics"]
        if promised not in kept:
            raise ValueError(f"no lowering keeps {promised} in this module, only {' or '.join(map(str, kept))}")
        return lower_rounding(op)

    return checked


@dataclass(frozen=True)
class ConvertFungibleToLinalg(Pass):
    """Removes the dialect: training ops become `linalg`, state becomes `ml_program`.

        %0:3 = "fungible.layer_norm"(%x, %w, %b) {...} : ...

    becomes two reductions and the elementwise ops between them, and

        "fungible.state"() {sym_name = "w", role = "parameter", type = tensor<4xf32>} : () -> ()

    becomes `ml_program.global public mutable @w(dense<0.0> : tensor<4xf32>)`; IREE gives each
    the accessors `get:w` and `set:w`, through which the artifact's initial values arrive.

    What takes 16-bit floats computes in float32 and rounds once, at its end.

    Fails on an op whose numerics are neither `fast` nor those that the module's attribute `fungible.numerics` names,
    which later passes keep.
    Ops of the dialect without a lowering are left for `verify-linalg-contract` to list.
    """

    name = "convert-fungible-to-linalg"

    def run(self, module: ir.Operation) -> None:
        if any(isinstance(op, StateOp) for op in operations(module)):
            set_formats(module, {"get": GET, "set": SET})
        kept = {numerics.fast(), numerics.profile(_numerics.of(module))}
        apply(module, {name: _as_promised(lower, kept) for name, lower in LOWERINGS.items()})
