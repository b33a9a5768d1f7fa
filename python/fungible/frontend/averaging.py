"""Averages of weights: `torch.optim.swa_utils.AveragedModel` in a captured step.

Its `update_parameters` branches on the count of the models that it has averaged, which is
state: the first model is copied, each later one averaged. A graph computes both and selects.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator

import torch
from torch.optim.swa_utils import AveragedModel, get_swa_avg_fn
from torch.utils._foreach_utils import _group_tensors_by_device_and_dtype


def _averages(self: AveragedModel, old: list[torch.Tensor], new: list[torch.Tensor]) -> list[torch.Tensor]:
    """What the model's own averaging makes of the old average and the new model."""
    if self.multi_avg_fn is None:
        average = self.avg_fn or get_swa_avg_fn()
        return [average(left, right, self.n_averaged) for left, right in zip(old, new)]
    result = [tensor.clone() for tensor in old]
    for (averaged, current), _ in _group_tensors_by_device_and_dtype([result, new]).values():
        self.multi_avg_fn(averaged, current, self.n_averaged)
    return result


def _update_parameters(self: AveragedModel, model: torch.nn.Module) -> None:
    """`AveragedModel.update_parameters` with a select for its branch."""
    if self.use_buffers:
        own = itertools.chain(self.module.parameters(), self.module.buffers())
        given = itertools.chain(model.parameters(), model.buffers())
    else:
        own, given = self.parameters(), model.parameters()
    pairs = [(left.detach(), right.detach()) for left, right in zip(own, given)]
    if pairs:
        is_first = self.n_averaged == 0
        averages = _averages(self, [left for left, _ in pairs], [right for _, right in pairs])
        for (left, right), average in zip(pairs, averages, strict=True):
            left.copy_(torch.where(is_first, right.to(average.dtype), average))
    if not self.use_buffers:
        for left, right in zip(self.module.buffers(), model.buffers(), strict=True):
            left.detach().copy_(right.detach())
    self.n_averaged += 1


@contextlib.contextmanager
def selected() -> Iterator[None]:
    """Inside, `AveragedModel.update_parameters` branches on no value."""
    original = AveragedModel.update_parameters
    AveragedModel.update_parameters = _update_parameters
    try:
        yield
    finally:
        AveragedModel.update_parameters = original
