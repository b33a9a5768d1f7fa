"""Histograms, by comparing each element with each bin."""

from __future__ import annotations

import torch

_aten = torch.ops.aten


def _histc(self, bins=100, min=0, max=0):
    """The last bin holds `max`; elements outside of the range, and NaN, count nowhere."""
    values = self.reshape(-1)
    if min == max:  # the range is the data's
        low, high = values.amin(), values.amax()
        equal = low == high
        low, high = torch.where(equal, low - 1, low), torch.where(equal, high + 1, high)
    else:
        low, high = (torch.tensor(float(end), dtype=self.dtype) for end in (min, max))
    place = ((values - low) * (bins / (high - low))).floor()
    place = torch.where(values == high, bins - 1.0, place)
    inside = (values >= low) & (values <= high)
    numbers = torch.arange(bins, dtype=self.dtype).unsqueeze(1)
    return ((place == numbers) & inside).to(self.dtype).sum(1)


TABLE = {_aten.histc.default: _histc}
