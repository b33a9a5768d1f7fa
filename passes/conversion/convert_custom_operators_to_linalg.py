"""convert-custom-operators-to-linalg"""

from dataclasses import dataclass

from torch_mlir import ir

from .. import custom
from .._pass import Pass
from .._rewrite import apply


@dataclass(frozen=True)
class ConvertCustomOperatorsToLinalg(Pass):
    """Applies the lowerings that users register for operators of their own.

        %0 = torch.operator "torch.mylib.fancy"(%x) : (!torch.vtensor<[4],f32>) -> !torch.vtensor<[4],f32>

    becomes what the function given to `fungible.register_lowering("mylib::fancy", function,
    level="linalg")` builds, `math.tanh` for example, between casts to builtin tensors and back. It
    runs before torch-mlir's passes, which refuse an op that they do not know.

    Fails on an op whose function raises ValueError, or returns another number of values than it
    has results.
    """

    name = "convert-custom-operators-to-linalg"

    def run(self, module: ir.Operation) -> None:
        apply(module, custom.rewrites())
