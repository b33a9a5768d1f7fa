"""Functions of torch that ask for values while they run, or for every step of a sequence, in forms that do not.

Replaced before autograd, so that gradients need no values either (nor float64, as that of `renorm` does).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

import torch
from torch import Tensor
from torch._subclasses.fake_tensor import DynamicOutputShapeException
from torch.overrides import TorchFunctionMode

from . import ctc, least_squares, quantiles, recurrence, spectrograms
from .decompositions import indexing, statistics


def _combinations(input: Tensor, r: int = 2, with_replacement: bool = False) -> Tensor:
    """How many there are depends on the size alone."""
    choose = itertools.combinations_with_replacement if with_replacement else itertools.combinations
    rows = list(choose(range(input.size(0)), r))
    if not rows or not r:
        return input.new_empty([0] if not r else [0, r])
    places = torch.tensor(rows, dtype=torch.int64, device=input.device)
    return input.index_select(0, places.reshape(-1)).reshape(len(rows), r)


def _cov(
    input: Tensor, *, correction: int = 1, fweights: Tensor | None = None, aweights: Tensor | None = None
) -> Tensor:
    """Without the checks of the weights' values. Source: `torch.cov`."""
    if input.dim() > 2 or any(w is not None and w.dim() > 1 for w in (fweights, aweights)):
        return NotImplemented  # PyTorch says what is wrong
    x = input.reshape(1, -1) if input.dim() < 2 else input
    weights = fweights
    if aweights is not None:
        weights = aweights if fweights is None else fweights * aweights
    total = x.size(1) if weights is None else weights.sum()
    mean = (x if weights is None else x * weights).sum(1) / total
    if weights is None:
        freedom = max(total - correction, 0)
    else:
        lost = correction if aweights is None else correction * (weights * aweights).sum() / total
        freedom = (total - lost).clamp(min=0)
    x = x - mean.unsqueeze(1)
    products = x @ (x if weights is None else x * weights).t().conj()
    return (products / freedom).squeeze()


def _corrcoef(input: Tensor) -> Tensor:
    """Source: `torch.corrcoef`."""
    if input.dim() > 2 or input.is_complex():
        return NotImplemented
    covariance = _cov(input)
    if covariance.dim() == 0:
        return covariance / covariance
    deviation = covariance.diag().sqrt()
    return (covariance / deviation.unsqueeze(1) / deviation).clip(-1, 1)


def _narrow(input: Tensor, dim: int, start: int | Tensor, length: int) -> Tensor:
    if not isinstance(start, Tensor):
        return NotImplemented
    start = torch.where(start < 0, start + input.size(dim), start)
    return input.index_select(dim, start + torch.arange(length, device=input.device))


def _index_fill(input: Tensor, dim: int, index: Tensor, value: float | Tensor) -> Tensor:
    if not isinstance(value, Tensor):
        return NotImplemented
    return torch.where(indexing.named(input, dim, index), value, input)


def _index_put(input: Tensor, indices: tuple[Tensor, ...], values: Tensor, accumulate: bool = False) -> Tensor:
    """By one mask; by indices it is PyTorch's."""
    if len(indices) != 1 or not isinstance(indices[0], Tensor) or indices[0].dtype != torch.bool:
        return NotImplemented
    return indexing.put_by_mask(input, indices[0], values, accumulate)


def _set_item(input: Tensor, key: object, value: object) -> None:
    is_mask = isinstance(key, Tensor) and key.dtype == torch.bool
    if not is_mask or not isinstance(value, Tensor) or not value.requires_grad:
        return NotImplemented
    input.copy_(indexing.put_by_mask(input, key, value, False))


def _tensor_split(input: Tensor, parts: object = None, *args, **kwargs):
    if isinstance(kwargs.get("tensor_indices_or_sections", parts), Tensor):
        raise DynamicOutputShapeException(torch.ops.aten.tensor_split.tensor_indices_or_sections)
    return NotImplemented


def _in_place(function: Callable) -> Callable:
    def write(input: Tensor, *args, **kwargs):
        result = function(input, *args, **kwargs)
        return result if result is NotImplemented else input.copy_(result)

    return write


#: Function of torch -> what stands in for it; NotImplemented where the function itself does.
REPLACED: dict[Callable, Callable] = {
    torch.nn.functional.ctc_loss: ctc.ctc_loss,
    torch.ctc_loss: ctc.ctc_loss,
    torch.combinations: _combinations,
    torch.cov: _cov,
    torch.Tensor.cov: _cov,
    torch.corrcoef: _corrcoef,
    torch.Tensor.corrcoef: _corrcoef,
    torch.narrow: _narrow,
    torch.Tensor.narrow: _narrow,
    torch.index_fill: _index_fill,
    torch.Tensor.index_fill: _index_fill,
    torch.Tensor.index_fill_: _in_place(_index_fill),
    torch.index_put: _index_put,
    torch.Tensor.index_put: _index_put,
    torch.index_put_: _in_place(_index_put),
    torch.Tensor.index_put_: _in_place(_index_put),
    torch.Tensor.__setitem__: _set_item,
    torch.renorm: statistics.renorm,
    torch.Tensor.renorm: statistics.renorm,
    torch.Tensor.renorm_: _in_place(statistics.renorm),
    torch.linalg.lstsq: least_squares.lstsq,
    torch.istft: spectrograms.istft,
    torch.Tensor.istft: spectrograms.istft,
    torch.quantile: quantiles.quantile,
    torch.Tensor.quantile: quantiles.quantile,
    torch.nanquantile: quantiles.nanquantile,
    torch.Tensor.nanquantile: quantiles.nanquantile,
    torch.tensor_split: _tensor_split,
    torch.Tensor.tensor_split: _tensor_split,
    **recurrence.REPLACED,
}


#: Of those, what gives a view of its input, where what stands in for it gives a copy.
_VIEWS = {torch.narrow, torch.Tensor.narrow}


#: `+=` and its like, by the names of their methods.
_OPERATORS = {
    f"__i{name}__" for name in "add and div floordiv lshift mod mul or pow rshift sub truediv xor".split()
}


def _writes(function: Callable) -> bool:
    name = getattr(function, "__name__", "")
    return name in _OPERATORS | {"__setitem__"} or (name.endswith("_") and not name.endswith("__"))


class WithoutValues(TorchFunctionMode):
    """Inside, the functions above are the ones that stand in for them."""

    def __init__(self):
        super().__init__()
        self._copies: list[Tensor] = []

    def __torch_function__(self, function, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        if self._copies and args and _writes(function):
            self._check_write(args[0])
        replacement = REPLACED.get(function)
        result = NotImplemented if replacement is None else replacement(*args, **kwargs)
        if result is NotImplemented:
            return function(*args, **kwargs)
        if function in _VIEWS:
            self._copies.append(result)
        return result

    def _check_write(self, target: object) -> None:
        """
        Raises:
            RuntimeError: the write would not reach what the target is a view of in PyTorch.
        """
        if isinstance(target, Tensor) and any(target is copy or target._base is copy for copy in self._copies):
            raise RuntimeError(
                "the step writes to a slice that starts where a tensor says; use torch.where or index_copy instead"
            )
