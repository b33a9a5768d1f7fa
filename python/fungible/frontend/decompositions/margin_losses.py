"""Margin losses over classes, and their gradients, with comparisons in place of look-ups and scatters."""

from __future__ import annotations

import torch

from .opmath import in_float32

_aten = torch.ops.aten
_NONE, _MEAN = 0, 1


def _rows(input: torch.Tensor) -> torch.Tensor:
    """`[batch, classes]`; without a batch there is one row."""
    return input.reshape([input.size(0) if input.dim() == 2 else 1, input.size(-1) if input.dim() else 1])


def _reduced(losses: torch.Tensor, reduction: int, scalar: bool) -> torch.Tensor:
    """`losses`, one a row, as the op returns them; `scalar` where its input was one row without a batch."""
    if reduction == _NONE:
        return losses.reshape([]) if scalar else losses
    return losses.mean() if reduction == _MEAN else losses.sum()


def _row_gradients(grad: torch.Tensor, rows: int, reduction: int) -> torch.Tensor:
    """The gradient of each row's loss, `[rows, 1]`."""
    grad = grad.reshape([-1, 1]).expand(rows, 1)
    return grad / rows if reduction == _MEAN else grad


def _distances(input: torch.Tensor, target: torch.Tensor, margin: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Whether an element is its row's target, and how far it is above it less the margin."""
    is_target = torch.arange(input.size(1), device=input.device) == target.reshape([-1, 1])
    own = torch.where(is_target, input, 0.0).sum(1, keepdim=True)
    return is_target, margin - own + input


def _class_weights(is_target: torch.Tensor, weight: torch.Tensor | None) -> torch.Tensor | float:
    return 1.0 if weight is None else torch.where(is_target, weight, 0.0).sum(1, keepdim=True)


@in_float32
def _multi_margin_loss(input, target, p=1, margin=1, weight=None, reduction=_MEAN):
    rows = _rows(input)
    is_target, distance = _distances(rows, target, margin)
    hinge = distance.clamp_min(0.0) ** p * _class_weights(is_target, weight)
    losses = torch.where(is_target, 0.0, hinge).sum(1) / rows.size(1)
    return _reduced(losses, reduction, input.dim() < 2)


@in_float32
def _multi_margin_loss_backward(grad, input, target, p, margin, weight=None, reduction=_MEAN):
    rows = _rows(input)
    is_target, distance = _distances(rows, target, margin)
    slope = 1.0 if p == 1 else 2.0 * distance
    counts = (distance > 0) & ~is_target
    share = torch.where(counts, slope * (_class_weights(is_target, weight) / rows.size(1)), 0.0)
    share = torch.where(is_target, -share.sum(1, keepdim=True), share)
    return (share * _row_gradients(grad, rows.size(0), reduction)).reshape(input.shape)


def _labels(rows: torch.Tensor, target: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Which class each label names, `[rows, labels, classes]`, and which classes are named at all.

    Labels end at the first negative one.
    """
    places = torch.arange(rows.size(1), dtype=torch.int32, device=rows.device)
    labels = target.reshape(rows.shape)
    end = torch.where(labels < 0, places, rows.size(1)).amin(1, keepdim=True)
    names = (labels.unsqueeze(2) == places) & (places < end).unsqueeze(2)
    return names, names.to(rows.dtype).sum(1) > 0.5


def _label_distances(rows: torch.Tensor, names: torch.Tensor, named: torch.Tensor) -> torch.Tensor:
    """`1 - x[label] + x[class]` for labels and the classes that are none, and else 0."""
    valid = names.to(rows.dtype).sum(2, keepdim=True) > 0.5
    own = torch.where(names, rows.unsqueeze(1), 0.0).sum(2, keepdim=True)
    return torch.where(valid & ~named.unsqueeze(1), 1.0 - own + rows.unsqueeze(1), 0.0)


@in_float32
def _multilabel_margin_loss(input, target, reduction):
    rows = _rows(input)
    names, named = _labels(rows, target)
    distance = _label_distances(rows, names, named)
    losses = distance.clamp_min(0.0).sum((1, 2)) / rows.size(1)
    is_target = named.to(input.dtype).reshape(target.shape)
    return _reduced(losses, reduction, input.dim() < 2), is_target


@in_float32
def _multilabel_margin_loss_backward(grad, input, target, reduction, is_target):
    rows = _rows(input)
    names, named = _labels(rows, target)
    share = (_label_distances(rows, names, named) > 0).to(rows.dtype) / rows.size(1)
    of_labels = torch.where(names, share.sum(2, keepdim=True), 0.0)
    total = (share - of_labels).sum(1)
    return (total * _row_gradients(grad, rows.size(0), reduction)).reshape(input.shape)


TABLE = {
    _aten.multi_margin_loss.default: _multi_margin_loss,
    _aten.multi_margin_loss_backward.default: _multi_margin_loss_backward,
    _aten.multilabel_margin_loss_forward.default: _multilabel_margin_loss,
    _aten.multilabel_margin_loss_backward.default: _multilabel_margin_loss_backward,
}
