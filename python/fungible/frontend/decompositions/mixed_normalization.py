"""Normalization of 16-bit floats by float32 weights, as autocast makes it.

PyTorch's kernels compute these in float32 and keep float32 statistics; its fake kernels say otherwise.
So they are the same op on float32, with the results that are 16 bits wide rounded at the end.
"""

from __future__ import annotations

from collections.abc import Callable

import torch

_aten = torch.ops.aten
_HALVES = (torch.float16, torch.bfloat16)


def _in_float32(op: torch._ops.OpOverload, wide: int, parameters: slice) -> Callable:
    """The op on float32 where its 16-bit tensors come with float32 parameters.

    Args:
        wide: so many of the first arguments become float32; the first result becomes 16 bits wide again.
        parameters: the arguments of which one that is float32 decides.
    """

    def decompose(*args):
        kind = args[0].dtype
        if kind not in _HALVES or not any(x is not None and x.dtype == torch.float32 for x in args[parameters]):
            return NotImplemented
        first, *others = op(*(x.to(torch.float32) for x in args[:wide]), *args[wide:])
        return None if first is None else first.to(kind), *others

    return decompose


TABLE = {
    _aten.native_layer_norm.default: _in_float32(_aten.native_layer_norm.default, 1, slice(2, 4)),
    _aten.native_layer_norm_backward.default: _in_float32(_aten.native_layer_norm_backward.default, 2, slice(3, 7)),
    _aten.native_group_norm.default: _in_float32(_aten.native_group_norm.default, 1, slice(1, 3)),
    _aten.native_group_norm_backward.default: _in_float32(_aten.native_group_norm_backward.default, 2, slice(2, 5)),
    _aten.native_batch_norm.default: _in_float32(_aten.native_batch_norm.default, 1, slice(1, 5)),
    _aten._native_batch_norm_legit.default: _in_float32(_aten._native_batch_norm_legit.default, 1, slice(1, 5)),
    _aten._native_batch_norm_legit.no_stats: _in_float32(_aten._native_batch_norm_legit.no_stats, 1, slice(1, 3)),
    _aten._native_batch_norm_legit_functional.default: _in_float32(
        _aten._native_batch_norm_legit_functional.default, 1, slice(1, 5)
    ),
    _aten.native_batch_norm_backward.default: _in_float32(_aten.native_batch_norm_backward.default, 2, slice(2, 7)),
}
