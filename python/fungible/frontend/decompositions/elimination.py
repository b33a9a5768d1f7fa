"""Equations and determinants, by triangular factors.

Where PyTorch raises an error because a matrix is singular, or not positive definite, a step has infinities or NaN:
it cannot stop in the middle. The `info` of the `_ex` functions is PyTorch's.
"""

from __future__ import annotations

import torch
from torch import Tensor

from . import batches
from .batches import diagonal, eye, lower, product, rows_at, solve_triangular, upper

_aten = torch.ops.aten


def _first(broken: Tensor) -> Tensor:
    """The number, from 1, of the first that is broken along the last dimension, or 0; int32."""
    size = broken.size(-1)
    number = torch.arange(1, size + 1, dtype=torch.float32)
    first = torch.where(broken, number, float(size + 1)).amin(-1)
    return torch.where(first > size, 0.0, first).to(torch.int32)


def _cholesky(input: Tensor, upper: bool = False) -> Tensor:
    if input.numel() == 0:
        return input.clone()
    factor = batches.cholesky(input.mT if upper else input)
    return factor.mT if upper else factor


def _cholesky_ex(input: Tensor, *, upper: bool = False, check_errors: bool = False) -> tuple[Tensor, Tensor]:
    if input.numel() == 0:
        return input.clone(), torch.zeros(input.shape[:-2], dtype=torch.int32)
    factor = _cholesky(input, upper)
    return factor, _first(~(diagonal(factor) > 0))


def _cholesky_inverse(input: Tensor, upper: bool = False) -> Tensor:
    inverse = solve_triangular(input, batches.batched_eye(input, input.size(-1)), upper)
    return product(inverse, inverse.mT) if upper else product(inverse.mT, inverse)


def _cholesky_solve(input: Tensor, factor: Tensor, upper: bool = False) -> Tensor:
    if upper:
        factor = factor.mT
    return solve_triangular(factor.mT, solve_triangular(factor, input, False), True)


def _solve_triangular(
    input: Tensor, right: Tensor, *, upper: bool, left: bool = True, unitriangular: bool = False
) -> Tensor:
    if not left:
        return solve_triangular(input.mT, right.mT, not upper, unitriangular).mT
    return solve_triangular(input, right, upper, unitriangular)


def _old_triangular_solve(
    right: Tensor, input: Tensor, upper: bool = True, transpose: bool = False, unitriangular: bool = False
) -> tuple[Tensor, Tensor]:
    right, input = batches.together(right, input)
    matrix = input.mT if transpose else input
    return solve_triangular(matrix, right, upper != transpose, unitriangular), input.clone()


def _lu_factor_ex(input: Tensor, *, pivot: bool = True, check_errors: bool = False) -> tuple[Tensor, Tensor, Tensor]:
    if input.numel() == 0:
        leading = input.shape[:-2]
        pivots = torch.zeros([*leading, min(input.shape[-2:])], dtype=torch.int32)
        return input.clone(), pivots, torch.zeros(leading, dtype=torch.int32)
    factors, pivots, _ = batches.lu(input, pivot)
    return factors, pivots, _first(diagonal(factors) == 0)


def _permutation_matrix(permutation: Tensor, like: Tensor) -> Tensor:
    """P of `input = P @ L @ U`."""
    numbers = torch.arange(permutation.size(-1), dtype=torch.int32)
    return (permutation.unsqueeze(-2) == numbers.unsqueeze(-1)).to(like.dtype)


def _permutation(pivots: Tensor, rows: int) -> Tensor:
    """The order of rows that swaps make, one after the other: `[..., k]` from 1 -> `[..., rows]` from 0.

    A swap is a permutation of places; the composition of all is taken in halves, as a product of matrices is.
    """
    count, numbers = pivots.size(-1), torch.arange(rows, dtype=torch.int32)
    if count == 0:
        return numbers.expand(*pivots.shape[:-1], rows)
    first = torch.arange(count, dtype=torch.int32).unsqueeze(-1)
    second = (pivots - 1).unsqueeze(-1)
    orders = torch.where(numbers == first, second, torch.where(numbers == second, first, numbers))
    while orders.size(-2) > 1:
        if orders.size(-2) % 2:
            last = numbers.expand(*orders.shape[:-2], 1, rows)
            orders = torch.cat((orders, last), -2)
        earlier, later = orders[..., 0::2, :], orders[..., 1::2, :]
        orders = earlier.gather(-1, later.to(torch.int64))
    return orders.squeeze(-2)


def _lower_unit(factors: Tensor) -> Tensor:
    rows, columns = factors.shape[-2:]
    count = min(rows, columns)
    return lower(factors.narrow(-1, 0, count), -1) + eye(factors, rows, count)


def _upper_part(factors: Tensor) -> Tensor:
    return upper(factors.narrow(-2, 0, min(factors.shape[-2:])))


def _lu(input: Tensor, *, pivot: bool = True) -> tuple[Tensor, Tensor, Tensor]:
    factors, _, permutation = batches.lu(input, pivot)
    p = _permutation_matrix(permutation, input) if pivot else input.new_zeros([0])
    return p, _lower_unit(factors), _upper_part(factors)


def _lu_unpack(
    factors: Tensor, pivots: Tensor, unpack_data: bool = True, unpack_pivots: bool = True
) -> tuple[Tensor, Tensor, Tensor]:
    nothing = factors.new_zeros([0])
    p = _permutation_matrix(_permutation(pivots, factors.size(-2)), factors) if unpack_pivots else nothing
    return (p, _lower_unit(factors), _upper_part(factors)) if unpack_data else (p, nothing, nothing)


def _solve_factored(factors: Tensor, permutation: Tensor, right: Tensor, transposed: bool = False) -> Tensor:
    """X of `A @ X = right`, or of `A.mT @ X = right`."""
    factors, right = batches.together(factors, right)
    permutation = permutation.expand(*factors.shape[:-2], permutation.size(-1)).to(torch.int64)
    if not transposed:
        return solve_triangular(factors, solve_triangular(factors, rows_at(right, permutation), False, True), True)
    found = solve_triangular(factors.mT, solve_triangular(factors.mT, right, False), True, True)
    return rows_at(found, permutation.argsort(-1))


def _lu_solve(factors: Tensor, pivots: Tensor, right: Tensor, *, left: bool = True, adjoint: bool = False) -> Tensor:
    permutation = _permutation(pivots, factors.size(-1))
    if not left:
        return _solve_factored(factors, permutation, right.mT, not adjoint).mT
    return _solve_factored(factors, permutation, right, adjoint)


def _inverse_ex(input: Tensor, *, check_errors: bool = False) -> tuple[Tensor, Tensor]:
    if input.numel() == 0:
        return input.clone(), torch.zeros(input.shape[:-2], dtype=torch.int32)
    factors, _, permutation = batches.lu(input)
    identity = batches.batched_eye(input, input.size(-1))
    return _solve_factored(factors, permutation, identity), _first(diagonal(factors) == 0)


def _solve_ex(
    input: Tensor, right: Tensor, *, left: bool = True, check_errors: bool = False
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    is_vector = right.dim() == 1 or (input.dim() - 1 == right.dim() and right.shape == input.shape[:-1])
    matrix = right.unsqueeze(-1) if is_vector else right
    if input.numel() == 0 or matrix.numel() == 0:
        leading = torch.broadcast_shapes(input.shape[:-2], matrix.shape[:-2])
        nothing = matrix.expand(*leading, *matrix.shape[-2:]).clone()
        return nothing.squeeze(-1) if is_vector else nothing, *_lu_factor_ex(input)
    factors, pivots, permutation = batches.lu(input)
    found = _solve_factored(factors, permutation, matrix if left else matrix.mT, not left)
    found = found if left else found.mT
    return found.squeeze(-1) if is_vector else found, factors, pivots, _first(diagonal(factors) == 0)


def _parity(pivots: Tensor, like: Tensor) -> Tensor:
    """1, or -1 where the number of swaps is odd."""
    own = torch.arange(1, pivots.size(-1) + 1, dtype=torch.int32)
    swaps = (pivots != own).to(torch.float32).sum(-1)
    return (1.0 - 2.0 * (swaps - 2.0 * torch.floor(swaps * 0.5))).to(like.dtype)


def _factors_for_determinant(input: Tensor) -> tuple[Tensor, Tensor]:
    """Factors and pivots, which the derivative uses: as PyTorch's, of the transpose of a contiguous matrix."""
    factors, pivots, _ = _lu_factor_ex(input.mT if input.is_contiguous() else input)
    return factors, pivots


def _det(input: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    factors, pivots = _factors_for_determinant(input)
    return _parity(pivots, input) * diagonal(factors).prod(-1), factors, pivots


def _slogdet(input: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    factors, pivots = _factors_for_determinant(input)
    own = diagonal(factors)
    return _parity(pivots, input) * own.sgn().prod(-1), own.abs().log().sum(-1), factors, pivots


def _check_errors(info: Tensor, api_name: str, *, is_matrix: bool) -> None:
    """A step cannot stop in the middle; see above."""


TABLE = {
    _aten._linalg_check_errors.default: _check_errors,
    _aten._linalg_det.default: _det,
    _aten._linalg_slogdet.default: _slogdet,
    _aten._linalg_solve_ex.default: _solve_ex,
    _aten.cholesky.default: _cholesky,
    _aten.cholesky_inverse.default: _cholesky_inverse,
    _aten.cholesky_solve.default: _cholesky_solve,
    _aten.linalg_cholesky_ex.default: _cholesky_ex,
    _aten.linalg_inv_ex.default: _inverse_ex,
    _aten.linalg_lu.default: _lu,
    _aten.linalg_lu_factor_ex.default: _lu_factor_ex,
    _aten.linalg_lu_solve.default: _lu_solve,
    _aten.linalg_solve_triangular.default: _solve_triangular,
    _aten.lu_unpack.default: _lu_unpack,
    _aten.triangular_solve.default: _old_triangular_solve,
}
