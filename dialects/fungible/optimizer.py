"""Optimizer updates: one op is the whole update of one parameter.

Updates of 16-bit floats are computed in f32 and rounded once; `lr` and `step` are f32 there, and
of the parameter's element type elsewhere.
"""

from collections.abc import Sequence

from torch_mlir import ir

from .._base import (
    Bool,
    Operand,
    Pure,
    Result,
    Tensor,
    boolean,
    expect,
    expect_float,
    expect_like,
    expect_same_type,
    expect_shape,
    real,
)
from .numerics import RoundingOp


def _check_like(values: Sequence[ir.Value], names: Sequence[str], param: ir.Value) -> None:
    for value, name in zip(values, names, strict=True):
        expect_same_type(value, name, param, "param")


def _check_scalars(values: Sequence[ir.Value], names: Sequence[str], param: ir.Value) -> None:
    element = param.type.element_type
    for value, name in zip(values, names, strict=True):
        if element.width >= 32:
            expect_like(value, name, [], param, "param")
        else:
            type_ = expect_shape(value, name, [])
            expect(
                isinstance(type_.element_type, ir.F32Type),
                f"expects {name} to hold f32, in which updates of {element} are computed, but it is {type_}",
            )


class SgdOp(RoundingOp, name="sgd", traits=[Pure]):
    """Stochastic gradient descent.

        g     = (maximize ? -grad : grad) + weight_decay * param
        param = param - lr * g

    Operands: param, grad like param, lr `[]`. Result: param.
    Source: `torch.optim.SGD`.
    """

    param: Operand[Tensor]
    grad: Operand[Tensor]
    lr: Operand[Tensor]
    new_param: Result[Tensor]
    weight_decay: ir.FloatAttr
    maximize: Bool

    def check(self) -> None:
        param, grad, lr = self.operation.operands
        expect_float(param, "param")
        _check_like((grad, *self.operation.results), ("grad", "the new param"), param)
        _check_scalars((lr,), ("lr",), param)
        real(self, "weight_decay")
        boolean(self, "maximize")


class SgdMomentumOp(RoundingOp, name="sgd_momentum", traits=[Pure]):
    """Stochastic gradient descent with momentum.

        g      = (maximize ? -grad : grad) + weight_decay * param
        buffer = step == 1 ? g : momentum * buffer + (1 - dampening) * g
        param  = param - lr * (nesterov ? g + momentum * buffer : buffer)

    Operands: param, grad like param, lr `[]`, momentum_buffer like param, and step `[]`, the
    number of this update, from 1. Results: param and momentum_buffer.
    Source: Sutskever et al. 2013; `torch.optim.SGD`.
    """

    param: Operand[Tensor]
    grad: Operand[Tensor]
    lr: Operand[Tensor]
    momentum_buffer: Operand[Tensor]
    step: Operand[Tensor]
    new_param: Result[Tensor]
    new_momentum_buffer: Result[Tensor]
    momentum: ir.FloatAttr
    dampening: ir.FloatAttr
    weight_decay: ir.FloatAttr
    nesterov: Bool
    maximize: Bool

    def check(self) -> None:
        param, grad, lr, buffer, step = self.operation.operands
        expect_float(param, "param")
        _check_like(
            (grad, buffer, *self.operation.results),
            ("grad", "momentum_buffer", "the new param", "the new momentum_buffer"),
            param,
        )
        _check_scalars((lr, step), ("lr", "step"), param)
        for name in ("momentum", "weight_decay"):
            real(self, name)
        dampening = real(self, "dampening")
        boolean(self, "maximize")
        if boolean(self, "nesterov"):
            expect(dampening == 0.0, f"expects no dampening where nesterov is set, but it is {dampening}")


class _AdamOp(RoundingOp):
    """What adam and adamw have in common: operands and results, and how they are verified."""

    def check(self) -> None:
        param, grad, exp_avg, exp_avg_sq, step, lr, *largest = self.operation.operands
        new_param, new_exp_avg, new_exp_avg_sq, *new_largest = self.operation.results
        expect_float(param, "param")
        _check_like(
            (grad, exp_avg, exp_avg_sq, new_param, new_exp_avg, new_exp_avg_sq),
            ("grad", "exp_avg", "exp_avg_sq", "the new param", "the new exp_avg", "the new exp_avg_sq"),
            param,
        )
        _check_scalars((step, lr), ("step", "lr"), param)
        expect(len(largest) <= 1, f"expects at most a max_exp_avg_sq after lr, but there are {len(largest)} operands")
        expect(
            len(new_largest) == len(largest),
            f"expects {3 + len(largest)} results, as there is {'a' if largest else 'no'} max_exp_avg_sq, "
            f"but has {3 + len(new_largest)}",
        )
        _check_like((*largest, *new_largest), ("max_exp_avg_sq", "the new max_exp_avg_sq")[: 2 * len(largest)], param)
        for name in ("beta1", "beta2"):
            beta = real(self, name)
            expect(0.0 <= beta < 1.0, f"expects {name} to be at least 0 and below 1, but it is {beta}")
        expect(real(self, "eps") >= 0.0, f"expects eps not to be negative, but it is {real(self, 'eps')}")
        real(self, "weight_decay")
        boolean(self, "maximize")


class AdamOp(_AdamOp, name="adam", traits=[Pure]):
    """Adam, with weight decay as part of the gradient.

        g          = (maximize ? -grad : grad) + weight_decay * param
        exp_avg    = beta1 * exp_avg + (1 - beta1) * g
        exp_avg_sq = beta2 * exp_avg_sq + (1 - beta2) * g * g
        max        = maximum(max, exp_avg_sq)                     where it is given (AMSGrad)
        v          = max where it is given, else exp_avg_sq
        param      = param - lr / (1 - beta1^step) * exp_avg / (sqrt(v) / sqrt(1 - beta2^step) + eps)

    Operands: param; grad, exp_avg, exp_avg_sq like param; step and lr `[]`; max_exp_avg_sq like
    param where AMSGrad is wanted. `step` is the number of this update, from 1.
    Results: param, exp_avg, exp_avg_sq, and max_exp_avg_sq where it is an operand.
    Source: Kingma, Ba 2015 (arXiv:1412.6980); Reddi et al. 2018 (AMSGrad); `torch.optim.Adam`.
    """

    param: Operand[Tensor]
    grad: Operand[Tensor]
    exp_avg: Operand[Tensor]
    exp_avg_sq: Operand[Tensor]
    step: Operand[Tensor]
    lr: Operand[Tensor]
    max_exp_avg_sq: Sequence[Operand[Tensor]]
    new_param: Result[Tensor]
    new_exp_avg: Result[Tensor]
    new_exp_avg_sq: Result[Tensor]
    new_max_exp_avg_sq: Sequence[Result[Tensor]]
    beta1: ir.FloatAttr
    beta2: ir.FloatAttr
    eps: ir.FloatAttr
    weight_decay: ir.FloatAttr
    maximize: Bool


class AdamwOp(_AdamOp, name="adamw", traits=[Pure]):
    """Adam with decoupled weight decay: as `adam`, except for

        g     = maximize ? -grad : grad
        param = param * (1 - lr * weight_decay) - lr / (1 - beta1^step) * ...

    Operands and results are those of `adam`.
    Source: Loshchilov, Hutter 2019 (arXiv:1711.05101); `torch.optim.AdamW`.
    """

    param: Operand[Tensor]
    grad: Operand[Tensor]
    exp_avg: Operand[Tensor]
    exp_avg_sq: Operand[Tensor]
    step: Operand[Tensor]
    lr: Operand[Tensor]
    max_exp_avg_sq: Sequence[Operand[Tensor]]
    new_param: Result[Tensor]
    new_exp_avg: Result[Tensor]
    new_exp_avg_sq: Result[Tensor]
    new_max_exp_avg_sq: Sequence[Result[Tensor]]
    beta1: ir.FloatAttr
    beta2: ir.FloatAttr
    eps: ir.FloatAttr
    weight_decay: ir.FloatAttr
    maximize: Bool
