"""Draws from distributions, made of the counter-based uniform numbers and normal ones of a mode.

`TABLE` has function of torch -> `(mode, *arguments of the function)`. Samplers that draw until a number is
accepted need a loop whose length the numbers decide, and are errors.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from ..errors import CaptureError

#: What uniform numbers of 24 bits tell apart.
_LARGEST_RANGE = 2**24


def _plain(generator: object, out: object = None) -> None:
    if generator is not None or out is not None:
        raise CaptureError("random functions with generator= or out= have no counter-based form; leave them out")


def _normal(mode, mean, std=1.0, size=None, *, generator=None, out=None, dtype=None, **_):
    _plain(generator, out)
    if size is None:
        tensors = [value for value in (mean, std) if isinstance(value, Tensor)]
        size, dtype = torch.broadcast_shapes(*(tensor.shape for tensor in tensors)), tensors[0].dtype
    return mode.normal(size).to(dtype or torch.get_default_dtype()) * std + mean


def _exponential(mode, shape: Sequence[int], rate: float) -> Tensor:
    """Never 0, whose logarithm or inverse is asked for often; PyTorch's starts at the same number."""
    return -torch.log(1.0 - mode.uniform(shape)).clamp(max=-0.5 * torch.finfo(torch.float32).eps) / rate


def _exponential_(mode, self, lambd=1.0, *, generator=None):
    _plain(generator)
    return self.copy_(_exponential(mode, self.shape, lambd))


def _log_normal_(mode, self, mean=1.0, std=2.0, *, generator=None):
    _plain(generator)
    return self.copy_(torch.exp(mode.normal(self.shape) * std + mean))


def _cauchy_(mode, self, median=0.0, sigma=1.0, *, generator=None):
    _plain(generator)
    return self.copy_(torch.tan(math.pi * (mode.uniform(self.shape) - 0.5)) * sigma + median)


def _geometric_(mode, self, p, *, generator=None):
    _plain(generator)
    draws = torch.log(1.0 - mode.uniform(self.shape)) / math.log1p(-p)
    return self.copy_(torch.ceil(draws).clamp(min=1.0))


def _integers(mode, shape: Sequence[int], low: int, high: int) -> Tensor:
    """int64, from `low` to below `high`."""
    count = high - low
    if not 0 < count <= _LARGEST_RANGE:
        raise CaptureError(f"random integers from {low} to below {high}: there have to be between 1 and 2^24 of them")
    # The product can be rounded up to the end of the range.
    return (mode.uniform(shape) * count).to(torch.int64).clamp(max=count - 1) + low


def _randint(mode, *args, generator=None, out=None, dtype=torch.int64, **kwargs):
    _plain(generator, out)
    names = ("low", "high", "size")
    names = names[1:] if len(args) + len(kwargs.keys() & set(names)) < 3 else names
    given = {**dict(zip(names, args)), **kwargs}
    return _integers(mode, given["size"], given.get("low", 0), given["high"]).to(dtype or torch.int64)


def _randint_like(mode, input, *args, high=None, low=0, dtype=None, **_):
    if args:
        low, high = args if len(args) == 2 else (low, args[0])
    return _integers(mode, input.shape, low, high).to(dtype or input.dtype)


def _random_(mode, self, from_=None, to=None, *, generator=None):
    _plain(generator)
    if from_ is None:
        raise CaptureError("Tensor.random_ over the whole range of a dtype has no counter-based form; give it a range")
    low, high = (0, from_) if to is None else (from_, to)
    return self.copy_(_integers(mode, self.shape, low, high))


def _randperm(mode, n, *, generator=None, out=None, dtype=torch.int64, **_):
    """The order of uniform numbers."""
    _plain(generator, out)
    return torch.argsort(mode.uniform([n]), stable=True).to(dtype or torch.int64)


def _multinomial(mode, input, num_samples, replacement=False, *, generator=None, out=None):
    """By a race of exponential variables, which each category wins as often as its weight says."""
    _plain(generator, out)
    if not replacement:
        return torch.topk(input / _exponential(mode, input.shape, 1.0), num_samples, -1).indices
    shape = [*input.shape[:-1], num_samples, input.size(-1)]
    return (input.unsqueeze(-2) / _exponential(mode, shape, 1.0)).argmax(-1)


def _rejection(name: str):
    def refuse(mode, *_, **__):
        raise CaptureError(f"{name} draws until a number is accepted: no counter-based form; draw in the data")

    return refuse


TABLE = {
    torch.normal: _normal,
    torch.randint: _randint,
    torch.randint_like: _randint_like,
    torch.randperm: _randperm,
    torch.multinomial: _multinomial,
    torch.Tensor.multinomial: _multinomial,
    torch.Tensor.exponential_: _exponential_,
    torch.Tensor.log_normal_: _log_normal_,
    torch.Tensor.cauchy_: _cauchy_,
    torch.Tensor.geometric_: _geometric_,
    torch.Tensor.random_: _random_,
    **{
        getattr(torch, name): _rejection(f"torch.{name}")
        for name in ("poisson", "binomial", "_standard_gamma", "_sample_dirichlet")
    },
}
