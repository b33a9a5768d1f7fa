"""fungible-order-products"""

from collections.abc import Sequence
from dataclasses import dataclass

from torch_mlir import ir
from torch_mlir.dialects import linalg, math, tensor

from .. import _numerics
from .._linalg import PRODUCTS, At, Out, generic, like
from .._loops import repeat
from .._pass import Pass
from .._rewrite import apply
from .._scalar import Scalar

#: So many multiply-adds an element in one kernel: results are read and written once for them.
_CHUNK = 8


def _from(value: ir.Value, dimension: int, start: Scalar | int, size: int) -> ir.Value:
    """So many places of one dimension."""
    sizes = list(value.type.shape)
    sizes[dimension] = size
    static = [0] * len(sizes)
    if isinstance(start, int):
        static[dimension] = start
        return tensor.extract_slice(like(value, sizes), value, [], [], [], static, sizes, [1] * len(sizes))
    static[dimension] = ir.ShapedType.get_dynamic_stride_or_offset()
    place = start.to(ir.IndexType.get()).value
    return tensor.extract_slice(like(value, sizes), value, [place], [], [], static, sizes, [1] * len(sizes))


def _positions(map_: ir.AffineMap) -> list[int]:
    if not all(isinstance(e, ir.AffineDimExpr) for e in map_.results):
        raise ValueError("an operand is broadcast or indexed by an expression")
    return [e.position for e in map_.results]


def _added(
    operands: Sequence[tuple[ir.Value, list[int]]], out: list[int], summed: int, start: Scalar | int, count: int, total: ir.Value
) -> ir.Value:
    """`total`, and `count` products from place `start` of the summed dimension on, each fused with its addition."""
    rank = len(out)
    reads = []
    for value, dims in operands:
        part = _from(value, dims.index(summed), start, count)
        for k in range(count):
            at = [ir.AffineConstantExpr.get(k) if d == summed else out.index(d) for d in dims]
            reads.append(At(part, tuple(at)))

    def body(*elements: Scalar) -> Scalar:
        *factors, sum_ = elements
        for x, w in zip(factors[:count], factors[count:], strict=True):
            sum_ = Scalar(math.fma(x.value, w.value, sum_.value))
        return sum_

    return generic(rank, reads, [Out(total.type, tuple(range(rank)), total)], body)[0]


def _in_order(op: ir.OpView) -> list[ir.Value] | None:
    *_, total = op.operation.operands
    if not isinstance(total.type.element_type, ir.F32Type):
        return None
    *read, given = (_positions(ir.AffineMapAttr(a).value) for a in linalg.get_indexing_maps(op.operation))
    operands = list(zip(list(op.operation.operands)[:2], read, strict=True))
    (summed,) = set(read[0]) - set(given)
    length = operands[0][0].type.shape[read[0].index(summed)]
    whole = length // _CHUNK
    if whole > 1:
        turn = lambda number, sum_: [_added(operands, given, summed, number * _CHUNK, _CHUNK, sum_)]  # noqa: E731
        (total,) = repeat(whole, [total], turn)
    elif whole:
        total = _added(operands, given, summed, 0, _CHUNK, total)
    if length % _CHUNK:
        total = _added(operands, given, summed, whole * _CHUNK, length % _CHUNK, total)
    return [total]


@dataclass(frozen=True)
class FungibleOrderProducts(Pass):
    """Writes products of matrices as chains of fused multiply-adds, in modules with exact numerics.

        linalg.matmul ins(%x, %w : tensor<4x64xf32>, tensor<64x5xf32>) outs(%zero : tensor<4x5xf32>)

    becomes a loop over eights of the summed dimension, each turn a `linalg.generic` without reductions whose body is

          %1 = math.fma %x0, %w0, %total
          %2 = math.fma %x1, %w1, %1
          ...

    For targets whose own products add in another order or are not fused. Modules with other numerics stay as they are.
    """

    name = "fungible-order-products"

    def run(self, module: ir.Operation) -> None:
        if _numerics.is_exact(module):
            apply(module, dict.fromkeys(PRODUCTS, _in_order))
