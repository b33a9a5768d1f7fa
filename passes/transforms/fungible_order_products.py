"""fungible-order-products"""

from collections.abc import Sequence
from dataclasses import dataclass

from torch_mlir import ir
from torch_mlir.dialects import linalg, math, scf

from .. import _numerics
from .._linalg import PRODUCTS, Out, extract, generic, index, is_zero, joined, like, rows
from .._pass import Pass
from .._places import places
from .._rewrite import apply
from .._scalar import Scalar, constant
from .._sequential import sizes_of

#: Chains side by side in a kernel, of as many parts of the columns, and steps of each in a turn of its loop.
_CHAINS, _STEPS = (4, 2), 2


@dataclass(frozen=True)
class _Product:
    """total[rows, column] + sum over `summed` of x * w, each step fused; `given` are the dimensions of the result."""

    operands: list[tuple[ir.Value, ir.AffineMap]]
    total: ir.Value
    given: list[int]
    summed: int
    length: int

    @classmethod
    def of(cls, op: ir.OpView) -> "_Product":
        maps = [ir.AffineMapAttr(attribute).value for attribute in linalg.get_indexing_maps(op.operation)]
        if not all(isinstance(e, ir.AffineDimExpr) for map_ in maps for e in map_.results):
            raise ValueError("an operand is broadcast or indexed by an expression")
        operands = list(zip(op.operation.operands, maps, strict=True))
        sizes = sizes_of(operands)
        given = [e.position for e in maps[-1].results]
        (summed,) = set(range(len(sizes))) - set(given)
        return cls(operands[:2], op.operation.operands[2], given, summed, sizes[summed])

    def in_order(self) -> ir.Value:
        rank, columns = len(self.given), self.total.type.shape[-1]
        count = next((n for n in _CHAINS if columns % n == 0), 1)
        shape = [*self.total.type.shape[:-1], columns // count]
        begins = is_zero(self.total)
        starts = [None if begins else rows(self.total, number * shape[-1], shape[-1], rank - 1) for number in range(count)]
        outs = [Out(like(self.total, shape), tuple(range(rank)), start) for start in starts]

        def body(*sums: Scalar) -> list[Scalar]:
            # Zeros are the addends of steps in the open, where later passes see them: some devices would drop a zero
            # that they find by unrolling the loop.
            zeros = [constant(self.total.type.element_type, 0.0)] * count
            return self._chains(sums or zeros, shape[-1], _STEPS if begins else 0)

        parts = generic(rank, [], outs, body)
        return joined(parts, rank - 1)

    def _chains(self, sums: Sequence[Scalar], width: int, first: int) -> list[Scalar]:
        """The chains of columns `width` apart, where the kernel's iteration is; the `first` steps are before the loop."""
        at = {d: index(number) for number, d in enumerate(self.given)}
        column = at[self.given[-1]]
        columns = [column + number * width if number else column for number in range(len(sums))]

        def step(sums: Sequence[Scalar], place: Scalar) -> list[Scalar]:
            found = []
            for sum_, column in zip(sums, columns, strict=True):
                here = {**at, self.given[-1]: column, self.summed: place}
                indices = [here[d] for d in range(len(here))]
                x, w = (extract(value, *places(map_, indices)) for value, map_ in self.operands)
                found.append(Scalar(math.fma(x.value, w.value, sum_.value)))
            return found

        type_ = ir.IndexType.get()
        whole = self.length - self.length % _STEPS
        for place in range(min(first, self.length)):
            sums = step(sums, constant(type_, place))
        if first < whole:
            bounds = (constant(type_, bound).value for bound in (first, whole, _STEPS))
            loop = scf.ForOp(*bounds, [sum_.value for sum_ in sums])
            with ir.InsertionPoint(loop.body):
                turn = [Scalar(x) for x in loop.inner_iter_args]
                for number in range(_STEPS):
                    turn = step(turn, Scalar(loop.induction_variable) + number)
                scf.YieldOp([sum_.value for sum_ in turn])
            sums = [Scalar(result) for result in loop.results]
        for place in range(max(first, whole), self.length):
            sums = step(sums, constant(type_, place))
        return list(sums)


def _in_order(op: ir.OpView) -> list[ir.Value] | None:
    if not isinstance(op.operation.operands[2].type.element_type, ir.F32Type):
        return None
    return [_Product.of(op).in_order()]


@dataclass(frozen=True)
class FungibleOrderProducts(Pass):
    """Writes products of matrices as chains of fused multiply-adds, in modules with exact numerics.

        linalg.matmul ins(%x, %w : tensor<4x64xf32>, tensor<64x8xf32>) outs(%zero : tensor<4x8xf32>)

    becomes a `linalg.generic` without reductions and a result for each quarter of the columns. Its body is two steps of each
    sum, and a loop of the others:

          %sums:4 = scf.for %k = %c2 to %c64 step %c2 iter_args(%s0 = %1, ...) -> (f32, f32, f32, f32) {
            %x0 = tensor.extract %x[%i, %k] ...
            %n0 = math.fma %x0, %w0, %s0 ...

    Four chains beside each other share what they read and do not wait for one another.

    For targets whose own products add in another order or are not fused. Modules with other numerics stay as they are.
    """

    name = "fungible-order-products"

    def run(self, module: ir.Operation) -> None:
        if _numerics.is_exact(module):
            apply(module, dict.fromkeys(PRODUCTS, _in_order))
