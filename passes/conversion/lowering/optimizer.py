"""Optimizer updates to linalg: one elementwise op a parameter, with a result for each tensor of state.

What depends on the step and the learning rate alone is computed once, as scalar tensors;
common-subexpression elimination lets all parameters of a group share them.
"""

from collections.abc import Callable
from math import log

from torch_mlir import ir

from fungible.dialects._base import boolean, real

from ..._linalg import At, Out, generic, pointwise
from ..._scalar import Scalar, expm1, maximum, select, sqrt


def _elementwise(tensors: list[ir.Value], scalars: list[ir.Value], results: int, body: Callable) -> list[ir.Value]:
    """One op over tensors of one type; the scalar tensors come first in the body's arguments."""
    type_ = tensors[0].type
    every = tuple(range(type_.rank))
    inputs = [At(value, ()) for value in scalars] + [At(value, every) for value in tensors]
    return generic(type_.rank, inputs, [Out(type_, every)] * results, body)


def _directed(param: Scalar, grad: Scalar, weight_decay: float, maximize: bool) -> Scalar:
    grad = -grad if maximize else grad
    return grad + param * weight_decay if weight_decay else grad


def _lerp(start: Scalar, end: Scalar, weight: float) -> Scalar:
    """start + weight * (end - start), from the nearer end, as `torch.lerp` does."""
    difference = end - start
    return start + difference * weight if weight < 0.5 else end - difference * (1.0 - weight)


def _sgd(op: ir.OpView) -> list[ir.Value]:
    param, grad, lr = op.operation.operands
    weight_decay, maximize = real(op, "weight_decay"), boolean(op, "maximize")
    return _elementwise(
        [param, grad], [lr], 1, lambda lr, p, g: p - lr * _directed(p, g, weight_decay, maximize)
    )


def _sgd_momentum(op: ir.OpView) -> list[ir.Value]:
    param, grad, lr, buffer, step = op.operation.operands
    momentum, weight_decay = real(op, "momentum"), real(op, "weight_decay")
    nesterov, maximize = boolean(op, "nesterov"), boolean(op, "maximize")
    gain = 1.0 - real(op, "dampening")

    def update(lr, step, p, g, buffer):
        g = _directed(p, g, weight_decay, maximize)
        buffer = select(step.eq(1.0), g, buffer * momentum + (g * gain if gain != 1.0 else g))
        return p - lr * (g + buffer * momentum if nesterov else buffer), buffer

    return _elementwise([param, grad, buffer], [lr, step], 2, update)


def _bias_correction(step: Scalar, beta: float) -> Scalar:
    """1 - beta^step without cancellation; log(beta) is rounded once, from float64."""
    if beta == 0.0:
        return step * 0.0 + 1.0
    return -expm1(step * log(beta))


def _adam(decoupled: bool) -> Callable[[ir.OpView], list[ir.Value]]:
    def lower(op: ir.OpView) -> list[ir.Value]:
        param, grad, exp_avg, exp_avg_sq, step, lr, *largest = op.operation.operands
        beta1, beta2, eps = (real(op, name) for name in ("beta1", "beta2", "eps"))
        weight_decay, maximize = real(op, "weight_decay"), boolean(op, "maximize")
        step_size = pointwise(lr.type, [lr, step], lambda lr, n: lr / _bias_correction(n, beta1))
        root_scale = pointwise(lr.type, [step], lambda n: 1.0 / sqrt(_bias_correction(n, beta2)))

        def update(step_size, root_scale, lr, p, g, m, v, largest=None):
            g = _directed(p, g, 0.0 if decoupled else weight_decay, maximize)
            m = _lerp(m, g, 1.0 - beta1)
            v = v * beta2 + g * g * (1.0 - beta2)
            second = v if largest is None else maximum(largest, v)
            if decoupled and weight_decay:
                p = p - p * (lr * weight_decay)
            p = p - step_size * (m / (sqrt(second) * root_scale + eps))
            return [p, m, v] if largest is None else [p, m, v, second]

        tensors = [param, grad, exp_avg, exp_avg_sq, *largest]
        return _elementwise(tensors, [step_size, root_scale, lr], 3 + len(largest), update)

    return lower


LOWERINGS = {
    "fungible.sgd": _sgd,
    "fungible.sgd_momentum": _sgd_momentum,
    "fungible.adam": _adam(decoupled=False),
    "fungible.adamw": _adam(decoupled=True),
}
