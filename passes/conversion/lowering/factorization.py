"""Factorizations of matrices to linalg."""

from torch_mlir import ir

from fungible.dialects._base import boolean

from ... import _elimination, _jacobi, _reflections


def _cholesky(op: ir.OpView) -> list[ir.Value]:
    return [_elimination.cholesky(op.operation.operands[0])]


def _solve_triangular(op: ir.OpView) -> list[ir.Value]:
    matrix, right = op.operation.operands
    return [_elimination.solve_triangular(matrix, right, boolean(op, "upper"), boolean(op, "unitriangular"))]


def _lu(op: ir.OpView) -> list[ir.Value]:
    return _elimination.lu(op.operation.operands[0], boolean(op, "pivot"))


def _qr(op: ir.OpView) -> list[ir.Value]:
    return _reflections.qr(op.operation.operands[0])


def _reflect(op: ir.OpView) -> list[ir.Value]:
    return [_reflections.reflect(*op.operation.operands, boolean(op, "transposed"))]


def _eigh(op: ir.OpView) -> list[ir.Value]:
    return _jacobi.eigh(op.operation.operands[0])


def _orthogonalize(op: ir.OpView) -> list[ir.Value]:
    return _jacobi.orthogonalize(op.operation.operands[0])


LOWERINGS = {
    "fungible.cholesky": _cholesky,
    "fungible.eigh": _eigh,
    "fungible.lu": _lu,
    "fungible.orthogonalize": _orthogonalize,
    "fungible.qr": _qr,
    "fungible.reflect": _reflect,
    "fungible.solve_triangular": _solve_triangular,
}
