"""The torch operators are what torch.library asks for: schema, fake kernel and derivative agree with the kernel."""

import importlib

import pytest
import torch

from fungible.frontend import operators

SEED, STEP = torch.tensor([1, -2], dtype=torch.int32), torch.tensor(3, dtype=torch.int32)
LR, NUMBER = torch.tensor(0.1), torch.tensor(2.0)


def _tensors(count, dtype=torch.float32):
    return [torch.rand(3, 5, dtype=dtype) for _ in range(count)]


def _adam(count, dtype):
    return (*_tensors(count, dtype), NUMBER, LR, 0.9, 0.999, 1e-8, 0.1, True)


ARGUMENTS = {
    "barrier": lambda dtype: (*_tensors(2, dtype),),
    "dropout": lambda dtype: (*_tensors(1, dtype), SEED, STEP, 0.5, 7),
    "uniform": lambda dtype: ([3, 5], SEED, STEP, 7),
    "sgd": lambda dtype: (*_tensors(2, dtype), LR, 0.1, True),
    "sgd_momentum": lambda dtype: (*_tensors(2, dtype), LR, *_tensors(1, dtype), NUMBER, 0.9, 0.0, 0.1, True, False),
    "adam": lambda dtype: _adam(4, dtype),
    "adamw": lambda dtype: _adam(4, dtype),
    "adam_amsgrad": lambda dtype: _adam(5, dtype),
    "adamw_amsgrad": lambda dtype: _adam(5, dtype),
}


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("name", operators.SCHEMAS)
def test_operator(name, dtype):
    torch.library.opcheck(getattr(torch.ops.fungible, name).default, ARGUMENTS[name](dtype))


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
@pytest.mark.parametrize("name", ["sgd", "sgd_momentum", "adam", "adamw_amsgrad"])
def test_updates_of_16_bits_are_rounded_once(name, dtype):
    operator = getattr(torch.ops.fungible, name)
    arguments = ARGUMENTS[name](dtype)
    torch.library.opcheck(operator.default, arguments)
    wide = [x.float() if isinstance(x, torch.Tensor) else x for x in arguments]
    found, wanted = operator(*arguments), operator(*wide)
    for ours, exact in zip([found] if name == "sgd" else found, [wanted] if name == "sgd" else wanted):
        assert ours.dtype == dtype and torch.equal(ours, exact.to(dtype))


def test_derivative_of_dropout():
    x = torch.rand(4, 3, dtype=torch.float64, requires_grad=True)
    torch.library.opcheck(torch.ops.fungible.dropout.default, (x, SEED, STEP, 0.5, 7))
    assert torch.autograd.gradcheck(lambda x: torch.ops.fungible.dropout(x, SEED, STEP, 0.5, 7), (x,))


def test_optimizers_leave_their_arguments_alone():
    for name in ("sgd", "sgd_momentum", "adam", "adamw", "adam_amsgrad", "adamw_amsgrad"):
        arguments = ARGUMENTS[name](torch.float32)
        before = [x.clone() for x in arguments if isinstance(x, torch.Tensor)]
        getattr(torch.ops.fungible, name)(*arguments)
        after = [x for x in arguments if isinstance(x, torch.Tensor)]
        torch.testing.assert_close(after, before, rtol=0, atol=0)


def test_reloading_is_harmless():
    importlib.reload(operators)
    assert torch.ops.fungible.uniform([2], SEED, STEP, 0).shape == (2,)
