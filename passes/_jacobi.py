"""Jacobi's methods: rotations of two columns at a time, all disjoint pairs of a round at once.

A round pairs all columns, and a sweep of rounds pairs each two of them once, as in a tournament (Brent, Luk, "The
solution of singular-value and symmetric eigenvalue problems on multiprocessor arrays", 1985).
Matrices are `[batch, rows, columns]`.
"""

from collections.abc import Callable

from torch_mlir import ir
from torch_mlir.dialects import arith

from ._elimination import at, place
from ._linalg import At, Out, generic, index, pointwise, tensor_type
from ._loops import repeat
from ._scalar import Scalar, absolute, constant, int32, maximum, minimum, select, sqrt


def _sweeps(count: int, element: ir.Type) -> int:
    """Convergence is quadratic, after about log2(count) sweeps that prepare it."""
    return (5 if element.width == 32 else 7) + count.bit_length()


def _remainder(x: Scalar, divisor: int) -> Scalar:
    return Scalar(arith.remui(x.value, constant(x.type, divisor).value))


def _partner(column: Scalar, turn: Scalar, count: int) -> Scalar:
    """Whom a column meets in a round; itself where it pauses."""
    even = count + count % 2
    other = _remainder(turn - column + (even - 1), even - 1)
    other = select(other.eq(column), constant(int32(), even - 1), other)
    other = select(column.eq(even - 1), _remainder(turn * (even // 2), even - 1), other)
    return select(other.ge(count), column, other)


def _rotation(column: Scalar, partner: Scalar, first: Scalar, second: Scalar, mixed: Scalar) -> list[Scalar]:
    """Cosine, the sine with which the partner's column is added, and what the diagonal gains.

    `first` and `second` are the diagonal of the symmetric 2x2 matrix to be made diagonal, in order of
    the columns, `mixed` the element beside it. Golub, Van Loan, 8.5.2: the smaller of both angles.
    """
    nothing = mixed.eq(0.0) | column.eq(partner)
    ratio = (second - first) / (2.0 * select(nothing, mixed * 0.0 + 1.0, mixed))
    tangent = 1.0 / (absolute(ratio) + sqrt(1.0 + ratio * ratio))
    tangent = select(ratio.ge(0.0), tangent, -tangent)
    tangent = select(nothing, mixed * 0.0, tangent)
    cosine = 1.0 / sqrt(1.0 + tangent * tangent)
    tangent = select(column.lt(partner), -tangent, tangent)
    return [cosine, tangent * cosine, tangent * mixed]


def _pairs(count: int, values: list[ir.Value], turn: Callable) -> list[ir.Value]:
    """All rounds of all sweeps."""
    rounds = count + count % 2 - 1
    sweeps = _sweeps(count, values[0].type.element_type)
    return repeat(sweeps, values, lambda _, *carried: repeat(rounds, carried, turn))


def _turned(x: Scalar, other: Scalar, cosine: Scalar, sine: Scalar) -> Scalar:
    """`cosine * x + sine * other`, from the small difference to x (Rutishauser, 1966), which rounds less."""
    return x + sine * (other - sine / (1.0 + cosine) * x)


def _rotated(values: ir.Value, rotations: list[ir.Value], partner: Callable[[Scalar], Scalar]) -> ir.Value:
    """The columns, each with its partner's part."""

    def body(x, cosine, sine):
        row, column = place()
        return _turned(x, at(values, row, partner(column)), cosine, sine)

    inputs = [At(values, (0, 1, 2)), *(At(x, (0, 2)) for x in rotations)]
    return pointwise(values.type, inputs, body)


def _identity(batch: int, count: int, element: ir.Type) -> ir.Value:
    def body():
        row, column = place()
        return select(row.eq(column), constant(element, 1), 0.0)

    return pointwise(tensor_type([batch, count, count], element), [], body)


def eigh(input_: ir.Value) -> list[ir.Value]:
    """Eigenvalues `[b, n]` and eigenvectors of a symmetric matrix."""
    batch, count, _ = input_.type.shape
    row_type = tensor_type([batch, count], input_.type.element_type)

    def turn(number, matrix, vectors):
        def partner(column):
            return _partner(column, number, count)

        def rotate():
            column = index(1).to(int32())
            low, high = minimum(column, partner(column)), maximum(column, partner(column))
            return _rotation(
                column, partner(column), at(matrix, low, low), at(matrix, high, high), at(matrix, low, high)
            )

        rotations = generic(2, [], [Out(row_type, (0, 1))] * 3, rotate)
        cosines, sines, gains = rotations

        def body(x, c_row, s_row, c_column, s_column, gain):
            row, column = place()
            own = _turned(x, at(matrix, row, partner(column)), c_column, s_column)
            other = at(matrix, partner(row), partner(column))
            other = _turned(at(matrix, partner(row), column), other, c_column, s_column)
            met = partner(row).eq(column) & row.ne(column)
            rest = select(met, constant(x.type, 0), _turned(own, other, c_row, s_row))
            return select(row.eq(column), x + gain, rest)

        inputs = [At(matrix, (0, 1, 2)), At(cosines, (0, 1)), At(sines, (0, 1)), At(cosines, (0, 2)),
                  At(sines, (0, 2)), At(gains, (0, 1))]  # fmt: skip
        return [pointwise(matrix.type, inputs, body), _rotated(vectors, [cosines, sines], partner)]

    vectors = _identity(batch, count, input_.type.element_type)
    matrix, vectors = _pairs(count, [input_, vectors], turn) if count > 1 else (input_, vectors)

    def diagonal():
        column = index(1).to(int32())
        return at(matrix, column, column)

    return [pointwise(row_type, [], diagonal), vectors]


def orthogonalize(input_: ir.Value) -> list[ir.Value]:
    """The matrix with orthogonal columns, and the rotations that made it so."""
    batch, _, count = input_.type.shape
    row_type = tensor_type([batch, count], input_.type.element_type)

    def turn(number, products, vectors):
        def partner(column):
            return _partner(column, number, count)

        def dots(x, square, mixed):
            column, row = index(1).to(int32()), index(2).to(int32())
            return [square + x * x, mixed + x * at(products, row, partner(column))]

        # Domain: batch, column, row.
        outputs = [Out(row_type, (0, 1), 0), Out(row_type, (0, 1), 0)]
        squares, mixed = generic(3, [At(products, (0, 2, 1))], outputs, dots)

        def rotate(mixed):
            column = index(1).to(int32())
            low, high = minimum(column, partner(column)), maximum(column, partner(column))
            return _rotation(column, partner(column), at(squares, low), at(squares, high), mixed)[:2]

        rotations = generic(2, [At(mixed, (0, 1))], [Out(row_type, (0, 1))] * 2, rotate)
        return [_rotated(value, rotations, partner) for value in (products, vectors)]

    vectors = _identity(batch, count, input_.type.element_type)
    return _pairs(count, [input_, vectors], turn) if count > 1 else [input_, vectors]
