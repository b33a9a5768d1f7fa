"""Operators on matrices that the dialect keeps whole: factorizations, and what is solved with them.

    fungible::cholesky            the lower triangular factor of a positive definite matrix
    fungible::solve_triangular    substitution
    fungible::lu                  Gaussian elimination
    fungible::qr                  Householder's reflections, as LAPACK's geqrf makes them
    fungible::reflect             their product with a matrix
    fungible::eigh                eigenvalues and eigenvectors of a symmetric matrix, in no order
    fungible::orthogonalize       rotations of columns that make them orthogonal

Matrices are `[batch, rows, columns]`, float32 or float64. Decompositions make them, after autograd,
so that they have no derivatives. The CPU kernels serve the tests.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .registration import register

SCHEMAS = {
    "cholesky": "(Tensor input) -> Tensor",
    "solve_triangular": "(Tensor matrix, Tensor right, bool upper, bool unitriangular) -> Tensor",
    "lu": "(Tensor input, bool pivot) -> (Tensor, Tensor, Tensor)",
    "qr": "(Tensor input) -> (Tensor, Tensor)",
    "reflect": "(Tensor reflectors, Tensor tau, Tensor other, bool transposed) -> Tensor",
    "eigh": "(Tensor input) -> (Tensor, Tensor)",
    "orthogonalize": "(Tensor input) -> (Tensor, Tensor)",
}


def cholesky(input: Tensor) -> Tensor:
    """The lower factor; the lower triangle of the input is read alone."""
    return torch.linalg.cholesky_ex(input.tril())[0].contiguous()


def solve_triangular(matrix: Tensor, right: Tensor, upper: bool, unitriangular: bool) -> Tensor:
    """X of `matrix @ X = right`."""
    return torch.linalg.solve_triangular(matrix, right, upper=upper, unitriangular=unitriangular).contiguous()


def lu(input: Tensor, pivot: bool) -> tuple[Tensor, Tensor, Tensor]:
    """L below the diagonal and U from it on; pivots `[b, min(m, n)]` from 1; and the permutation that they make.

    `permutation` is `[b, m]`: row i of `L @ U` is row `permutation[i]` of the input. Pivots and permutation are int32."""
    factors, pivots, _ = torch.linalg.lu_factor_ex(input, pivot=pivot)
    permutation = torch.empty(input.shape[:2], dtype=torch.int32)
    for b, row in enumerate(pivots.tolist()):
        order = list(range(input.size(1)))
        for i, p in enumerate(row):
            order[i], order[p - 1] = order[p - 1], order[i]
        permutation[b] = torch.tensor(order, dtype=torch.int32)
    return factors.contiguous(), pivots.contiguous(), permutation


def qr(input: Tensor) -> tuple[Tensor, Tensor]:
    """R from the diagonal on and the reflections below it; tau `[b, min(m, n)]`."""
    reflectors, tau = torch.geqrf(input)
    return reflectors.contiguous(), tau.contiguous()


def reflect(reflectors: Tensor, tau: Tensor, other: Tensor, transposed: bool) -> Tensor:
    """`Q @ other`, or `Q.mT @ other`, Q being the product of the reflections, a square matrix."""
    return torch.ormqr(reflectors[..., : tau.size(-1)], tau, other, transpose=transposed).contiguous()


def eigh(input: Tensor) -> tuple[Tensor, Tensor]:
    """Values `[b, n]` and vectors `[b, n, n]` of a symmetric matrix."""
    values, vectors = torch.linalg.eigh(input)
    return values.contiguous(), vectors.contiguous()


def orthogonalize(input: Tensor) -> tuple[Tensor, Tensor]:
    """`input @ V` and V, orthogonal, such that the columns of the first are orthogonal."""
    vectors = torch.linalg.svd(input, full_matrices=True)[2].mT.contiguous()
    return torch.bmm(input, vectors), vectors


def _lu_fake(input: Tensor, pivot: bool) -> tuple[Tensor, Tensor, Tensor]:
    batch, rows, columns = input.shape
    pivots = input.new_empty([batch, min(rows, columns)], dtype=torch.int32)
    return input.new_empty(input.shape), pivots, input.new_empty([batch, rows], dtype=torch.int32)


_KERNELS = {
    "cholesky": cholesky,
    "solve_triangular": solve_triangular,
    "lu": lu,
    "qr": qr,
    "reflect": reflect,
    "eigh": eigh,
    "orthogonalize": orthogonalize,
}
_FAKES = {
    "cholesky": lambda input: input.new_empty(input.shape),
    "solve_triangular": lambda matrix, right, *_: right.new_empty(right.shape),
    "lu": _lu_fake,
    "qr": lambda input: (input.new_empty(input.shape), input.new_empty([input.size(0), min(input.shape[1:])])),
    "reflect": lambda reflectors, tau, other, _: other.new_empty(other.shape),
    "eigh": lambda input: (input.new_empty(input.shape[:2]), input.new_empty(input.shape)),
    "orthogonalize": lambda input: (
        input.new_empty(input.shape),
        input.new_empty([input.size(0), input.size(2), input.size(2)]),
    ),
}


# A reload runs this again in the same namespace, and an operator is defined once a process.
if "_LIBRARY" not in globals():
    _LIBRARY = register(SCHEMAS, _KERNELS, _FAKES)
