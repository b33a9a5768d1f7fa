"""fungible-pack-products"""

from __future__ import annotations

from dataclasses import dataclass

from torch_mlir import ir

from .. import _numerics
from .._kernels import allow
from .._packed_products import PackedProduct, tile
from .._pass import Pass
from .._products import Product, replace_products

def _packed(product: Product) -> ir.Value | None:
    """The product as a kernel, at the current insertion point; None for one that is left alone."""
    found = tile(product)
    return PackedProduct(product, *found).result() if found else None


@dataclass(frozen=True)
class FungiblePackProducts(Pass):
    """Makes products of matrices kernels for CPUs with AVX-512, which read operands from panels.

        %r = linalg.matmul ins(%a, %b : tensor<1024x256xf32>, tensor<256x1024xf32>) outs(%zero)

    becomes a copy of the right operand into panels of 32 columns (`tensor<32x256x32xf32>`) and a `flow.dispatch.workgroups` of one
    `linalg.generic` with a `compilation_info`: eight rows by 32 columns stay in registers while they are summed. A left operand
    that is stored in rows is read as it is, one that is stored in columns is copied into panels of 32 rows, or 16 or eight, if it has
    more than 128, and into those of one tile if the sum is of more than 256. Results are in rows at once. IREE would pack both operands and the result in tiles of 16x16, for which a
    core loads 17 times for 16 multiply-adds; where it can do so twice a cycle, as Intel's can, that is more time than
    they take, as soon as panels do not stay in its first cache.

    Where 8x32 does not divide a result, 16x16 may. Small products, those of short sums, of other sizes and types, and that do
    not start from zero stay as they are; so do modules with exact numerics, whose text says the order of sums. This
    order is the same: ascending.
    """

    name = "fungible-pack-products"

    def run(self, module: ir.Operation) -> None:
        if _numerics.is_exact(module):
            return
        allow(module.context)
        replace_products(module, _packed)
