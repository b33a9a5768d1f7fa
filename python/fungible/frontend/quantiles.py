"""Quantiles, with places that are counted in 32 bits: devices without others cannot tell how large a place may be."""

from __future__ import annotations

import torch
from torch import Tensor

_INTERPOLATIONS = ("linear", "lower", "higher", "midpoint", "nearest")


def _places(sorted_: Tensor, q: Tensor, ignore_nan: bool) -> Tensor:
    """Where the quantiles are in the last dimension, fractions included: `[..., number of q]`."""
    last = sorted_.size(-1) - 1
    missing = sorted_.isnan().to(torch.int32).sum(-1, keepdim=True, dtype=torch.int32)
    if ignore_nan:
        return (q * (last - missing).to(q.dtype)).clamp(min=0)
    return torch.where(missing > 0, float(last), q * last)


def _quantile(ignore_nan: bool):
    def quantile(
        input: Tensor,
        q: float | Tensor,
        dim: int | None = None,
        keepdim: bool = False,
        *,
        interpolation: str = "linear",
    ) -> Tensor:
        """Source: `torch.quantile`, `torch.nanquantile`."""
        if isinstance(q, float) and 0 <= q <= 1:
            q = torch.tensor(q, dtype=input.dtype, device=input.device)
        known = isinstance(q, Tensor) and q.dtype == input.dtype and q.dim() <= 1 and q.numel()
        if not known or interpolation not in _INTERPOLATIONS or input.numel() == 0:
            return NotImplemented  # PyTorch says what is wrong
        values = input.reshape(-1) if dim is None else input.reshape(input.shape or [1]).movedim(dim, -1)
        sorted_ = values.sort(-1).values
        q_row = q.reshape(-1)
        places = _places(sorted_, q_row.clamp(0, 1), ignore_nan)
        if interpolation in ("lower", "higher", "nearest"):
            places = {"lower": places.floor, "higher": places.ceil, "nearest": places.round}[interpolation]()
        below = places.floor()
        result = sorted_.gather(-1, below.to(torch.int32).to(torch.int64))
        if interpolation in ("linear", "midpoint"):
            above = sorted_.gather(-1, places.ceil().to(torch.int32).to(torch.int64))
            weights = torch.full_like(places, 0.5) if interpolation == "midpoint" else places - below
            result = torch.lerp(result, above, weights)
        result = torch.where((q_row >= 0) & (q_row <= 1), result, torch.nan)  # where PyTorch raises
        result = result.movedim(-1, 0)  # those of one q
        if keepdim:
            result = result.unsqueeze(1 + (dim % max(input.dim(), 1) if dim is not None else 0))
            if dim is None:
                result = result.reshape([result.size(0), *[1] * input.dim()])
        if input.dim() == 0:
            result = result.reshape(-1)
        return result.squeeze(0) if q.dim() == 0 else result

    return quantile


quantile, nanquantile = _quantile(ignore_nan=False), _quantile(ignore_nan=True)
