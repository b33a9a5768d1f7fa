"""`torch.nn.functional.linear_cross_entropy` with chunks of the batch, so that not all logits are there at once.

Source: torch/nn/modules/linear_cross_entropy.py, whose two ops compute the same in place.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import torch
import torch.nn.modules.linear_cross_entropy  # noqa: F401  defines the ops
from torch import Tensor

from .opmath import in_float32


def _chunks(input: Tensor, size: int) -> Iterator[slice]:
    for start in range(0, input.size(0), max(size, 1)):
        yield slice(start, min(start + size, input.size(0)))


def _is_target(target: Tensor, classes: int) -> Tensor:
    return target.unsqueeze(1) == torch.arange(classes, device=target.device)


def _row_weights(target: Tensor, classes: int, weight: Tensor | None, ignore_index: int, like: Tensor) -> Tensor:
    """How much each row's loss counts, `[N]`: the weight of its class, or nothing."""
    counts = target != ignore_index
    if weight is None:
        return counts.to(like.dtype)
    of_class = torch.where(_is_target(target, classes), weight.to(like.dtype), 0.0).sum(1)
    return torch.where(counts, of_class, 0.0)


def _log_softmax(input: Tensor, linear_weight: Tensor, linear_bias: Tensor | None) -> Tensor:
    logits = input @ linear_weight.t()
    return torch.log_softmax(logits if linear_bias is None else logits + linear_bias, 1)


def _loss(logs: Tensor, is_target: Tensor, row_weights: Tensor) -> Tensor:
    """Of each row; a class of no probability counts nothing where the row does not."""
    own = torch.where(is_target, logs, 0.0).sum(1)
    return torch.where(row_weights == 0, 0.0, -own * row_weights)


def _losses(input, linear_weight, target, linear_bias, weight, ignore_index, chunk) -> Tensor:
    classes, found = linear_weight.size(0), []
    for rows in _chunks(input, chunk):
        logs = _log_softmax(input[rows], linear_weight, linear_bias)
        row_weights = _row_weights(target[rows], classes, weight, ignore_index, input)
        found.append(_loss(logs, _is_target(target[rows], classes), row_weights))
    return torch.cat(found) if found else input.new_zeros([0])


def _gradients(input, linear_weight, target, linear_bias, row_weights, chunk) -> tuple[Tensor, Tensor, Tensor]:
    """By input, linear_weight and linear_bias, of the losses times `row_weights`."""
    classes, of_input = linear_weight.size(0), []
    of_weight, of_bias = torch.zeros_like(linear_weight), linear_weight.new_zeros([classes])
    for rows in _chunks(input, chunk):
        powers = torch.exp(_log_softmax(input[rows], linear_weight, linear_bias))
        share = (powers - _is_target(target[rows], classes).to(powers.dtype)) * row_weights[rows].unsqueeze(1)
        of_input.append(share @ linear_weight)
        of_weight = of_weight + share.t() @ input[rows]
        of_bias = of_bias + share.sum(0)
    return torch.cat(of_input) if of_input else torch.zeros_like(input), of_weight, of_bias


@in_float32
def _reduced(
    input, linear_weight, target, linear_bias, weight, reduction, ignore_index, label_smoothing,
    chunk, acc_policy, acc_dtype, allow_retain_graph, by_input, by_weight, by_bias,
):  # fmt: skip
    """The loss, and its gradients, which the op computes on the way forward; empty where none is asked for."""
    losses = _losses(input, linear_weight, target, linear_bias, weight, ignore_index, chunk)
    row_weights = _row_weights(target, linear_weight.size(0), weight, ignore_index, input)
    loss = losses.sum()
    if reduction == "mean":
        total = row_weights.sum()
        total = torch.where(total == 0, math.nan, total)
        loss, row_weights = loss / total, row_weights / total
    empty = [input.new_zeros([0, 0]), input.new_zeros([0, 0]), input.new_zeros([0])]
    wanted = (by_input, by_weight, by_bias)
    if any(wanted):
        found = _gradients(input, linear_weight, target, linear_bias, row_weights, chunk)
        empty = [each if want else none for want, each, none in zip(wanted, found, empty)]
    return loss, *empty


@in_float32
def _unreduced(input, linear_weight, target, linear_bias, weight, ignore_index, chunk, acc_policy, acc_dtype):
    return _losses(input, linear_weight, target, linear_bias, weight, ignore_index, chunk)


_ops = torch.ops.torch_nn

TABLE: dict[torch._ops.OpOverload, Callable] = {
    _ops._linear_cross_entropy_batch_chunked.default: _reduced,
    _ops._linear_cross_entropy_batch_chunked_no_reduction.default: _unreduced,
}
