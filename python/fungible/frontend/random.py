"""Random functions of torch, drawn from the program's counter-based generator.

While a step runs under `CounterBased`, dropout and its relatives read `rng.seed` and
`rng.step` (docs/design.md) instead of torch's generator. The same context serves tracing
and eager runs: an eager step under it draws the very masks that the compiled step draws.
"""

from __future__ import annotations

import functools
import math

import torch
import torch.nn.functional as F
from torch.overrides import TorchFunctionMode

from ..errors import CaptureError
from . import operators  # noqa: F401  defines torch.ops.fungible

_scaled_dot_product_attention = F.scaled_dot_product_attention


class CounterBased(TorchFunctionMode):
    """Replaces torch's random functions inside `with`.

    Args:
        seed: int32 `[2]`, the key.
        step: int32 scalar, the number of the step.

    `draws` counts the streams that were used.
    """

    def __init__(self, seed: torch.Tensor, step: torch.Tensor):
        super().__init__()
        self.seed = seed
        self.step = step
        self.draws = 0

    def __torch_function__(self, function, types, args=(), kwargs=None):
        replacement = _REPLACEMENTS.get(function)
        if replacement is None:
            return function(*args, **(kwargs or {}))
        return replacement(self, *args, **(kwargs or {}))

    def _stream(self) -> int:
        self.draws += 1
        return self.draws - 1

    def uniform(self, shape) -> torch.Tensor:
        """float32 in [0, 1)."""
        return torch.ops.fungible.uniform(list(shape), self.seed, self.step, self._stream())

    def normal(self, shape) -> torch.Tensor:
        """Standard normal by Box and Muller (1958); 1 - u keeps the logarithm finite."""
        radius = torch.sqrt(-2.0 * torch.log(1.0 - self.uniform(shape)))
        return radius * torch.cos((2.0 * math.pi) * self.uniform(shape))


def _dropout(mode, input, p=0.5, training=True, inplace=False):
    if not 0.0 <= p <= 1.0:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
    if not training or p == 0.0:
        return input
    result = torch.ops.fungible.dropout(input, mode.seed, mode.step, float(p), mode._stream())
    return input.copy_(result) if inplace else result


def _feature_dropout(mode, input, p=0.5, training=True, inplace=False):
    if not training or p == 0.0:
        return input
    shape = [*input.shape[:2], *[1] * (input.dim() - 2)]
    kept = (mode.uniform(shape) >= p).to(input.dtype) / (1.0 - p)
    return input.mul_(kept) if inplace else input * kept


def _attention(mode, query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None, enable_gqa=False):
    if dropout_p == 0.0:
        return _scaled_dot_product_attention(
            query, key, value, attn_mask, 0.0, is_causal, scale=scale, enable_gqa=enable_gqa
        )
    if enable_gqa:
        key = key.repeat_interleave(query.size(-3) // key.size(-3), -3)
        value = value.repeat_interleave(query.size(-3) // value.size(-3), -3)
    scores = (query @ key.transpose(-2, -1)) * (query.size(-1) ** -0.5 if scale is None else scale)
    if is_causal:
        allowed = torch.ones(query.size(-2), key.size(-2), dtype=torch.bool).tril()
        scores = scores.masked_fill(~allowed, float("-inf"))
    if attn_mask is not None:
        scores = scores.masked_fill(~attn_mask, float("-inf")) if attn_mask.dtype == torch.bool else scores + attn_mask
    return _dropout(mode, torch.softmax(scores, -1), dropout_p) @ value


def _multi_head_attention(mode, *args, **kwargs):
    # A mode is off inside of what it was called for, so the two that draw are replaced by name.
    own = F.dropout, F.scaled_dot_product_attention
    F.dropout, F.scaled_dot_product_attention = (functools.partial(f, mode) for f in (_dropout, _attention))
    try:
        return F.multi_head_attention_forward(*args, **kwargs)
    finally:
        F.dropout, F.scaled_dot_product_attention = own


def _creation(draw):
    def create(mode, *size, dtype=None, device=None, layout=None, requires_grad=False, generator=None, out=None):
        if generator is not None or out is not None:
            raise CaptureError("random functions with generator= or out= have no counter-based form; leave them out")
        shape = size[0] if len(size) == 1 and not isinstance(size[0], int) else size
        result = draw(mode, shape).to(dtype or torch.get_default_dtype())
        return result.requires_grad_() if requires_grad else result

    return create


def _like(draw):
    def create(mode, input, *, dtype=None, **_):
        return draw(mode, input.shape).to(dtype or input.dtype)

    return create


def _uniform_(mode, self, a=0.0, b=1.0, *, generator=None):
    return self.copy_(mode.uniform(self.shape) * (b - a) + a)


def _normal_(mode, self, mean=0.0, std=1.0, *, generator=None):
    return self.copy_(mode.normal(self.shape) * std + mean)


def _bernoulli(mode, input, p=None, *, generator=None, out=None):
    probability = input if p is None else p
    return (mode.uniform(input.shape) < probability).to(input.dtype)


def _bernoulli_(mode, self, p=0.5, *, generator=None):
    return self.copy_((mode.uniform(self.shape) < p).to(self.dtype))


_REPLACEMENTS = {
    F.dropout: _dropout,
    torch.dropout: lambda mode, input, p, train: _dropout(mode, input, p, train),
    torch.dropout_: lambda mode, input, p, train: _dropout(mode, input, p, train, inplace=True),
    F.dropout1d: _feature_dropout,
    F.dropout2d: _feature_dropout,
    F.dropout3d: _feature_dropout,
    torch.feature_dropout: lambda mode, input, p, train: _feature_dropout(mode, input, p, train),
    F.scaled_dot_product_attention: _attention,
    F.multi_head_attention_forward: _multi_head_attention,
    torch.rand: _creation(CounterBased.uniform),
    torch.randn: _creation(CounterBased.normal),
    torch.rand_like: _like(CounterBased.uniform),
    torch.randn_like: _like(CounterBased.normal),
    torch.bernoulli: _bernoulli,
    torch.Tensor.bernoulli: _bernoulli,
    torch.Tensor.bernoulli_: _bernoulli_,
    torch.Tensor.uniform_: _uniform_,
    torch.Tensor.normal_: _normal_,
}
