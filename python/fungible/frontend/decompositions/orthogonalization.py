"""Orthogonal factors: QR, eigenvalues of symmetric matrices, singular values, pseudoinverse, exponential."""

from __future__ import annotations

import functools
import math

import torch
from torch import Tensor

from . import batches
from .batches import batched_eye, diagonal, lower, product, upper

_aten = torch.ops.aten


def _geqrf(input: Tensor) -> tuple[Tensor, Tensor]:
    reflectors, tau = batches.qr(input)
    return reflectors, tau


def _qr(input: Tensor, mode: str = "reduced") -> tuple[Tensor, Tensor]:
    rows, columns = input.shape[-2:]
    count = min(rows, columns)
    width = rows if mode == "complete" else count
    if input.numel() == 0:
        q = input.new_zeros([0]) if mode == "r" else batched_eye(input, rows, width).clone()
        return q, input.new_zeros([*input.shape[:-2], width, columns])
    reflectors, tau = batches.qr(input)
    if mode == "r":
        return input.new_zeros([0]), upper(reflectors.narrow(-2, 0, count))
    q = batches.reflect(reflectors, tau, batched_eye(input, rows, width))
    return q, upper(reflectors.narrow(-2, 0, width))


def _householder_product(input: Tensor, tau: Tensor) -> Tensor:
    if input.numel() == 0:
        return input.clone()
    if tau.size(-1) == 0:
        return batched_eye(input, *input.shape[-2:]).clone()
    return batches.reflect(input, tau, batched_eye(input, *input.shape[-2:]))


def _ormqr(input: Tensor, tau: Tensor, other: Tensor, left: bool = True, transpose: bool = False) -> Tensor:
    if other.numel() == 0 or tau.size(-1) == 0:
        return other.clone()
    if not left:
        return _ormqr(input, tau, other.mT, True, not transpose).mT
    return batches.reflect(input, tau, other, transpose)


def _scale(input: Tensor) -> Tensor:
    """The largest element of each matrix, 1 where that is zero or no number: no square of what is left overflows."""
    largest = input.abs().amax((-2, -1), keepdim=True)
    return torch.where((largest > 0) & (largest < math.inf), largest, 1.0)


def _symmetric(input: Tensor, uplo: str) -> Tensor:
    """The matrix that one triangle of the input means."""
    part = input.mT if uplo.upper() == "U" else input
    return lower(part) + lower(part, -1).mT


def _eigh(input: Tensor, uplo: str = "L", compute_v: bool = True) -> tuple[Tensor, Tensor]:
    if input.numel() == 0:
        return input.new_zeros(input.shape[:-1]), input.clone() if compute_v else input.new_zeros([0])
    matrix = _symmetric(input, uplo)
    scale = _scale(matrix)
    values, vectors = batches.eigh(matrix / scale)
    return values * scale.squeeze(-1), vectors if compute_v else input.new_zeros([0])


def _singular(input: Tensor, full: bool, vectors: bool) -> tuple[Tensor | None, Tensor, Tensor | None]:
    """U, S and V of matrices with at least as many rows as columns.

    The left vectors are Q of a QR factorization of the products in descending order: orthogonal even where singular
    values are zero.
    """
    rows, columns = input.shape[-2:]
    outer = batches.qr(input) if rows > columns else None
    square = upper(outer[0].narrow(-2, 0, columns)) if outer else input
    products, rotations = batches.orthogonalize(square)
    values, order = torch.sort(torch.sqrt((products * products).sum(-2)), dim=-1, descending=True)
    if not vectors:
        return None, values, None
    products, rotations = batches.columns_at(products, order), batches.columns_at(rotations, order)
    reflectors, tau = batches.qr(products)
    signs = torch.where(diagonal(reflectors) < 0, -1.0, 1.0).unsqueeze(-2)
    left = batches.reflect(reflectors, tau, batched_eye(products, columns)) * signs
    if outer:
        beside = rows - columns if full else 0
        left = torch.nn.functional.pad(left, (0, beside, 0, rows - columns))
        if beside:
            left = left + torch.nn.functional.pad(batched_eye(input, beside), (columns, 0, columns, 0))
        left = batches.reflect(*outer, left)
    return left, values, rotations


def _svd_of_nothing(input: Tensor, full: bool, vectors: bool) -> tuple[Tensor, Tensor, Tensor]:
    rows, columns = input.shape[-2:]
    count = min(rows, columns)
    values = input.new_zeros([*input.shape[:-2], count])
    if not vectors:
        return input.new_zeros([0]), values, input.new_zeros([0])
    left = batched_eye(input, rows, rows if full else count).clone()
    return left, values, batched_eye(input, columns if full else count, columns).clone()


def _svd(
    input: Tensor, full_matrices: bool = False, compute_uv: bool = True, *, driver: str | None = None
) -> tuple[Tensor, Tensor, Tensor]:
    if input.numel() == 0:
        return _svd_of_nothing(input, full_matrices, compute_uv)
    scale = _scale(input)
    scaled, wide = input / scale, input.size(-2) < input.size(-1)
    left, values, right = _singular(scaled.mT if wide else scaled, full_matrices, compute_uv)
    values = values * scale.squeeze(-1)
    if not compute_uv:
        return input.new_zeros([0]), values, input.new_zeros([0])
    return (right, values, left.mT) if wide else (left, values, right.mT)


def _pseudoinverse(
    input: Tensor, *, atol: Tensor | None = None, rtol: Tensor | None = None, hermitian: bool = False
) -> Tensor:
    if input.numel() == 0:
        return input.mT.clone()
    if hermitian:
        values, left = _eigh(input)
        right = left.mT
        sizes = values.abs()
        largest = sizes.amax(-1, keepdim=True)
    else:
        left, values, right = _svd(input)
        sizes, largest = values, values.narrow(-1, 0, 1)
    atol = 0.0 if atol is None else atol.to(input.dtype).unsqueeze(-1)
    if rtol is None:
        rtol = torch.finfo(input.dtype).eps * max(input.shape[-2:])
    else:
        rtol = rtol.to(input.dtype).unsqueeze(-1)
    tolerance = torch.maximum(atol + torch.zeros_like(largest), rtol * largest)
    kept = sizes > tolerance
    inverse = torch.where(kept, 1.0 / torch.where(kept, values, 1.0), 0.0)
    return product(right.mT * inverse.unsqueeze(-2), left.mT)


#: Degree of the Taylor polynomial, and the norm up to which it has all digits.
_DEGREE, _NEAR = 18, {torch.float32: 3.01, torch.float64: 1.09}

#: Most halvings of a matrix before the polynomial. A larger norm gives NaN.
_HALVINGS = 10


def _exponential(input: Tensor) -> Tensor:
    """By scaling and squaring of a Taylor polynomial, as often as the norm of each matrix asks for.

    Bader, Blanes, Casas, "Computing the matrix exponential with an optimized Taylor polynomial approximation", 2019.
    """
    if input.numel() == 0:
        return input.clone()
    norm = input.abs().sum(-2, keepdim=True).amax(-1, keepdim=True)
    ratio = norm / _NEAR[input.dtype]
    factor, squarings = torch.ones_like(norm), torch.zeros_like(norm)
    for number in range(_HALVINGS):
        needed = ratio > 2.0**number
        factor, squarings = torch.where(needed, factor * 0.5, factor), torch.where(needed, squarings + 1.0, squarings)
    result = _taylor(input * factor)
    for number in range(_HALVINGS):
        result = torch.where(squarings > number, product(result, result), result)
    return torch.where(ratio <= 2.0**_HALVINGS, result, math.nan)


def _taylor(matrix: Tensor) -> Tensor:
    """The polynomial in powers up to the fourth, and of the fourth (Paterson, Stockmeyer, 1973).

    PyTorch's takes two products less, and its coefficients cost it a digit.
    """
    second = product(matrix, matrix)
    third, fourth = product(second, matrix), product(second, second)
    powers = (batched_eye(matrix, matrix.size(-1)), matrix, second, third)
    result = None
    for block in range(_DEGREE // 4, -1, -1):
        degrees = [4 * block + power for power in range(4) if 4 * block + power <= _DEGREE]
        terms = [value * (1.0 / math.factorial(degree)) for degree, value in zip(degrees, powers)]
        part = functools.reduce(torch.add, terms)
        result = part if result is None else product(result, fourth) + part
    return result


TABLE = {
    _aten._linalg_eigh.default: _eigh,
    _aten._linalg_svd.default: _svd,
    _aten.geqrf.default: _geqrf,
    _aten.linalg_householder_product.default: _householder_product,
    _aten.linalg_matrix_exp.default: _exponential,
    _aten.linalg_pinv.atol_rtol_tensor: _pseudoinverse,
    _aten.linalg_qr.default: _qr,
    _aten.ormqr.default: _ormqr,
}
