"""fungible-order-products"""

from collections.abc import Sequence
from dataclasses import dataclass

from torch_mlir import ir
from torch_mlir.dialects import linalg, math, tensor

from .. import _numerics
from .._linalg import PRODUCTS, At, Out, generic, is_zero, like, pointwise
from .._loops import repeat
from .._pass import Pass
from .._rewrite import apply
from .._scalar import Scalar, constant

#: So many multiply-adds an element in one kernel: results are read and written once for them.
_CHUNK = 4


def _summed_first(value: ir.Value, dims: list[int], summed: int) -> tuple[ir.Value, list[int]]:
    """The operand with its summed dimension in front, and the domain dimensions of the others."""
    others = [d for d in dims if d != summed]
    order = [summed, *others]
    if dims == order:
        return value, others
    moved = like(value, [value.type.shape[dims.index(d)] for d in order])
    return pointwise(moved, [At(value, tuple(order.index(d) for d in dims))], lambda x: x), others


def _at(value: ir.Value, start: Scalar | int) -> ir.Value:
    """One place of the first dimension, which is dropped."""
    _, *rest = value.type.shape
    sizes, strides, zeros = [1, *rest], [1] * (len(rest) + 1), [0] * len(rest)
    if isinstance(start, int):
        return tensor.extract_slice(like(value, rest), value, [], [], [], [start, *zeros], sizes, strides)
    dynamic = [ir.ShapedType.get_dynamic_stride_or_offset(), *zeros]
    place = start.to(ir.IndexType.get()).value
    return tensor.extract_slice(like(value, rest), value, [place], [], [], dynamic, sizes, strides)


def _positions(map_: ir.AffineMap) -> list[int]:
    if not all(isinstance(e, ir.AffineDimExpr) for e in map_.results):
        raise ValueError("an operand is broadcast or indexed by an expression")
    return [e.position for e in map_.results]


def _added(
    operands: Sequence[tuple[ir.Value, list[int]]], out: list[int], start: Scalar | int, count: int, total: ir.Value
) -> ir.Value:
    """`total`, and `count` products from place `start` of the summed dimension on, each fused with its addition."""
    reads = [
        At(_at(value, start + k), tuple(out.index(d) for d in others)) for value, others in operands for k in range(count)
    ]
    # Said in the body, where later passes see it: some devices would drop a zero that IREE puts there.
    begins = is_zero(total)

    def body(*elements: Scalar) -> Scalar:
        factors, sum_ = (elements, constant(elements[0].type, 0.0)) if begins else (elements[:-1], elements[-1])
        for x, w in zip(factors[:count], factors[count:], strict=True):
            sum_ = Scalar(math.fma(x.value, w.value, sum_.value))
        return sum_

    rank = len(out)
    return generic(rank, reads, [Out(total.type, tuple(range(rank)), None if begins else total)], body)[0]


def _in_order(op: ir.OpView) -> list[ir.Value] | None:
    *_, total = op.operation.operands
    if not isinstance(total.type.element_type, ir.F32Type):
        return None
    *read, given = (_positions(ir.AffineMapAttr(a).value) for a in linalg.get_indexing_maps(op.operation))
    operands = list(op.operation.operands)[:2]
    (summed,) = set(read[0]) - set(given)
    length = operands[0].type.shape[read[0].index(summed)]
    operands = [_summed_first(value, dims, summed) for value, dims in zip(operands, read, strict=True)]
    done = min(_CHUNK, length)
    if done:
        total = _added(operands, given, 0, done, total)
    whole = (length - done) // _CHUNK
    if whole:
        turn = lambda number, sum_: [_added(operands, given, number * _CHUNK + done, _CHUNK, sum_)]  # noqa: E731
        (total,) = repeat(whole, [total], turn)
    if rest := (length - done) % _CHUNK:
        total = _added(operands, given, length - rest, rest, total)
    return [total]


@dataclass(frozen=True)
class FungibleOrderProducts(Pass):
    """Writes products of matrices as chains of fused multiply-adds, in modules with exact numerics.

        linalg.matmul ins(%x, %w : tensor<4x64xf32>, tensor<64x5xf32>) outs(%zero : tensor<4x5xf32>)

    becomes a loop over fours of the summed dimension, each turn a `linalg.generic` without reductions whose body is

          %1 = math.fma %x0, %w0, %total
          %2 = math.fma %x1, %w1, %1
          ...

    For targets whose own products add in another order or are not fused. Modules with other numerics stay as they are.
    """

    name = "fungible-order-products"

    def run(self, module: ir.Operation) -> None:
        if _numerics.is_exact(module):
            apply(module, dict.fromkeys(PRODUCTS, _in_order))
