"""Softmax to linalg."""

from math import inf

from torch_mlir import ir

from fungible.dialects._base import boolean, integer

from ..._linalg import At, pointwise, reduce_
from ..._scalar import exp, log, maximum, select
from ..._sums import precise_sum


def _kept(x: ir.Value, dim: int) -> tuple[int, ...]:
    return tuple(d for d in range(x.type.rank) if d != dim)


def _shifted(x: ir.Value, dim: int, safe: bool = False) -> ir.Value:
    """x minus its maximum along `dim`; if `safe`, minus nothing where that is minus infinity."""
    top = reduce_(x, (dim,), -inf, maximum)

    def shift(x, m):
        return x - (select(m.ne(-inf), m, 0.0) if safe else m)

    return pointwise(x.type, [x, At(top, _kept(x, dim))], shift)


def _softmax(op: ir.OpView) -> list[ir.Value]:
    (x,) = op.operation.operands
    dim, safe = integer(op, "dim"), boolean(op, "safe")
    powers = pointwise(x.type, [_shifted(x, dim, safe)], exp)
    total = precise_sum(powers, (dim,))

    def divide(p, t):
        return p / (select(t.ne(0.0), t, 1.0) if safe else t)

    return [pointwise(x.type, [powers, At(total, _kept(x, dim))], divide)]


def _softmax_backward(op: ir.OpView) -> list[ir.Value]:
    grad, y = op.operation.operands
    dim = integer(op, "dim")
    dot = precise_sum(pointwise(y.type, [grad, y], lambda g, y: g * y), (dim,))
    return [pointwise(y.type, [grad, y, At(dot, _kept(y, dim))], lambda g, y, d: y * (g - d))]


def _log_softmax(op: ir.OpView) -> list[ir.Value]:
    (x,) = op.operation.operands
    dim = integer(op, "dim")
    shifted = _shifted(x, dim)
    total = precise_sum(shifted, (dim,), exp)
    return [pointwise(x.type, [shifted, At(total, _kept(x, dim))], lambda s, t: s - log(t))]


def _log_softmax_backward(op: ir.OpView) -> list[ir.Value]:
    grad, y = op.operation.operands
    dim = integer(op, "dim")
    total = precise_sum(grad, (dim,))
    return [pointwise(y.type, [grad, y, At(total, _kept(y, dim))], lambda g, y, t: g - exp(y) * t)]


LOWERINGS = {
    "fungible.softmax": _softmax,
    "fungible.softmax_backward": _softmax_backward,
    "fungible.log_softmax": _log_softmax,
    "fungible.log_softmax_backward": _log_softmax_backward,
}
