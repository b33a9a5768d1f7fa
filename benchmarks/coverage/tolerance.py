"""The tolerance that PyTorch's own tests use for an entry of its databases."""

from __future__ import annotations

import torch
from torch.testing._internal.common_device_type import precisionOverride, toleranceOverride

from case import ATOL, RTOL


def for_float32(decorators, target: str) -> tuple[float, float]:
    """`rtol, atol`: the defaults of torch.testing, or wider where the entry's decorators say so.

    A decorator for another device's tests counts on that kind of device alone: CUDA's for GPUs.
    """
    rtol, atol = RTOL, ATOL
    for decorator in decorators:
        device = getattr(decorator, "device_type", None)
        if device not in (None, "cpu") and target == "cpu":
            continue
        for inner in getattr(decorator, "decorators", [decorator]):
            if isinstance(inner, toleranceOverride) and torch.float32 in inner.d:
                rtol, atol = max(rtol, inner.d[torch.float32].rtol), max(atol, inner.d[torch.float32].atol)
            elif isinstance(inner, precisionOverride) and torch.float32 in inner.d:
                atol = max(atol, inner.d[torch.float32])
    return rtol, atol
