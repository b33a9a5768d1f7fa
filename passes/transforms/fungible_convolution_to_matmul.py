"""fungible-convolution-to-matmul"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from torch_mlir import ir
from torch_mlir.dialects import linalg

from .. import _numerics
from .._linalg import At, batch_matmul, like, matmul, pointwise, reshape
from .._pass import Pass
from .._rewrite import apply
from .._windowed import Windowed


def _product(of: Windowed) -> ir.Value:
    windows = of.gathered(of.x, of.maps[0], [*of.batch, *of.summed, *of.columns])
    stored = [e.position for e in of.maps[1].results]
    # The weight may lie as rows of what is summed or the other way; a product takes both.
    turned = [*of.batch, *of.summed, *of.rows] == stored
    order = stored if turned else [*of.batch, *of.rows, *of.summed]
    weight = of.gathered(of.w, of.maps[1], order)
    batch, rows, columns, summed = (
        prod(of.sizes[d] for d in dims) for dims in (of.batch, of.rows, of.columns, of.summed)
    )
    weight = reshape(weight, [batch, summed, rows] if turned else [batch, rows, summed])
    windows = reshape(windows, [batch, summed, columns])
    weight, windows = At(weight, (0, 3, 1) if turned else (0, 1, 3)), At(windows, (0, 3, 2))
    out = (batch_matmul if of.batch else matmul)(like(windows.value, [batch, rows, columns]), weight, windows)
    dims = [*of.batch, *of.rows, *of.columns]
    out = reshape(out, [of.sizes[d] for d in dims])
    wanted = [e.position for e in of.maps[2].results]
    if dims == wanted:
        return out
    moved = like(out, [of.sizes[d] for d in wanted])
    return pointwise(moved, [At(out, tuple(wanted.index(d) for d in dims))], lambda y: y)


def _to_product(op: linalg.GenericOp) -> list[ir.Value] | None:
    windowed = Windowed.of(op)
    return None if windowed is None else [_product(windowed)]


@dataclass(frozen=True)
class FungibleConvolutionToMatmul(Pass):
    """Makes a convolution a product of matrices: its windows are copied out ("im2col").

        linalg.generic {indexing_maps = [(n, f, i, c, k) -> (n, c, i * 2 + k), (...) -> (f, c, k), (...) -> (n, f, i)]}

    becomes a copy of what each kernel element reads at each place, a `linalg.matmul` (a `linalg.batch_matmul`
    for groups) with the weight, and a transposition to batch, channels, places.

    For CPUs, on which IREE packs the operands of products but not those of convolutions: a step of a ResNet-18
    takes 0.6 of the time, one of a small CNN 0.4. With exact numerics (`numerics=exact`) for all targets, on the way to `linalg`,
    since products are what fused multiply-adds are in: there it is what a program means. Modules with other numerics than
    those of the option stay as they are.
    """

    name = "fungible-convolution-to-matmul"

    numerics: str = "fast"

    def run(self, module: ir.Operation) -> None:
        if self.numerics != _numerics.of(module):
            return
        apply(module, {"linalg.generic": _to_product})
