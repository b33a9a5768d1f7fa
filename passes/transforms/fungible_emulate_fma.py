"""fungible-emulate-fma"""

from dataclasses import dataclass

from torch_mlir import ir

from .. import _fused, _numerics
from .._pass import Pass
from .._rewrite import apply
from .._scalar import Scalar

_THROUGH = {"double": _fused.through_double, "single": _fused.through_single}


@dataclass(frozen=True)
class FungibleEmulateFma(Pass):
    """Computes fused multiply-adds by ops that round once each, in modules with exact numerics.

        %0 = math.fma %x, %y, %z : f32

    becomes its exact value, rounded once, by way of f64 (`through=double`) or of f32 and i32 alone (`through=single`).
    For devices without the instruction, and for those that are free to split it. No operand is subnormal, since no
    result is with exact numerics; by way of f64 the device itself makes zeros of what is. Modules with other numerics
    stay as they are.
    """

    name = "fungible-emulate-fma"

    through: str = "single"

    def __post_init__(self):
        if self.through not in _THROUGH:
            raise ValueError(f"option 'through' of pass '{self.name}' is one of {', '.join(_THROUGH)}, not '{self.through}'")

    def run(self, module: ir.Operation) -> None:
        emulate = _THROUGH[self.through]

        def rewrite(op: ir.OpView) -> list[ir.Value] | None:
            if not isinstance(op.operation.results[0].type, ir.F32Type):
                return None
            return [emulate(*map(Scalar, op.operation.operands), flushed=True).value]

        if _numerics.is_exact(module):
            apply(module, {"math.fma": rewrite})
