"""Equations and factorizations of matrices: against the ops that they stand in for."""

import pytest
import torch

from fungible.frontend import least_squares
from fungible.frontend.decompositions import elimination, orthogonalization, overwriting

_aten = torch.ops.aten
_TABLE = {**elimination.TABLE, **orthogonalization.TABLE, **overwriting.TABLE}

SHAPES = [(4, 4), (1, 1), (2, 3, 5, 5), (3, 6, 4), (3, 4, 6), (5, 1), (1, 5)]


def _rand(*shape, seed=0, dtype=torch.float32):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed + sum(shape))).to(dtype)


def _regular(*shape, dtype=torch.float32):
    return _rand(*shape, dtype=dtype) + 3 * torch.eye(shape[-1], dtype=dtype)


def _definite(*shape, dtype=torch.float32):
    x = _regular(*shape, dtype=dtype)
    return x @ x.mT


def _same(op, *args, **kwargs):
    torch.testing.assert_close(_TABLE[op](*args, **kwargs), op(*args, **kwargs), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("upper", [False, True])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_positive_definite(upper, dtype):
    x, right = _definite(2, 3, 5, 5, dtype=dtype), _rand(2, 3, 5, 4, dtype=dtype)
    _same(_aten.linalg_cholesky_ex.default, x, upper=upper)
    factor = torch.linalg.cholesky(x, upper=upper)
    _same(_aten.cholesky.default, x, upper)
    _same(_aten.cholesky_inverse.default, factor, upper)
    _same(_aten.cholesky_solve.default, right, factor, upper)
    _same(_aten.cholesky_solve.default, right[0, 0], factor, upper)


def test_what_is_not_positive_definite_is_told():
    x = torch.diag(torch.tensor([2.0, 1.0, -1.0, 4.0]))
    factor, info = _TABLE[_aten.linalg_cholesky_ex.default](x)
    assert info == torch.linalg.cholesky_ex(x).info == 3


@pytest.mark.parametrize("upper", [False, True])
@pytest.mark.parametrize("unitriangular", [False, True])
def test_triangular_equations(upper, unitriangular):
    x, right = _regular(2, 5, 5), _rand(2, 5, 3)
    for left, b in ((True, right), (False, right.mT), (True, right[0]), (True, right[..., :0])):
        _same(_aten.linalg_solve_triangular.default, x, b, upper=upper, left=left, unitriangular=unitriangular)
    for transpose in (False, True):
        _same(_aten.triangular_solve.default, right, x, upper, transpose, unitriangular)


@pytest.mark.parametrize("shape", SHAPES)
def test_elimination(shape):
    x = _rand(*shape)
    _same(_aten.linalg_lu_factor_ex.default, x)
    _same(_aten.linalg_lu.default, x)
    factors, pivots, _ = torch.linalg.lu_factor_ex(x)
    for data, order in ((True, True), (True, False), (False, True)):
        _same(_aten.lu_unpack.default, factors, pivots, data, order)


def test_equations():
    x, right = _regular(2, 3, 5, 5), _rand(2, 3, 5, 4)
    factors, pivots, _ = torch.linalg.lu_factor_ex(x)
    for left, b in ((True, right), (False, right.mT)):
        _same(_aten._linalg_solve_ex.default, x, b, left=left)
        for adjoint in (False, True):
            _same(_aten.linalg_lu_solve.default, factors, pivots, b, left=left, adjoint=adjoint)
    for b in (_rand(2, 3, 5), _rand(5), _rand(3, 5, 2)):
        _same(_aten._linalg_solve_ex.default, x, b)
    for matrix in (x, x.mT, _rand(3, 3, seed=2), torch.zeros(2, 0, 0)):
        _same(_aten._linalg_det.default, matrix)
        _same(_aten._linalg_slogdet.default, matrix)
    _same(_aten.linalg_inv_ex.default, x)


def test_a_singular_matrix_is_told():
    x = torch.ones(2, 3, 3)
    assert torch.equal(_TABLE[_aten.linalg_inv_ex.default](x)[1], torch.linalg.inv_ex(x).info)
    assert not _TABLE[_aten.linalg_inv_ex.default](x)[0].isfinite().all()


@pytest.mark.parametrize("shape", [*SHAPES, (0, 3), (3, 0), (2, 0, 0)])
def test_reflections(shape):
    x = _rand(*shape)
    for mode in ("reduced", "complete", "r"):
        _same(_aten.linalg_qr.default, x, mode)
    if 0 in shape:
        return
    reflectors, tau = torch.geqrf(x)
    _same(_aten.geqrf.default, x)
    if x.size(-2) >= x.size(-1):
        _same(_aten.linalg_householder_product.default, reflectors, tau)
    reflectors, other = reflectors[..., : tau.size(-1)], _rand(*shape[:-1], 3, seed=1)
    for transpose in (False, True):
        _same(_aten.ormqr.default, reflectors, tau, other, True, transpose)
        _same(_aten.ormqr.default, reflectors, tau, other.mT, False, transpose)


@pytest.mark.parametrize("uplo", ["L", "U"])
def test_symmetric_eigenvalues(uplo):
    for x in (_rand(2, 3, 5, 5), _rand(1, 1), torch.zeros(2, 2), 1e-25 * _rand(4, 4), torch.zeros(2, 0, 0)):
        values, vectors = _TABLE[_aten._linalg_eigh.default](x, uplo)
        torch.testing.assert_close(values, torch.linalg.eigvalsh(x, uplo), rtol=1e-4, atol=1e-5)
        triangle = x.mT if uplo == "U" else x
        symmetric = triangle.tril() + triangle.tril(-1).mT
        torch.testing.assert_close(symmetric @ vectors, vectors * values.unsqueeze(-2), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("shape", [*SHAPES, (0, 3), (3, 0), (2, 0, 0)])
@pytest.mark.parametrize("full", [False, True])
def test_singular_values(shape, full):
    for x in (_rand(*shape), _rand(*shape) * 1e-25, torch.ones(shape), torch.zeros(shape)):
        left, values, right = _TABLE[_aten._linalg_svd.default](x, full)
        expected = torch.linalg.svd(x, full)
        assert [left.shape, values.shape, right.shape] == [each.shape for each in expected]
        size = max(float(x.abs().max()), 1e-30) if x.numel() else 1.0
        torch.testing.assert_close(values / size, expected.S / size, rtol=1e-4, atol=1e-5)
        count = values.size(-1)
        product = left[..., :count] * values.unsqueeze(-2) @ right[..., :count, :]
        torch.testing.assert_close(product / size, x / size, rtol=1e-4, atol=1e-5)
        for rows in (left.mT, right):
            identity = torch.eye(rows.size(-2)).expand(*shape[:-2], -1, -1)
            torch.testing.assert_close(rows @ rows.mT, identity, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("shape", SHAPES)
def test_pseudoinverse(shape):
    x = _rand(*shape)
    _same(_aten.linalg_pinv.atol_rtol_tensor, x)
    _same(_aten.linalg_pinv.atol_rtol_tensor, x, atol=torch.tensor(0.3, dtype=torch.float64))
    if x.size(-1) == x.size(-2):
        _same(_aten.linalg_pinv.atol_rtol_tensor, x + x.mT, hermitian=True)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_exponential(dtype):
    for scale in (0.0, 0.3, 3.0, 12.0):
        _same(_aten.linalg_matrix_exp.default, _rand(2, 4, 4, dtype=dtype) * scale - scale * torch.eye(4, dtype=dtype))
    assert _TABLE[_aten.linalg_matrix_exp.default](-1e5 * torch.eye(2)).isnan().all()


@pytest.mark.parametrize("shape", [(5, 3), (3, 5), (2, 4, 4)])
@pytest.mark.parametrize("driver", [None, "gels", "gelsd", "gelss", "gelsy"])
def test_least_squares(shape, driver):
    x, right = _rand(*shape), _rand(*shape[:-1], 2, seed=1)
    found, expected = least_squares.lstsq(x, right, driver=driver), torch.linalg.lstsq(x, right, driver=driver)
    for a, b in zip(found, expected, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-3, atol=1e-4)


def test_slices_that_are_written():
    x = _rand(5, 6)
    slices = ((0, 1, 3, 1), (1, -2, None, 1), (1, 1, 6, 2), (0, 0, 9, 1), (1, 0, 6, 4), (0, 3, 2, 1))
    for dim, start, end, step in slices:
        source = torch.ops.aten.slice(x * 2, dim, start, end, step)
        _same(_aten.slice_scatter.default, x, source, dim, start, end, step)
    _same(_aten.select_scatter.default, x, _rand(5), 1, -1)
