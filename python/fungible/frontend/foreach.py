"""`torch._foreach_*`: functions of lists of tensors, taken one tensor at a time."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

_PREFIX = "_foreach_"

#: Functions whose last argument is a keyword of the function of one tensor, and how many operands come before it.
_KEYWORDS = {"add": "alpha", "sub": "alpha", "addcmul": "value", "addcdiv": "value"}
_OPERANDS = {"add": 1, "sub": 1, "addcmul": 2, "addcdiv": 2}


def _norm(input: Tensor, ord: float = 2, dtype: torch.dtype | None = None) -> Tensor:
    return torch.linalg.vector_norm(input, ord, dtype=dtype)


def lerp(input: Tensor, end: Tensor, weight: float | Tensor) -> Tensor:
    """`torch.lerp`, where a scalar tensor as weight counts as a number, of any dtype."""
    if not isinstance(weight, Tensor) or weight.dim() > 0 or weight.dtype == input.dtype:
        return torch.lerp(input, end, weight)
    wide = torch.promote_types(input.dtype, torch.float32)
    return torch.lerp(input.to(wide), end.to(wide), weight.to(wide)).to(input.dtype)


def _bound(clamp: str, elementwise: str) -> Callable:
    def function(input: Tensor, other: object) -> Tensor:
        return getattr(torch, elementwise)(input, other) if isinstance(other, Tensor) else input.clamp(**{clamp: other})

    return function


_OWN = {
    "lerp": lerp,
    "norm": _norm,
    "maximum": _bound("min", "maximum"),
    "minimum": _bound("max", "minimum"),
    "clamp_min": _bound("min", "maximum"),
    "clamp_max": _bound("max", "minimum"),
}


def _function(name: str) -> Callable:
    """The function of one tensor: `lerp_` of Tensor for `_foreach_lerp_`."""
    plain = name.removesuffix("_")
    if plain not in _OWN:
        return getattr(Tensor, name)
    own = _OWN[plain]
    return own if plain == name else lambda input, *args, **named: input.copy_(own(input, *args, **named))


class OneByOne(TorchFunctionMode):
    """Inside, a `torch._foreach_*` function is the function of one tensor for each of the list."""

    def __torch_function__(self, function, types, args=(), kwargs=None):
        kwargs = dict(kwargs or {})
        name = getattr(function, "__name__", "")
        if not name.startswith(_PREFIX):
            return function(*args, **kwargs)
        name = name.removeprefix(_PREFIX)
        plain = name.removesuffix("_")
        operands = _OPERANDS.get(plain)
        if operands is not None and len(args) > operands + 1:
            kwargs[_KEYWORDS[plain]] = args[operands + 1]
            args = args[: operands + 1]
        kwargs = {
            _KEYWORDS.get(plain, key) if key in ("scalars", "scalar") else key: value for key, value in kwargs.items()
        }
        lists = [value for value in (*args, *kwargs.values()) if isinstance(value, (list, tuple))]
        if not lists:
            return function(*args, **kwargs)
        one = _function(name)

        def pick(value: object, index: int) -> object:
            is_vector = isinstance(value, Tensor) and value.dim() == 1 and value is kwargs.get(_KEYWORDS.get(plain))
            return value[index] if isinstance(value, (list, tuple)) or is_vector else value

        results = [
            one(*(pick(value, i) for value in args), **{key: pick(value, i) for key, value in kwargs.items()})
            for i in range(len(lists[0]))
        ]
        return None if name.endswith("_") else results
