"""Matrices with any leading dimensions as `[batch, rows, columns]`, for our operators on them."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from .. import matrix_operators  # noqa: F401  defines the operators

_ops = torch.ops.fungible


def flat(matrix: Tensor) -> Tensor:
    """One batch dimension."""
    if matrix.dim() == 3:
        return matrix.contiguous()
    return matrix.reshape(math.prod(matrix.shape[:-2]), *matrix.shape[-2:])


def together(*matrices: Tensor) -> list[Tensor]:
    """All with the same leading dimensions, by broadcasting."""
    leading = torch.broadcast_shapes(*(matrix.shape[:-2] for matrix in matrices))
    return [matrix.expand(*leading, *matrix.shape[-2:]) for matrix in matrices]


def _batched(operator: Callable, *matrices: Tensor, flags: tuple[bool, ...] = ()) -> list[Tensor]:
    leading = matrices[0].shape[:-2]
    found = operator(*(flat(matrix) for matrix in matrices), *flags)
    found = found if isinstance(found, (tuple, list)) else [found]
    return [result.reshape(*leading, *result.shape[1:]) for result in found]


def eye(like: Tensor, rows: int, columns: int | None = None) -> Tensor:
    """The identity matrix in the dtype of `like`."""
    columns = rows if columns is None else columns
    row, column = torch.arange(rows, dtype=torch.int32), torch.arange(columns, dtype=torch.int32)
    return (row.unsqueeze(1) == column).to(like.dtype)


def batched_eye(like: Tensor, rows: int, columns: int | None = None) -> Tensor:
    """One for each matrix of `like`."""
    columns = rows if columns is None else columns
    return eye(like, rows, columns).expand(*like.shape[:-2], rows, columns)


def product(left: Tensor, right: Tensor) -> Tensor:
    """Products of matrices in their own precision, with broadcasting."""
    return torch.matmul(left, right)


def lower(matrix: Tensor, diagonal: int = 0) -> Tensor:
    """What is on and below a diagonal; the rest is zero, whatever it held."""
    row = torch.arange(matrix.size(-2), dtype=torch.int32).unsqueeze(1)
    column = torch.arange(matrix.size(-1), dtype=torch.int32)
    return torch.where(column <= row + diagonal, matrix, 0.0)


def upper(matrix: Tensor, diagonal: int = 0) -> Tensor:
    """What is on and above a diagonal."""
    row = torch.arange(matrix.size(-2), dtype=torch.int32).unsqueeze(1)
    column = torch.arange(matrix.size(-1), dtype=torch.int32)
    return torch.where(column >= row + diagonal, matrix, 0.0)


def diagonal(matrix: Tensor) -> Tensor:
    """The main diagonal, by a sum over rows that is exact."""
    size = min(matrix.shape[-2:])
    square = matrix.narrow(-2, 0, size).narrow(-1, 0, size)
    return torch.where(eye(matrix, size) > 0.5, square, 0.0).sum(-2)


def cholesky(matrix: Tensor) -> Tensor:
    return _batched(_ops.cholesky, matrix)[0]


def solve_triangular(matrix: Tensor, right: Tensor, is_upper: bool, unitriangular: bool = False) -> Tensor:
    """X of `matrix @ X = right`; leading dimensions are broadcast."""
    matrix, right = together(matrix, right)
    if 0 in right.shape:
        return torch.zeros_like(right)
    return _batched(_ops.solve_triangular, matrix, right, flags=(is_upper, unitriangular))[0]


def lu(matrix: Tensor, pivot: bool = True) -> list[Tensor]:
    """Factors, pivots and permutation; see `fungible::lu`."""
    return _batched(_ops.lu, matrix, flags=(pivot,))


def qr(matrix: Tensor) -> list[Tensor]:
    """Reflectors and tau."""
    return _batched(_ops.qr, matrix)


def reflect(reflectors: Tensor, tau: Tensor, other: Tensor, transposed: bool = False) -> Tensor:
    """The product of the reflections with `other`."""
    leading = other.shape[:-2]
    taus = tau.reshape(math.prod(leading), tau.size(-1))
    return _ops.reflect(flat(reflectors), taus, flat(other), transposed).reshape(other.shape)


def eigh(matrix: Tensor) -> list[Tensor]:
    """Values and vectors in ascending order."""
    values, vectors = _batched(_ops.eigh, matrix)
    values, order = torch.sort(values, dim=-1)
    return [values, columns_at(vectors, order)]


def orthogonalize(matrix: Tensor) -> list[Tensor]:
    """Products and rotations."""
    return _batched(_ops.orthogonalize, matrix)


def columns_at(matrix: Tensor, order: Tensor) -> Tensor:
    """The columns in another order, `[..., n]`."""
    return matrix.gather(-1, order.unsqueeze(-2).expand(matrix.shape))


def rows_at(matrix: Tensor, order: Tensor) -> Tensor:
    """The rows in another order, `[..., m]`."""
    return matrix.gather(-2, order.unsqueeze(-1).expand(matrix.shape))
