"""Softmax of scalars, which torch-mlir decomposes without end: the same of one element."""

from __future__ import annotations

from collections.abc import Callable

import torch

_aten = torch.ops.aten


def _of_one_element(op: torch._ops.OpOverload, tensors: int) -> Callable:
    def decompose(*args):
        if args[0].dim() > 0:
            return NotImplemented
        return op(*(x.reshape([1]) for x in args[:tensors]), *args[tensors:]).reshape([])

    return decompose


TABLE = {
    _aten._softmax.default: _of_one_element(_aten._softmax.default, 1),
    _aten._safe_softmax.default: _of_one_element(_aten._safe_softmax.default, 1),
    _aten._log_softmax.default: _of_one_element(_aten._log_softmax.default, 1),
    _aten._softmax_backward_data.default: _of_one_element(_aten._softmax_backward_data.default, 2),
    _aten._log_softmax_backward_data.default: _of_one_element(_aten._log_softmax_backward_data.default, 2),
}
