"""The torch operators of fungible: what a captured graph calls where PyTorch has no op that fits.

    fungible::barrier                          what is computed a second time on purpose
    fungible::dropout, fungible::uniform       counter-based random numbers (see docs/design.md)
    fungible::sgd, fungible::sgd_momentum,
    fungible::adam, fungible::adamw,
    fungible::adam_amsgrad, ...adamw_amsgrad   one parameter's update, without side effects

Importing the module registers them, with CPU kernels (floating point), fake kernels and,
for barrier and dropout, a derivative. In MLIR they are `torch.operator "torch.fungible.<name>"`.
"""

import functools
import math

import numpy as np
import torch
from torch import Tensor

from .. import threefry

_ADAM = (
    "(Tensor param, Tensor grad, Tensor exp_avg, Tensor exp_avg_sq, {max}Tensor step, Tensor lr, "
    "float beta1, float beta2, float eps, float weight_decay, bool maximize) -> ({results})"
)
_PLAIN_ADAM = _ADAM.format(max="", results="Tensor, Tensor, Tensor")
_AMSGRAD = _ADAM.format(max="Tensor max_exp_avg_sq, ", results="Tensor, Tensor, Tensor, Tensor")

SCHEMAS = {
    "barrier": "(Tensor input, Tensor after) -> Tensor",
    "dropout": "(Tensor input, Tensor seed, Tensor step, float p, int stream) -> Tensor",
    "uniform": "(int[] shape, Tensor seed, Tensor step, int stream) -> Tensor",
    "sgd": "(Tensor param, Tensor grad, Tensor lr, float weight_decay, bool maximize) -> Tensor",
    "sgd_momentum": (
        "(Tensor param, Tensor grad, Tensor lr, Tensor momentum_buffer, Tensor step, float momentum, "
        "float dampening, float weight_decay, bool nesterov, bool maximize) -> (Tensor, Tensor)"
    ),
    "adam": _PLAIN_ADAM,
    "adam_amsgrad": _AMSGRAD,
    "adamw": _PLAIN_ADAM,
    "adamw_amsgrad": _AMSGRAD,
}


def _words(count: int, seed: Tensor, step: Tensor, stream: int) -> np.ndarray:
    low, high = seed.tolist()
    return threefry.words(count, (low, high), int(step), stream)


def dropout(input: Tensor, seed: Tensor, step: Tensor, p: float, stream: int) -> Tensor:
    """Zeroes elements with probability `p` and scales the others by 1 / (1 - p).

    Element `i`, in row-major order, is kept where its uniform number is `>= p`. Uniform
    numbers are multiples of 2^-24, so the comparison is one of integers.

    Args:
        input: any shape, float32 or float64.
        seed: int32 `[2]`.
        step: int32 scalar.
        p: between 0 and 1.
        stream: number of the random op in the program.
    """
    words = _words(input.numel(), seed, step, stream)
    keep = torch.from_numpy((words >> 8) >= math.ceil(p * 2.0**24)).view(input.shape)
    scaled = input * (1.0 / (1.0 - p) if p < 1.0 else 0.0)
    return torch.where(keep, scaled, 0.0).contiguous()


def uniform(shape: list[int], seed: Tensor, step: Tensor, stream: int) -> Tensor:
    """float32 numbers in [0, 1): the upper 24 bits of each word times 2^-24."""
    words = _words(math.prod(shape), seed, step, stream)
    return torch.from_numpy((words >> 8).astype(np.float32) * np.float32(2.0**-24)).view(list(shape))


def _directed(param: Tensor, grad: Tensor, weight_decay: float, maximize: bool) -> Tensor:
    grad = -grad if maximize else grad
    return grad.add(param, alpha=weight_decay) if weight_decay else grad


def sgd(param: Tensor, grad: Tensor, lr: Tensor, weight_decay: float, maximize: bool) -> Tensor:
    """The update of `torch.optim.SGD` without momentum. All tensors like `param`; `lr` is a scalar.

    Here and below, 16-bit floats are computed in float32, as `lr` is then, and rounded once.
    """
    return param.add(_directed(param, grad, weight_decay, maximize), alpha=-float(lr))


def sgd_momentum(
    param: Tensor,
    grad: Tensor,
    lr: Tensor,
    momentum_buffer: Tensor,
    step: Tensor,
    momentum: float,
    dampening: float,
    weight_decay: float,
    nesterov: bool,
    maximize: bool,
) -> tuple[Tensor, Tensor]:
    """The update of `torch.optim.SGD` with momentum: new param and momentum buffer.

    At step 1 the buffer becomes the gradient, whatever it held.
    """
    grad = _directed(param, grad, weight_decay, maximize)
    if float(step) == 1.0:
        buffer = grad.clone()
    else:
        buffer = momentum_buffer.mul(momentum).add_(grad, alpha=1.0 - dampening)
    direction = grad.add(buffer, alpha=momentum) if nesterov else buffer
    return param.add(direction, alpha=-float(lr)), buffer


def _adam(decoupled: bool, amsgrad: bool):
    def update(param, grad, exp_avg, exp_avg_sq, *rest):
        largest, rest = (rest[0], rest[1:]) if amsgrad else (None, rest)
        step, lr, beta1, beta2, eps, weight_decay, maximize = rest
        step, lr = float(step), float(lr)
        grad = _directed(param, grad, 0.0 if decoupled else weight_decay, maximize)
        if decoupled and weight_decay:
            param = param.mul(1.0 - lr * weight_decay)
        exp_avg = exp_avg.lerp(grad, 1.0 - beta1)
        exp_avg_sq = exp_avg_sq.mul(beta2).addcmul_(grad, grad, value=1.0 - beta2)
        if amsgrad:
            largest = torch.maximum(largest, exp_avg_sq)
        second = largest if amsgrad else exp_avg_sq
        denominator = (second.sqrt() / (1.0 - beta2**step) ** 0.5).add_(eps)
        param = param.addcdiv(exp_avg, denominator, value=-lr / (1.0 - beta1**step))
        return (param, exp_avg, exp_avg_sq, largest) if amsgrad else (param, exp_avg, exp_avg_sq)

    return update


def _rounded_once(update):
    """The update with 16-bit floats computed in float32."""

    @functools.wraps(update)
    def wrapped(param, *args):
        if param.dtype not in (torch.float16, torch.bfloat16):
            return update(param, *args)
        results = update(*(value.to(torch.float32) if isinstance(value, Tensor) else value for value in (param, *args)))
        results = [results] if isinstance(results, Tensor) else results
        rounded = tuple(value.to(param.dtype) for value in results)
        return rounded if len(rounded) > 1 else rounded[0]

    return wrapped


_KERNELS = {
    "barrier": lambda input, after: input.clone(),
    "dropout": dropout,
    "uniform": uniform,
    "sgd": _rounded_once(sgd),
    "sgd_momentum": _rounded_once(sgd_momentum),
    "adam": _rounded_once(_adam(decoupled=False, amsgrad=False)),
    "adam_amsgrad": _rounded_once(_adam(decoupled=False, amsgrad=True)),
    "adamw": _rounded_once(_adam(decoupled=True, amsgrad=False)),
    "adamw_amsgrad": _rounded_once(_adam(decoupled=True, amsgrad=True)),
}


def _contiguous_like(*tensors: Tensor) -> tuple[Tensor, ...]:
    return tuple(torch.empty_like(tensor, memory_format=torch.contiguous_format) for tensor in tensors)


_FAKES = {
    "barrier": lambda input, after: torch.empty_like(input),
    "dropout": lambda input, *_: torch.empty_like(input, memory_format=torch.contiguous_format),
    "uniform": lambda shape, seed, *_: torch.empty(shape, dtype=torch.float32, device=seed.device),
    "sgd": lambda param, *_: torch.empty_like(param),
    "sgd_momentum": lambda param, grad, lr, buffer, *_: _contiguous_like(param, buffer),
    "adam": lambda param, grad, m, v, *_: _contiguous_like(param, m, v),
    "adam_amsgrad": lambda param, grad, m, v, largest, *_: _contiguous_like(param, m, v, largest),
}
_FAKES["adamw"], _FAKES["adamw_amsgrad"] = _FAKES["adam"], _FAKES["adam_amsgrad"]


def _save_for_dropout(ctx, inputs, output) -> None:
    _, seed, step, ctx.p, ctx.stream = inputs
    ctx.save_for_backward(seed, step)


def _dropout_backward(ctx, gradient: Tensor):
    seed, step = ctx.saved_tensors
    return torch.ops.fungible.dropout(gradient, seed, step, ctx.p, ctx.stream), None, None, None, None


def _register() -> torch.library.Library:
    library = torch.library.Library("fungible", "DEF")
    for name, schema in SCHEMAS.items():
        library.define(name + schema)
        library.impl(name, _KERNELS[name], "CPU")
        torch.library.register_fake(f"fungible::{name}", _FAKES[name], lib=library)
    torch.library.register_autograd(
        "fungible::dropout", _dropout_backward, setup_context=_save_for_dropout, lib=library
    )
    torch.library.register_autograd("fungible::barrier", lambda ctx, gradient: (gradient, None), lib=library)
    return library


# A reload runs this again in the same namespace, and an operator is defined once a process.
if "_LIBRARY" not in globals():
    _LIBRARY = _register()
