"""Modules of `torch.nn` that look at values to choose their way, on the way that needs none.

The results are the same: what they look for are shortcuts, and the factor of an average, which can stay a tensor.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.modules import transformer
from torch.nn.modules.batchnorm import _BatchNorm


def _is_causal(mask: Tensor | None, is_causal: bool | None = None, size: int | None = None) -> bool:
    """Whether the caller says so: a mask that happens to be causal works as the mask that it is."""
    return is_causal is True


def _with_cumulative_average(original):
    def forward(self: _BatchNorm, input: Tensor) -> Tensor:
        """With `momentum=None`, running statistics are means over all batches: the factor depends on their number."""
        averages = self.momentum is None and self.training and self.num_batches_tracked is not None
        if not averages or self.running_mean is None or isinstance(self, nn.SyncBatchNorm):
            return original(self, input)
        self._check_input_dim(input)
        self.num_batches_tracked.add_(1)
        running = (self.running_mean, self.running_var)
        own = [torch.zeros_like(statistic) for statistic in running]
        output = F.batch_norm(input, *own, self.weight, self.bias, True, 1.0, self.eps)
        factor = 1.0 / self.num_batches_tracked.to(torch.float32)
        with torch.no_grad():
            for statistic, new in zip(running, own, strict=True):
                statistic.copy_(statistic * (1.0 - factor) + new * factor)
        return output

    return forward


@contextlib.contextmanager
def without_values() -> Iterator[None]:
    """Inside, these modules look at no values; nor are there oneDNN's recurrent layers, which are one CPU's."""
    replaced = [
        (transformer, "_detect_is_causal_mask", _is_causal),
        (_BatchNorm, "forward", _with_cumulative_average(_BatchNorm.forward)),
    ]
    originals = [(owner, name, getattr(owner, name)) for owner, name, _ in replaced]
    fast_path, onednn = torch.backends.mha.get_fastpath_enabled(), torch._C._get_mkldnn_enabled()
    try:
        for owner, name, own in replaced:
            setattr(owner, name, own)
        torch.backends.mha.set_fastpath_enabled(False)
        torch._C._set_mkldnn_enabled(False)  # `mkldnn.flags` sets more, and warns
        yield
    finally:
        torch._C._set_mkldnn_enabled(onednn)
        torch.backends.mha.set_fastpath_enabled(fast_path)
        for owner, name, original in originals:
            setattr(owner, name, original)
