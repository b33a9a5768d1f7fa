"""Factorizations of matrices, and what is solved with them.

Matrices are batches of rank 3, `[batch, rows, columns]`, of f32 or f64. Each op is a loop over the columns, or
over rotations, so that the size of its code does not depend on the size of the matrices.
"""

from torch_mlir import ir

from .._base import Bool, Operand, Pure, Result, Tensor, expect, expect_shape, ranked
from .numerics import RoundingOp


class _MatrixOp(RoundingOp):
    """Shared checks."""

    def _matrices(self, number: int, name: str) -> ir.RankedTensorType:
        type_ = ranked(self.operation.operands[number], name)
        expect(type_.rank == 3, f"expects {name} to be a batch of matrices of rank 3, but it is {type_}")
        expect(str(type_.element_type) in ("f32", "f64"), f"expects {name} of f32 or f64, but it is {type_}")
        return type_

    def _square(self, number: int, name: str) -> ir.RankedTensorType:
        type_ = self._matrices(number, name)
        expect(type_.shape[1] == type_.shape[2], f"expects {name} to hold square matrices, but it is {type_}")
        return type_

    def _result(self, number: int, name: str, shape: list[int], element: str) -> None:
        type_ = expect_shape(self.operation.results[number], name, shape)
        expect(str(type_.element_type) == element, f"expects {name} of {element}, but it is {type_}")


class CholeskyOp(_MatrixOp, name="cholesky", traits=[Pure]):
    """The lower triangular factor of a positive definite matrix: `input = factor * factor^T`.

    The lower triangle of the input is read alone. Where the matrix is not positive definite, the factor is NaN
    from the first such row on.
    Operand: input `[b, n, n]`. Result like it.
    Source: `torch.linalg.cholesky_ex`.
    """

    input: Operand[Tensor]
    factor: Result[Tensor]

    def check(self) -> None:
        type_ = self._square(0, "input")
        self._result(0, "factor", list(type_.shape), str(type_.element_type))


class SolveTriangularOp(_MatrixOp, name="solve_triangular", traits=[Pure]):
    """The solution of `matrix * solution = right`, by substitution.

    The lower triangle of the matrix is read alone, or if `upper` the upper one; if `unitriangular`, its diagonal is
    taken to be 1. A zero on the diagonal gives infinities and NaN.
    Operands: matrix `[b, n, n]`, right `[b, n, m]`. Result: like right.
    Source: `torch.linalg.solve_triangular`.
    """

    matrix: Operand[Tensor]
    right: Operand[Tensor]
    solution: Result[Tensor]
    upper: Bool
    unitriangular: Bool

    def check(self) -> None:
        matrix, right = self._square(0, "matrix"), self._matrices(1, "right")
        fits = list(matrix.shape[:2]) == list(right.shape[:2]) and matrix.element_type == right.element_type
        expect(fits, f"expects right to fit matrix {matrix}, but it is {right}")
        self._result(0, "solution", list(right.shape), str(right.element_type))


class LuOp(_MatrixOp, name="lu", traits=[Pure]):
    """Gaussian elimination: `P * input = L * U`, L with a diagonal of 1.

    `factors` holds L below the diagonal and U from it on. If `pivot`, each step swaps the row of its number with the
    one below that has the largest element in the column; `pivots` holds that row, counted from 1. Row i of
    `P * input` is row `permutation[i]` of the input, counted from 0.
    Operand: input `[b, m, n]`. Results: factors like it, pivots `[b, min(m, n)]` and permutation `[b, m]` of i32.
    Source: `torch.linalg.lu_factor_ex` (LAPACK's getrf).
    """

    input: Operand[Tensor]
    factors: Result[Tensor]
    pivots: Result[Tensor]
    permutation: Result[Tensor]
    pivot: Bool

    def check(self) -> None:
        type_ = self._matrices(0, "input")
        batch, rows, columns = type_.shape
        self._result(0, "factors", [batch, rows, columns], str(type_.element_type))
        self._result(1, "pivots", [batch, min(rows, columns)], "i32")
        self._result(2, "permutation", [batch, rows], "i32")


class QrOp(_MatrixOp, name="qr", traits=[Pure]):
    """Householder's reflections that make a matrix upper triangular.

    `input = H_0 * H_1 * ... * R`, `H_j = I - tau_j * v_j * v_j^T`. `reflectors` holds R from the diagonal on, and
    below it column j holds `v_j` after its leading 1. The diagonal of R has the sign that LAPACK gives it.
    Operand: input `[b, m, n]`. Results: reflectors like it, tau `[b, min(m, n)]`.
    Source: `torch.geqrf` (LAPACK's geqrf and larfg).
    """

    input: Operand[Tensor]
    reflectors: Result[Tensor]
    tau: Result[Tensor]

    def check(self) -> None:
        type_ = self._matrices(0, "input")
        batch, rows, columns = type_.shape
        self._result(0, "reflectors", [batch, rows, columns], str(type_.element_type))
        self._result(1, "tau", [batch, min(rows, columns)], str(type_.element_type))


class ReflectOp(_MatrixOp, name="reflect", traits=[Pure]):
    """`H_0 * H_1 * ... * other`, for the reflections of `fungible.qr`; if `transposed`, with the product's transpose.

    Operands: reflectors `[b, m, k]`, of which the part below the diagonal is read; tau `[b, l]`, l at most k;
    other `[b, m, n]`. Result like other.
    Source: `torch.ormqr`.
    """

    reflectors: Operand[Tensor]
    tau: Operand[Tensor]
    other: Operand[Tensor]
    output: Result[Tensor]
    transposed: Bool

    def check(self) -> None:
        reflectors, other = self._matrices(0, "reflectors"), self._matrices(2, "other")
        tau = ranked(self.operation.operands[1], "tau")
        fits = (
            list(reflectors.shape[:2]) == list(other.shape[:2])
            and tau.rank == 2
            and tau.shape[0] == reflectors.shape[0]
            and tau.shape[1] <= min(reflectors.shape[1:])
            and tau.element_type == reflectors.element_type == other.element_type
        )
        expect(fits, f"expects tau and other to fit reflectors {reflectors}, but they are {tau} and {other}")
        self._result(0, "output", list(other.shape), str(other.element_type))


class EighOp(_MatrixOp, name="eigh", traits=[Pure]):
    """Eigenvalues and eigenvectors of a symmetric matrix: `input * vectors = vectors * diag(values)`, in no order.

    By Jacobi's method: sweeps of rotations in disjoint pairs, as many as rounding needs for matrices of that size.
    Operand: input `[b, n, n]`, symmetric. Results: values `[b, n]`, vectors `[b, n, n]`, orthogonal.
    Source: `torch.linalg.eigh`; Golub, Van Loan, "Matrix computations", 8.5.
    """

    input: Operand[Tensor]
    values: Result[Tensor]
    vectors: Result[Tensor]

    def check(self) -> None:
        type_ = self._square(0, "input")
        self._result(0, "values", list(type_.shape[:2]), str(type_.element_type))
        self._result(1, "vectors", list(type_.shape), str(type_.element_type))


class OrthogonalizeOp(_MatrixOp, name="orthogonalize", traits=[Pure]):
    """Rotations of the columns that make them orthogonal: `products = input * rotations`.

    The lengths of the columns of `products` are the singular values of the input, in no order, and `rotations`
    holds its right singular vectors. By the one-sided Jacobi method, which finds small singular values with
    their digits.
    Operand: input `[b, m, n]`. Results: products like it, rotations `[b, n, n]`, orthogonal.
    Source: Hestenes, "Inversion of matrices by biorthogonalization and related results", 1958.
    """

    input: Operand[Tensor]
    products: Result[Tensor]
    rotations: Result[Tensor]

    def check(self) -> None:
        type_ = self._matrices(0, "input")
        batch, _, columns = type_.shape
        self._result(0, "products", list(type_.shape), str(type_.element_type))
        self._result(1, "rotations", [batch, columns, columns], str(type_.element_type))
