"""fungible-tile-products"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from torch_mlir import ir

from .. import _numerics
from .._kernels import allow
from .._pass import Pass
from .._products import Product, replace_products
from .._tiled_products import TiledProduct, padded
from .._tiles import best

#: Products of fewer multiplications take as long as their kernels take to start.
_LEAST = 10**6

#: A product that is padded to more than so many times its size is left alone.
_MOST_PADDING = 2.5


def _tiled(product: Product) -> ir.Value | None:
    """The product as a kernel, at the current insertion point; None for one that is left alone."""
    sizes = padded(product.sizes)
    is_float = isinstance(product.left.type.element_type, ir.F32Type)
    if not is_float or prod(product.sizes) < _LEAST or prod(sizes) > _MOST_PADDING * prod(product.sizes):
        return None
    tile = best(sizes, product.form)
    return TiledProduct(product, tile).result() if tile else None


@dataclass(frozen=True)
class FungibleTileProducts(Pass):
    """Makes products of matrices kernels with tiles for GPUs, whose operands pass through shared memory.

        %r = linalg.matmul ins(%a, %b : tensor<1024x256xf32>, tensor<256x1024xf32>) outs(%zero)

    becomes a `flow.dispatch.workgroups` of one `linalg.generic` with a `compilation_info`: what a workgroup computes, what a
    thread keeps in registers, and how much of the sum is in shared memory at a time. Each thread loads few numbers
    for many multiplications; IREE's own choice for float32 is 16 columns of one row, without shared memory. The tile is the one that a model expects to be the fastest (`passes/_tiles.py`). Long sums of small results are
    split into parts that are added up by another kernel, and sizes that no tile divides are padded with zeros.

    Small products, those that are mostly padding, of other types, and that do not start from zero stay as they are; so do
    modules with exact numerics, whose text says the order of sums.
    """

    name = "fungible-tile-products"

    def run(self, module: ir.Operation) -> None:
        if _numerics.is_exact(module):
            return
        allow(module.context)
        replace_products(module, _tiled)
