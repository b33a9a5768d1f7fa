"""Batch normalization as `torch.export`, AOT autograd and some libraries call it, as the op that the dialect knows."""

from __future__ import annotations

import torch

_aten = torch.ops.aten


def _with_update(input, weight, bias, running_mean, running_var, momentum, eps):
    """The functional form; its fourth result is scratch space of cuDNN, which is empty here."""
    output, mean, rstd, new_mean, new_var = _aten._native_batch_norm_legit_functional.default(
        input, weight, bias, running_mean, running_var, True, momentum, eps
    )
    return output, mean, rstd, input.new_empty([0], dtype=torch.uint8), new_mean, new_var


def _no_training(input, weight, bias, running_mean, running_var, momentum, eps):
    functional = _aten._native_batch_norm_legit_functional.default
    return functional(input, weight, bias, running_mean, running_var, False, momentum, eps)[:3]


TABLE = {
    _aten._batch_norm_with_update_functional.default: _with_update,
    _aten._native_batch_norm_legit_no_training.default: _no_training,
}
