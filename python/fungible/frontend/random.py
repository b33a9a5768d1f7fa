"""Random functions of torch, drawn from the program's counter-based generator.

While a step runs under `CounterBased`, dropout and its relatives read `rng.seed` and
`rng.step` (docs/design.md) instead of torch's generator. The same context serves tracing
and eager runs: an eager step under it draws the very masks that the compiled step draws.
"""

from __future__ import annotations

import contextlib
import functools
import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch.overrides import TorchFunctionMode, _get_current_function_mode_stack

from ..errors import CaptureError
from . import distributions, operators, recurrence  # noqa: F401  operators defines torch.ops.fungible

_scaled_dot_product_attention = F.scaled_dot_product_attention


#: The functions of torch that save and restore the state of its generator.
_STATE = ("get_rng_state", "set_rng_state")


#: What draws inside of functions that the mode is called for: checkpoints and autograd functions of the user's in the
#: backward pass, and the start of `svd_lowrank`.
_PARTS = ((torch.autograd, "_engine_run_backward"), (torch._lowrank, "get_approximate_basis"))


@dataclass(frozen=True)
class _Position:
    """What stands for the state of torch's generator: the stream that the next function draws from."""

    stream: int


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
        self._next = 0
        self._patched: list[list] = []

    def __enter__(self):
        replaced = [(module, name, getattr(self, f"_{name}")) for module in (torch, torch.random) for name in _STATE]
        for module, name in _PARTS:
            replaced.append((module, name, self._on_in(getattr(module, name))))
        self._patched.append([(module, name, getattr(module, name)) for module, name, _ in replaced])
        for module, name, own in replaced:
            setattr(module, name, own)
        return super().__enter__()

    def __exit__(self, *error):
        for module, name, original in self._patched.pop():
            setattr(module, name, original)
        return super().__exit__(*error)

    def _on_in(self, part):
        """A part of a function with the mode on, which is off inside of functions that it was called for."""

        def run(*args, **kwargs):
            with contextlib.nullcontext() if self in _get_current_function_mode_stack() else self:
                return part(*args, **kwargs)

        return run

    def _get_rng_state(self) -> _Position:
        return _Position(self._next)

    def _set_rng_state(self, state: _Position) -> None:
        """Draws the same numbers again; checkpoints do so where they compute a second time."""
        if not isinstance(state, _Position):
            raise CaptureError("torch.set_rng_state with a state from outside of the step has no counter-based form")
        self._next = state.stream

    def __torch_function__(self, function, types, args=(), kwargs=None):
        replacement = _REPLACEMENTS.get(function)
        if replacement is None:
            return function(*args, **(kwargs or {}))
        return replacement(self, *args, **(kwargs or {}))

    def _stream(self) -> int:
        self._next += 1
        self.draws = max(self.draws, self._next)
        return self._next - 1

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


def _alpha_dropout(of_features):
    def dropout(mode, input, p=0.5, training=False, inplace=False):
        """Keeps mean and variance of what comes out of SELU. Source: Klambauer et al., 2017."""
        if not 0.0 <= p <= 1.0:
            raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
        if not training or p == 0.0:
            return input
        shape = [*input.shape[:2], *[1] * (input.dim() - 2)] if of_features else input.shape
        alpha = 1.0507009873554805 * 1.6732632423543772  # the lower end of SELU
        scale = 0.0 if p == 1.0 else 1.0 / math.sqrt((alpha * alpha * p + 1.0) * (1.0 - p))
        kept = (mode.uniform(shape) >= p).to(input.dtype)
        result = input * (kept * scale) + ((kept - 1.0) * (alpha * scale) + alpha * scale * p)
        return input.copy_(result) if inplace else result

    return dropout


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


def _recurrent(function):
    def run(mode, input, hx, params, *rest):
        has_biases, num_layers, dropout, train, bidirectional = rest[:5]
        if recurrence.is_packed((input, hx)) or not (train and dropout and num_layers > 1):
            return function(input, hx, params, *rest)
        batch_first = rest[5]

        def layer(x, hidden, weights):
            states = [h.unsqueeze(0) for h in hidden]
            states = states if function is torch.lstm else states[0]
            output, *ends = function(x, states, weights, has_biases, 1, 0.0, train, False, False)
            return output, tuple(end[0] for end in ends)

        output, *states = recurrence.by_layers(
            layer, input.transpose(0, 1) if batch_first else input, hx, params, num_layers, bidirectional,
            lambda x: _dropout(mode, x, dropout),
        )  # fmt: skip
        return output.transpose(0, 1) if batch_first else output, *states

    return run


def _rrelu(mode, input, lower=1.0 / 8, upper=1.0 / 3, training=False, inplace=False):
    slope = lower + (upper - lower) * mode.uniform(input.shape).to(input.dtype) if training else (lower + upper) / 2
    result = torch.where(input < 0, input * slope, input)
    return input.copy_(result) if inplace else result


def _fractional_max_pool(function, spatial):
    def pool(
        mode, input, kernel_size, output_size=None, output_ratio=None, return_indices=False, _random_samples=None
    ):
        if _random_samples is None:
            batch = input.size(0) if input.dim() == spatial + 2 else 1
            _random_samples = mode.uniform([batch, input.size(-1 - spatial), spatial]).to(input.dtype)
        return function(input, kernel_size, output_size, output_ratio, return_indices, _random_samples)

    return pool


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
    F.alpha_dropout: _alpha_dropout(False),
    torch.alpha_dropout: _alpha_dropout(False),
    F.feature_alpha_dropout: _alpha_dropout(True),
    torch.feature_alpha_dropout: _alpha_dropout(True),
    F.scaled_dot_product_attention: _attention,
    F.multi_head_attention_forward: _multi_head_attention,
    **{function: _recurrent(function) for function in recurrence.REPLACED},
    F.rrelu: _rrelu,
    F.rrelu_: functools.partial(_rrelu, inplace=True),
    torch.rrelu: _rrelu,
    torch.rrelu_: functools.partial(_rrelu, inplace=True),
    F.fractional_max_pool2d: _fractional_max_pool(F.fractional_max_pool2d, 2),
    F.fractional_max_pool3d: _fractional_max_pool(F.fractional_max_pool3d, 3),
    F.fractional_max_pool2d_with_indices: _fractional_max_pool(F.fractional_max_pool2d_with_indices, 2),
    F.fractional_max_pool3d_with_indices: _fractional_max_pool(F.fractional_max_pool3d_with_indices, 3),
    torch.rand: _creation(CounterBased.uniform),
    torch.randn: _creation(CounterBased.normal),
    torch.rand_like: _like(CounterBased.uniform),
    torch.randn_like: _like(CounterBased.normal),
    torch.bernoulli: _bernoulli,
    torch.Tensor.bernoulli: _bernoulli,
    torch.Tensor.bernoulli_: _bernoulli_,
    torch.Tensor.uniform_: _uniform_,
    torch.Tensor.normal_: _normal_,
    **distributions.TABLE,
}

# What programs of `torch.export` call.
_aten = torch.ops.aten
_REPLACEMENTS |= {
    _aten.dropout.default: _REPLACEMENTS[torch.dropout],
    _aten.dropout_.default: _REPLACEMENTS[torch.dropout_],
    _aten.feature_dropout.default: _REPLACEMENTS[torch.feature_dropout],
    _aten.scaled_dot_product_attention.default: _attention,
    _aten.rrelu.default: _rrelu,
    _aten.rand.default: lambda mode, size, *, dtype=None, **_: _REPLACEMENTS[torch.rand](mode, size, dtype=dtype),
    _aten.randn.default: lambda mode, size, *, dtype=None, **_: _REPLACEMENTS[torch.randn](mode, size, dtype=dtype),
    _aten.rand_like.default: _REPLACEMENTS[torch.rand_like],
    _aten.randn_like.default: _REPLACEMENTS[torch.randn_like],
    _aten.bernoulli.default: _bernoulli,
    _aten.bernoulli.p: _bernoulli,
    _aten.bernoulli_.float: _bernoulli_,
    _aten.uniform_.default: _uniform_,
    _aten.normal_.default: _normal_,
}
