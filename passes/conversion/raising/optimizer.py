"""Recognises our optimizer operators."""

from collections.abc import Callable

from torch_mlir import ir

from fungible.dialects.fungible import numerics, optimizer

from ..._attributes import boolean, real
from ..._torch import builtin_type, constant_bool, constant_float, from_builtins, to_builtin


def _raise(op: ir.OpView, kind: type, operands: list[ir.Value], attributes: dict[str, ir.Attribute]) -> list[ir.Value]:
    raised = kind.create(
        [builtin_type(result.type) for result in op.operation.results],
        [to_builtin(value) for value in operands],
        {**attributes, "numerics": numerics.fast()},
    )
    return from_builtins(raised.results, op)


def _sgd(op: ir.OpView) -> list[ir.Value]:
    param, grad, lr, weight_decay, maximize = op.operation.operands
    attributes = {
        "weight_decay": real(constant_float(weight_decay)),
        "maximize": boolean(constant_bool(maximize)),
    }
    return _raise(op, optimizer.SgdOp, [param, grad, lr], attributes)


def _sgd_momentum(op: ir.OpView) -> list[ir.Value]:
    *tensors, momentum, dampening, weight_decay, nesterov, maximize = op.operation.operands
    attributes = {
        "momentum": real(constant_float(momentum)),
        "dampening": real(constant_float(dampening)),
        "weight_decay": real(constant_float(weight_decay)),
        "nesterov": boolean(constant_bool(nesterov)),
        "maximize": boolean(constant_bool(maximize)),
    }
    return _raise(op, optimizer.SgdMomentumOp, tensors, attributes)


def _adam(kind: type) -> Callable[[ir.OpView], list[ir.Value]]:
    def raise_(op: ir.OpView) -> list[ir.Value]:
        param, grad, exp_avg, exp_avg_sq, *largest, step, lr, beta1, beta2, eps, weight_decay, maximize = (
            op.operation.operands
        )
        attributes = {
            "beta1": real(constant_float(beta1)),
            "beta2": real(constant_float(beta2)),
            "eps": real(constant_float(eps)),
            "weight_decay": real(constant_float(weight_decay)),
            "maximize": boolean(constant_bool(maximize)),
        }
        return _raise(op, kind, [param, grad, exp_avg, exp_avg_sq, step, lr, *largest], attributes)

    return raise_


RAISINGS = {
    "torch.fungible.sgd": _sgd,
    "torch.fungible.sgd_momentum": _sgd_momentum,
    "torch.fungible.adam": _adam(optimizer.AdamOp),
    "torch.fungible.adam_amsgrad": _adam(optimizer.AdamOp),
    "torch.fungible.adamw": _adam(optimizer.AdamwOp),
    "torch.fungible.adamw_amsgrad": _adam(optimizer.AdamwOp),
}
