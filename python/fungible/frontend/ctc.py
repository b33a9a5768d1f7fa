"""Connectionist temporal classification, whose ATen op needs the lengths of the targets as numbers.

The lengths are masks here, so that they may be tensors of a batch. What is sequential is one
operator, `fungible::ctc_lattice`, forward for the paths up to a state and backward for those from it.
Source: Graves et al., ICML 2006; aten/src/ATen/native/LossCTC.cpp.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

import torch
from torch import Tensor

_SCHEMA = "(Tensor emissions, Tensor entries, Tensor skips) -> Tensor"


def lattice(emissions: Tensor, entries: Tensor, skips: Tensor) -> Tensor:
    """The recursion over times; see `fungible.ctc_lattice`.

    Args:
        emissions: `[T, N, S]`, float32 or float64; entries the same.
        skips: `[N, S]`, zero or minus infinity.
    """
    before, found = torch.full_like(skips, -inf), []
    for emission, entry in zip(emissions, entries):
        wide = torch.nn.functional.pad(before, [2, 0], value=-inf)
        terms = torch.stack([entry, before, wide[:, 1:-1], wide[:, :-2] + skips])
        before = emission + terms.logsumexp(0)
        found.append(before)
    return torch.stack(found) if found else torch.zeros_like(emissions)


def _register() -> torch.library.Library:
    library = torch.library.Library("fungible", "FRAGMENT")
    library.define("ctc_lattice" + _SCHEMA)
    library.impl("ctc_lattice", lattice, "CPU")
    torch.library.register_fake("fungible::ctc_lattice", lambda x, *_: torch.empty_like(x), lib=library)
    return library


# A reload runs this again in the same namespace, and an operator is defined once a process.
if "_LIBRARY" not in globals():
    _LIBRARY = _register()


class _Loss(torch.autograd.Function):
    """The loss of each sequence, `[N]`.

    Args:
        logs: `[T, N, C]`, logarithms of probabilities.
        labels: int64 `[N, S]`: the class of each state, blanks between those of the target.
        skips: `[N, S]`, zero where a path may come over the state before, else minus infinity.
        ends: bool `[T, N, S]`: the last time of each sequence, in the states where it may end.
        empty: bool `[N]`: nothing is read and nothing is there, which has no loss.
        zero_infinity: whether the gradient is zero, not NaN, where no path fits.
    """

    @staticmethod
    def forward(ctx, logs, labels, skips, ends, empty, zero_infinity):
        emissions = logs.gather(2, labels.expand(logs.size(0), *labels.shape))
        starts = torch.full_like(emissions, -inf)
        starts[:1, :, :2] = 0.0
        sums = torch.ops.fungible.ctc_lattice(emissions, starts, skips)
        last = torch.where(ends, sums, -inf)
        loss = torch.where(empty, 0.0, -last.permute(1, 0, 2).flatten(1).logsumexp(1))
        ctx.zero_infinity = zero_infinity
        ctx.save_for_backward(logs, labels, skips, ends, emissions, sums, loss)
        return loss

    @staticmethod
    def backward(ctx, grad):
        logs, labels, skips, ends, emissions, sums, loss = ctx.saved_tensors
        turned = (0, 2)
        entries = torch.where(ends, 0.0, -inf).to(logs.dtype).flip(turned)
        # From two states on back to this one: the skip belongs to the state that it leads to.
        ahead = torch.nn.functional.pad(skips, [0, 2], value=-inf)[:, 2:].flip(1)
        after = torch.ops.fungible.ctc_lattice(emissions.flip(turned).contiguous(), entries, ahead).flip(turned)
        both = sums + after
        of_sequence = loss.unsqueeze(1)
        none = 0.0 if ctx.zero_infinity else 0.0 * of_sequence
        share = torch.where(both > -inf, torch.exp((both + of_sequence) - emissions), none)
        classes = torch.arange(logs.size(2), device=logs.device)
        of_class = (labels.unsqueeze(2) == classes).to(logs.dtype)
        occupied = (share.transpose(0, 1) @ of_class).transpose(0, 1)
        # As PyTorch's: less the probabilities, which a log_softmax in front of this projects out.
        here = ends.to(logs.dtype).sum(2, keepdim=True).flip(0).cumsum(0).flip(0) > 0.5
        return torch.where(here, (torch.exp(logs) - occupied) * grad.unsqueeze(1), 0.0), *[None] * 5


def _longest(targets: Tensor, lengths: Tensor | Sequence[int]) -> int:
    if targets.dim() == 2:
        return targets.size(1)
    return targets.size(0) if isinstance(lengths, Tensor) else max(lengths, default=0)


def _rows(targets: Tensor, lengths: Tensor, longest: int) -> Tensor:
    """The targets as `[N, longest]`; what is behind a target's end is anything."""
    if targets.dim() == 2:
        return targets
    starts = lengths.cumsum(0, dtype=torch.int32) - lengths
    places = starts.unsqueeze(1) + torch.arange(longest, dtype=torch.int32, device=targets.device)
    return targets.index_select(0, places.clamp(max=max(targets.size(0) - 1, 0)).reshape(-1)).reshape(places.shape)


def ctc_loss(
    log_probs: Tensor,
    targets: Tensor,
    input_lengths: Tensor | Sequence[int],
    target_lengths: Tensor | Sequence[int],
    blank: int = 0,
    reduction: str | int = "mean",
    zero_infinity: bool = False,
) -> Tensor:
    """`torch.nn.functional.ctc_loss` (and `torch.ctc_loss`, whose reductions are numbers).

    A row for each time: the compiled loop has so many turns, each way.
    """
    if log_probs.dim() == 2:
        as_batch = [x.unsqueeze(0) if isinstance(x, Tensor) and x.dim() == 0 else x for x in (input_lengths, target_lengths)]
        targets = targets.unsqueeze(0) if targets.dim() == 1 else targets
        loss = ctc_loss(log_probs.unsqueeze(1), targets, *as_batch, blank, reduction, zero_infinity)
        return loss.squeeze(0) if reduction in ("none", 0) else loss
    longest, device = _longest(targets, target_lengths), log_probs.device
    inputs, lengths = (
        x.to(torch.int32) if isinstance(x, Tensor) else torch.tensor(list(x), dtype=torch.int32, device=device)
        for x in (input_lengths, target_lengths)
    )
    rows = _rows(targets, lengths, longest).to(torch.int64)
    valid = torch.arange(longest, dtype=torch.int32, device=device) < lengths.unsqueeze(1)
    labels = torch.stack([torch.full_like(rows, blank), torch.where(valid, rows, blank)], 2).flatten(1)
    labels = torch.nn.functional.pad(labels, [0, 1], value=blank)
    before = torch.nn.functional.pad(labels, [2, 0], value=blank)[:, :-2]
    skips = torch.where((labels != blank) & (labels != before), 0.0, -inf).to(log_probs.dtype)
    states = torch.arange(labels.size(1), dtype=torch.int32, device=device)
    ending = (states == 2 * lengths.unsqueeze(1)) | (states == 2 * lengths.unsqueeze(1) - 1)
    times = torch.arange(log_probs.size(0), dtype=torch.int32, device=device)
    ends = (times.unsqueeze(1) == inputs - 1).unsqueeze(2) & ending
    loss = _Loss.apply(log_probs, labels, skips, ends, (inputs == 0) & (lengths == 0), zero_infinity)
    if zero_infinity:
        loss = torch.where(loss == inf, 0.0, loss)
    if reduction in ("none", 0):
        return loss
    if reduction in ("mean", 1):
        return (loss / lengths.clamp(min=1).to(loss.dtype)).mean()
    return loss.sum()
