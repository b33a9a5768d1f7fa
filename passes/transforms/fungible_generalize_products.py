"""fungible-generalize-products"""

from dataclasses import dataclass

from torch_mlir import ir
from torch_mlir.dialects import linalg

from .. import _numerics
from .._linalg import At, Out, generic
from .._pass import Pass
from .._rewrite import apply
from .._sequential import cloned

_NAMED = ("linalg.dot", "linalg.matvec", "linalg.vecmat", "linalg.batch_matvec", "linalg.batch_vecmat")


def _as_generic(op: ir.OpView) -> list[ir.Value]:
    maps = [ir.AffineMapAttr(attribute).value for attribute in linalg.get_indexing_maps(op.operation)]
    *inputs, start = op.operation.operands
    *read, given = maps
    body = cloned(op.operation.regions[0].blocks[0])
    return generic(
        given.n_dims,
        [At(value, tuple(map_.results)) for value, map_ in zip(inputs, read, strict=True)],
        [Out(start.type, tuple(e.position for e in given.results), start)],
        lambda *elements: body((), *elements),
    )


@dataclass(frozen=True)
class FungibleGeneralizeProducts(Pass):
    """Writes products with vectors as loops, in modules with exact numerics.

    `linalg.matvec`, `linalg.vecmat`, `linalg.dot` and the batches of them become `linalg.generic`, whose body says that
    a product is rounded and then added. Of products of matrices exact numerics say that they are fused.
    """

    name = "fungible-generalize-products"

    def run(self, module: ir.Operation) -> None:
        if _numerics.is_exact(module):
            apply(module, dict.fromkeys(_NAMED, _as_generic))
