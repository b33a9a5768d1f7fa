"""raise-torch-to-fungible"""

from dataclasses import dataclass

from torch_mlir import ir

from .._pass import Pass
from .._rewrite import apply
from .raising import RAISINGS


@dataclass(frozen=True)
class RaiseTorchToFungible(Pass):
    """Recognises training ops in the `torch` dialect and keeps them whole.

    An op is raised where a lowering better than torch-mlir's own exists; everything else
    stays in the `torch` dialect. Operands and results cross to builtin tensors:

        %0, %1, %2 = torch.aten.native_layer_norm %x, %shape, %w, %b, %eps : ...

    becomes

        %3 = torch_c.to_builtin_tensor %x : !torch.vtensor<[8,64],f32> -> tensor<8x64xf32>
        %4:3 = "fungible.layer_norm"(%3, ...) {eps = ..., normalized_rank = 1 : i64, ...}
        %0 = torch_c.from_builtin_tensor %4#0 : tensor<8x64xf32> -> !torch.vtensor<[8,64],f32>

    Fails on an op that must be raised but has operands that are not constants, or a form
    that the dialect does not have.
    """

    name = "raise-torch-to-fungible"

    def run(self, module: ir.Operation) -> None:
        apply(module, RAISINGS)
