"""Householder's reflections, one at a turn; see LAPACK's geqrf, larfg and ormqr.

Matrices are `[batch, rows, columns]`.
"""

from torch_mlir import ir

from ._elimination import at, place
from ._linalg import At, Out, filled, generic, index, pointwise, sum_, tensor_type
from ._loops import repeat
from ._positions import positions
from ._scalar import absolute, constant, int32, maximum, select, sqrt


def _column(values: ir.Value, j) -> list[ir.Value]:
    """The length of column j below the diagonal, and its element on it, `[b]` each.

    The length is scaled, so that no square overflows or vanishes. The element is a sum of one term: IREE 3.13 does not
    vectorize reads from one place ("requires all operands to have the same type").
    """
    batch, rows, _ = values.type.shape
    type_ = tensor_type([batch], values.type.element_type)
    numbers = At(positions(rows), (1,))

    def element(row):
        return select(row.gt(j), at(values, row, j), 0.0)

    largest = generic(2, [numbers], [Out(type_, (0,), 0)], lambda row, x: maximum(x, absolute(element(row))))[0]

    def add(row, scale, total, head):
        x = element(row) / select(scale.gt(0.0), scale, 1.0)
        return [total + x * x, head + select(row.eq(j), at(values, row, j), 0.0)]

    total, head = generic(2, [numbers, At(largest, (0,))], [Out(type_, (0,), 0), Out(type_, (0,), 0)], add)
    return [pointwise(type_, [total, largest], lambda total, scale: sqrt(total) * scale), head]


def _reflection(values: ir.Value, j) -> list[ir.Value]:
    """What makes column j zero below the diagonal: the new diagonal, tau, and the factor from column to v.

    `[b]` each.
    """
    type_ = tensor_type([values.type.shape[0]], values.type.element_type)

    def body(length, head):
        top = maximum(absolute(head), length)
        a, b = (x / select(top.gt(0.0), top, 1.0) for x in (head, length))
        whole = sqrt(a * a + b * b) * top
        new = select(head.ge(0.0), -whole, whole)
        nothing = length.eq(0.0)
        zero, one = constant(head.type, 0), constant(head.type, 1)
        return [
            select(nothing, head, new),
            select(nothing, zero, (new - head) / select(nothing, one, new)),
            select(nothing, one, 1.0 / (head - new)),
        ]

    return generic(1, [At(x, (0,)) for x in _column(values, j)], [Out(type_, (0,))] * 3, body)


def qr(input_: ir.Value) -> list[ir.Value]:
    """The triangle with the reflections below it, and tau."""
    batch, rows, columns = input_.type.shape
    steps = min(rows, columns)
    taus = filled(tensor_type([batch, steps], input_.type.element_type), 0)
    row_type = tensor_type([batch, columns], input_.type.element_type)

    def reflect(j, left, taus):
        diagonal, tau, scale = _reflection(left, j)

        def project(row, scale, total):
            v = select(row.gt(j), at(left, row, j) * scale, select(row.eq(j), constant(scale.type, 1), 0.0))
            return total + v * at(left, row, index(1).to(int32()))

        # Domain: batch, column, row.
        inputs = [At(positions(rows), (2,)), At(scale, (0,))]
        projections = generic(3, inputs, [Out(row_type, (0, 1), 0)], project)[0]

        def body(x, projection, diagonal, tau, scale):
            row, column = place()
            v = select(row.gt(j), at(left, row, j) * scale, 1.0)
            own = select(row.eq(j), diagonal, select(row.gt(j), x * scale, x))
            rest = select(row.ge(j), x - tau * v * projection, x)
            return select(column.gt(j), rest, select(column.eq(j), own, x))

        inputs = [At(left, (0, 1, 2)), At(projections, (0, 2)), *(At(x, (0,)) for x in (diagonal, tau, scale))]
        marked = pointwise(
            taus.type, [At(taus, (0, 1)), At(tau, (0,))], lambda x, tau: select(index(1).to(int32()).eq(j), tau, x)
        )
        return [pointwise(left.type, inputs, body), marked]

    return repeat(steps, [input_, taus], reflect)


def reflect(reflectors: ir.Value, taus: ir.Value, other: ir.Value, transposed: bool) -> ir.Value:
    """The product of all reflections with a matrix."""
    batch, rows, columns = other.type.shape
    steps = taus.type.shape[1]
    row_type = tensor_type([batch, columns], other.type.element_type)

    def apply(turn, left):
        j = turn if transposed else (steps - 1) - turn

        def vector(row):
            x = at(reflectors, row, j)
            return select(row.gt(j), x, select(row.eq(j), constant(x.type, 1), 0.0))

        def project(row, total):
            return total + vector(row) * at(left, row, index(1).to(int32()))

        projections = generic(3, [At(positions(rows), (2,))], [Out(row_type, (0, 1), 0)], project)[0]

        tau = sum_(pointwise(taus.type, [taus], lambda x: select(index(1).to(int32()).eq(j), x, 0.0)), (1,))

        def body(x, projection, tau):
            row, _ = place()
            return x - tau * vector(row) * projection

        inputs = [At(left, (0, 1, 2)), At(projections, (0, 2)), At(tau, (0,))]
        return [pointwise(left.type, inputs, body)]

    return repeat(steps, [other], apply)[0]
