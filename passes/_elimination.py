"""Factorizations and solutions by elimination, a column at a turn; each turn computes all elements in parallel.

Matrices are `[batch, rows, columns]`. Of larger steps in blocks, whose products would be faster, there are none.
"""

from torch_mlir import ir

from ._linalg import At, Out, extract, filled, generic, index, pointwise, tensor_type
from ._loops import repeat
from ._positions import positions
from ._scalar import Scalar, absolute, int32, maximum, minimum, select, sqrt


def place() -> tuple[Scalar, Scalar]:
    """Row and column of the element that a body computes, as i32."""
    return index(1).to(int32()), index(2).to(int32())


def at(value: ir.Value, *places: Scalar) -> Scalar:
    """An element of the body's own batch, at i32 places."""
    return extract(value, index(0), *(p.to(ir.IndexType.get()) for p in places))


def cholesky(input_: ir.Value) -> ir.Value:
    """The lower factor: column j of the factor is column j of what is left, over the root of its diagonal."""

    def eliminate(j, left):
        def body(x):
            row, column = place()
            product = at(left, row, j) * at(left, column, j) / at(left, j, j)
            return select(row.gt(j) & column.gt(j) & row.ge(column), x - product, x)

        return [pointwise(left.type, [left], body)]

    (left,) = repeat(max(input_.type.shape[1] - 1, 0), [input_], eliminate)

    def scale(x):
        row, column = place()
        root = sqrt(at(left, column, column))
        return select(row.gt(column), x / root, select(row.eq(column), root, 0.0))

    return pointwise(left.type, [left], scale)


def solve_triangular(matrix: ir.Value, right: ir.Value, upper: bool, unitriangular: bool) -> ir.Value:
    """Substitution: each turn takes the part of one unknown from all rows that are not solved yet."""
    count = matrix.type.shape[1]

    def unknown(x, row):
        return x if unitriangular else x / at(matrix, row, row)

    def substitute(turn, left):
        j = (count - 1) - turn if upper else turn

        def body(x):
            row, column = place()
            part = at(matrix, row, j) * unknown(at(left, j, column), j)
            return select(row.lt(j) if upper else row.gt(j), x - part, x)

        return [pointwise(left.type, [left], body)]

    (left,) = repeat(max(count - 1, 0), [right], substitute)
    return pointwise(left.type, [left], lambda x: unknown(x, place()[0]))


def _largest(values: ir.Value, j: Scalar) -> ir.Value:
    """For each of the batch the first row, of those from j on, with the largest element of column j; `[b]` of i32."""
    batch, rows, _ = values.type.shape
    numbers = At(positions(rows), (1,))

    def size(row):
        return absolute(at(values, row, j))

    def larger(row, largest):
        return maximum(largest, select(row.ge(j), size(row), 0.0))

    type_ = tensor_type([batch], values.type.element_type)
    largest = generic(2, [numbers], [Out(type_, (0,), 0)], larger)[0]

    def first(row, largest, found):
        return minimum(found, select(row.ge(j) & size(row).ge(largest), row, rows - 1))

    type_ = tensor_type([batch], int32())
    return generic(2, [numbers, At(largest, (0,))], [Out(type_, (0,), rows - 1)], first)[0]


def lu(input_: ir.Value, pivot: bool) -> list[ir.Value]:
    """The factors in one matrix, the pivots counted from 1, and the permutation that they make."""
    batch, rows, columns = input_.type.shape
    steps = min(rows, columns)
    pivots = filled(tensor_type([batch, steps], int32()), 0)
    permutation = pointwise(tensor_type([batch, rows], int32()), [], lambda: index(1).to(int32()))

    def eliminate(j, left, pivots, permutation):
        chosen = [At(_largest(left, j), (0,))] if pivot else []

        def source(row, best):
            return select(row.eq(j), best, select(row.eq(best), j, row))

        def body(best=j):
            row, column = place()
            taken = source(row, best)
            x, head, top = at(left, taken, column), at(left, taken, j), at(left, best, j)
            factor = select(top.eq(0.0), head, head / top)
            below = select(column.gt(j), x - factor * at(left, best, column), select(column.eq(j), factor, x))
            return select(row.gt(j), below, x)

        def mark(x, best=j):
            return select(index(1).to(int32()).eq(j), best + 1, x)

        def swap(best=j):
            return at(permutation, source(index(1).to(int32()), best))

        return [
            pointwise(left.type, chosen, body),
            pointwise(pivots.type, [pivots, *chosen], mark),
            pointwise(permutation.type, chosen, swap),
        ]

    return repeat(steps, [input_, pivots, permutation], eliminate)
