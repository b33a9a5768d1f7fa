"""The lattice of connectionist temporal classification to linalg: one turn of a loop for each time."""

from math import inf

from torch_mlir import ir
from torch_mlir.dialects import tensor

from ..._linalg import At, extract, filled, index, like, pointwise, reshape
from ..._loops import repeat
from ..._scalar import Scalar, constant, exp, int32, log, maximum, select


def _log_sum(terms: list[Scalar]) -> Scalar:
    """The logarithm of the sum of exponents; minus infinity where all terms are that."""
    top = terms[0]
    for term in terms[1:]:
        top = maximum(top, term)
    base = select(top.eq(-inf), constant(top.type, 0), top)
    total = exp(terms[0] - base)
    for term in terms[1:]:
        total = total + exp(term - base)
    return log(total) + base


def _lattice(op: ir.OpView) -> list[ir.Value]:
    emissions, entries, skips = op.operation.operands
    type_ = op.operation.results[0].type
    times, *plane = type_.shape
    row = like(emissions, plane)
    if 0 in type_.shape:
        return [filled(type_, 0)]

    def turn(number: Scalar, before: ir.Value, sums: ir.Value) -> list[ir.Value]:
        time = number.to(ir.IndexType.get())

        def earlier(distance: int) -> Scalar:
            state = index(1).to(int32()) - distance
            inside = maximum(state, 0).to(ir.IndexType.get())
            return select(state.lt(0), constant(row.element_type, -inf), extract(before, index(0), inside))

        def path(skip: Scalar) -> Scalar:
            emission, entry = (extract(value, time, index(0), index(1)) for value in (emissions, entries))
            return emission + _log_sum([entry, earlier(0), earlier(1), earlier(2) + skip])

        now = pointwise(row, [At(skips, (0, 1))], path)
        dynamic = ir.ShapedType.get_dynamic_stride_or_offset()
        sums = tensor.insert_slice(
            reshape(now, [1, *plane]), sums, [time.value], [], [], [dynamic, 0, 0], [1, *plane], [1, 1, 1]
        )
        return [now, sums]

    return [repeat(times, [filled(row, -inf), filled(type_, 0)], turn)[1]]


LOWERINGS = {"fungible.ctc_lattice": _lattice}
