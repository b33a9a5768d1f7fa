"""The dtype in which PyTorch's CPU kernels compute: float32 for 16-bit floats, which are rounded once at the end."""

from __future__ import annotations

import functools
from collections.abc import Callable

import torch
from torch.utils import _pytree as pytree

_HALVES = (torch.float16, torch.bfloat16)


def in_float32(decomposition: Callable) -> Callable:
    """The decomposition, with 16-bit tensors of any argument as float32 and the results as the first one's dtype."""

    @functools.wraps(decomposition)
    def wrapped(*args, **kwargs):
        tensors = [leaf for leaf in pytree.tree_leaves((args, kwargs)) if isinstance(leaf, torch.Tensor)]
        kind = tensors[0].dtype
        if kind not in _HALVES:
            return decomposition(*args, **kwargs)

        def widen(tensor: torch.Tensor) -> torch.Tensor:
            return tensor.to(torch.float32) if tensor.dtype in _HALVES else tensor

        def narrow(tensor: torch.Tensor) -> torch.Tensor:
            return tensor.to(kind) if tensor.dtype == torch.float32 else tensor

        results = decomposition(*pytree.tree_map_only(torch.Tensor, widen, args), **kwargs)
        return results if results is NotImplemented else pytree.tree_map_only(torch.Tensor, narrow, results)

    return wrapped
