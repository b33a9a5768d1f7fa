"""fungible-flush-constants"""

from dataclasses import dataclass

import numpy as np
from torch_mlir import ir
from torch_mlir.dialects import arith

from .. import _numerics
from .._pass import Pass
from .._rewrite import apply

_TINY = np.float32(2.0**-126)


def _flushed(array: np.ndarray) -> np.ndarray | None:
    """With zeros of the same sign for subnormal numbers; None where there are none."""
    tiny = (np.abs(array) < _TINY) & (array != 0)
    return np.where(tiny, np.copysign(np.float32(0), array), array) if tiny.any() else None


def _constant(op: ir.OpView) -> list[ir.Value] | None:
    type_, value = op.operation.results[0].type, op.operation.attributes["value"]
    if isinstance(type_, ir.F32Type):
        found = _flushed(np.float32(ir.FloatAttr(value).value))
        return None if found is None else [arith.constant(type_, float(found))]
    if not isinstance(type_, ir.RankedTensorType) or not isinstance(type_.element_type, ir.F32Type):
        return None
    if not isinstance(value, ir.DenseFPElementsAttr):
        return None
    if value.is_splat:
        found = _flushed(np.float32(value.get_splat_value().value))
        splat = None if found is None else ir.FloatAttr.get(type_.element_type, float(found))
        return None if splat is None else [arith.constant(type_, ir.DenseElementsAttr.get_splat(type_, splat))]
    found = _flushed(np.array(value))
    return None if found is None else [arith.constant(type_, ir.DenseElementsAttr.get(found, type=type_))]


@dataclass(frozen=True)
class FungibleFlushConstants(Pass):
    """Makes zeros of subnormal f32 constants, in modules with exact numerics.

        %0 = arith.constant -1.000000e-40 : f32

    becomes `arith.constant -0.000000e+00 : f32`. A subnormal number is a zero wherever it is computed with, but devices differ
    in what they store of one. Once more at `legalized`, where MLIR has folded constants as if there were subnormal results.
    Modules with other numerics stay as they are.
    """

    name = "fungible-flush-constants"

    def run(self, module: ir.Operation) -> None:
        if _numerics.is_exact(module):
            apply(module, {"arith.constant": _constant})
