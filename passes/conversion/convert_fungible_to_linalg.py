"""convert-fungible-to-linalg"""

from dataclasses import dataclass

from torch_mlir import ir

from .._pass import Pass
from .._rewrite import apply
from .lowering import LOWERINGS


@dataclass(frozen=True)
class ConvertFungibleToLinalg(Pass):
    """Removes the dialect: training ops become `linalg`, state becomes `ml_program`.

        %0:3 = "fungible.layer_norm"(%x, %w, %b) {...} : ...

    becomes two reductions and the elementwise ops between them, and

        "fungible.state"() {sym_name = "w", role = "parameter", type = tensor<4xf32>} : () -> ()

    becomes `ml_program.global private mutable @w(dense<0.0> : tensor<4xf32>)`. The values
    of the first step come from the artifact, through the accessors of `fungible-expose-state`.

    Ops of the dialect without a lowering are left for `verify-linalg-contract` to list.
    """

    name = "convert-fungible-to-linalg"

    def run(self, module: ir.Operation) -> None:
        apply(module, LOWERINGS)
