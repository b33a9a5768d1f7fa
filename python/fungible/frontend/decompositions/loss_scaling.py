"""What `torch.amp.GradScaler` calls: the check of gradients for infinities, and the next scale."""

from __future__ import annotations

import math

import torch

_aten = torch.ops.aten


def _check_and_unscale(gradients: list[torch.Tensor], found_inf: torch.Tensor, inverse_scale: torch.Tensor) -> None:
    """Multiplies all gradients by the inverse scale; `found_inf` becomes 1 where an element is not finite."""
    for gradient in gradients:
        # The size of a NaN is not below infinity either.
        wrong = torch.where(gradient.abs() < math.inf, 0.0, 1.0).sum(dtype=torch.float32)
        found_inf.copy_(torch.where(wrong > 0, 1.0, found_inf))
        gradient.mul_(inverse_scale)


def _update_scale(
    scale: torch.Tensor,
    growth_tracker: torch.Tensor,
    found_inf: torch.Tensor,
    growth_factor: float,
    backoff_factor: float,
    growth_interval: int,
) -> torch.Tensor:
    """A smaller scale after infinities; a larger one after `growth_interval` steps without, unless it overflows."""
    skipped = found_inf > 0
    steps = torch.where(skipped, 0, growth_tracker + 1)
    grows = steps == growth_interval
    grown = scale * growth_factor
    larger = torch.where(grows & (grown < math.inf), grown, scale)
    scale.copy_(torch.where(skipped, scale * backoff_factor, larger))
    growth_tracker.copy_(torch.where(grows, 0, steps))
    return scale


TABLE = {
    _aten._amp_foreach_non_finite_check_and_unscale_.default: _check_and_unscale,
    _aten._amp_update_scale_.default: _update_scale,
}
