"""Optimizer updates, and the torch operators behind them, against `torch.optim`."""

import math

import numpy as np
import pytest
import torch
from harness import assert_as_exact_as_eager, execute

from fungible.frontend import operators  # noqa: F401  defines torch.ops.fungible

SHAPE = (17, 33)


def _tensors(count):
    generator = torch.Generator().manual_seed(count)
    return [torch.randn(SHAPE, generator=generator) for _ in range(count)]


def _scalar(value):
    return torch.tensor(float(value))


SGD = [
    {},
    {"weight_decay": 0.1, "maximize": True},
    {"momentum": 0.9},
    {"momentum": 0.9, "weight_decay": 0.01, "nesterov": True},
    {"momentum": 0.8, "dampening": 0.3, "maximize": True},
]
ADAM = [
    {},
    {"weight_decay": 0.1},
    {"amsgrad": True},
    {"betas": (0.4, 0.95), "eps": 1e-3, "maximize": True, "weight_decay": 0.01, "amsgrad": True},
    {"betas": (0.0, 0.9)},
]


def _apply_sgd(group, param, grad, lr, buffer, step):
    if group["momentum"] == 0:
        return torch.ops.fungible.sgd(param, grad, lr, group["weight_decay"], group["maximize"]), buffer
    return torch.ops.fungible.sgd_momentum(
        param, grad, lr, buffer, step,
        group["momentum"], group["dampening"], group["weight_decay"], group["nesterov"], group["maximize"],
    )  # fmt: skip


def _apply_adam(name, group, param, grad, m, v, largest, step, lr):
    rest = (step, lr, *group["betas"], group["eps"], group["weight_decay"], group["maximize"])
    if group["amsgrad"]:
        return getattr(torch.ops.fungible, f"{name}_amsgrad")(param, grad, m, v, largest, *rest)
    return (*getattr(torch.ops.fungible, name)(param, grad, m, v, *rest), largest)


@pytest.mark.parametrize("options", SGD)
def test_sgd_kernels_are_torch_optim(options):
    param, *grads = _tensors(4)
    leaf, buffer = param.clone().requires_grad_(), torch.full(SHAPE, math.nan)
    optimizer = torch.optim.SGD([leaf], lr=0.25, foreach=False, **options)
    for number, leaf.grad in enumerate(grads):
        optimizer.step()
        param, buffer = _apply_sgd(
            optimizer.param_groups[0], param, leaf.grad, _scalar(0.25), buffer, _scalar(number + 1)
        )
        torch.testing.assert_close(param, leaf.detach(), rtol=0, atol=0)


@pytest.mark.parametrize("name", ["adam", "adamw"])
@pytest.mark.parametrize("options", ADAM)
def test_adam_kernels_are_torch_optim(name, options):
    param, *grads = _tensors(4)
    leaf, state = param.clone().requires_grad_(), [torch.zeros(SHAPE)] * 3
    kind = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[name]
    optimizer = kind([leaf], lr=0.25, foreach=False, **options)
    for number, leaf.grad in enumerate(grads):
        optimizer.step()
        param, *state = _apply_adam(
            name, optimizer.param_groups[0], param, leaf.grad, *state, _scalar(number + 1), _scalar(0.25)
        )
        torch.testing.assert_close(param, leaf.detach(), rtol=0, atol=0)


@pytest.mark.parametrize("options", SGD)
@pytest.mark.parametrize("step", [1, 2])
def test_sgd(options, step):
    group = torch.optim.SGD([torch.zeros(1)], **options).param_groups[0]
    param, grad, buffer = _tensors(3)
    if step == 1:
        buffer = torch.full(SHAPE, math.nan)  # never read

    def update(param, grad, lr, buffer, step):
        results = _apply_sgd(group, param, grad, lr, buffer, step)
        return results if group["momentum"] else results[:1]

    assert_as_exact_as_eager(update, param, grad, _scalar(0.1), buffer, _scalar(step))


@pytest.mark.parametrize("name", ["adam", "adamw"])
@pytest.mark.parametrize("options", ADAM)
def test_adam(name, options):
    group = torch.optim.Adam([torch.zeros(1)], **options).param_groups[0]
    param, grad, m, v, largest = _tensors(5)

    def update(*tensors):
        return _apply_adam(name, group, *tensors)[: 4 if group["amsgrad"] else 3]

    assert_as_exact_as_eager(update, param, grad, m, v.square(), largest.square(), _scalar(17), _scalar(1e-3))


@pytest.mark.parametrize("step", [1, 2, 1000, 1_000_000])
def test_adam_from_zero(step):
    """Nothing but the update is in the result, so the bias corrections have to be exact."""
    [grad] = _tensors(1)
    zero = torch.zeros(SHAPE)
    group = torch.optim.Adam([torch.zeros(1)]).param_groups[0]
    assert_as_exact_as_eager(
        lambda param, grad, m, v, step, lr: _apply_adam("adam", group, param, grad, m, v, None, step, lr)[:3],
        zero, grad, zero, zero, _scalar(step), _scalar(1e-3),
    )  # fmt: skip


@pytest.mark.parametrize("beta", [0.5, 0.9, 0.99, 0.999, 0.9999])
def test_bias_correction(beta):
    """1 - beta^step as the lowering has it, on its own: a bad expm1 would show at small steps."""
    module = f"""
    func.func @main(%steps: tensor<1000xf32>) -> tensor<1000xf32> {{
      %empty = tensor.empty() : tensor<1000xf32>
      %log = arith.constant {math.log(beta)!r} : f32
      %0 = linalg.generic {{
          indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]
        }} ins(%steps : tensor<1000xf32>) outs(%empty : tensor<1000xf32>) {{
      ^bb0(%step: f32, %out: f32):
        %x = arith.mulf %step, %log : f32
        %power = math.expm1 %x : f32
        %1 = arith.negf %power : f32
        linalg.yield %1 : f32
      }} -> tensor<1000xf32>
      return %0 : tensor<1000xf32>
    }}"""
    steps = torch.arange(1, 1001, dtype=torch.float32)
    [compiled] = execute(module, [steps])
    exact = -np.expm1(steps.double().numpy() * math.log(beta))
    np.testing.assert_allclose(compiled, exact, rtol=2.5e-7)
