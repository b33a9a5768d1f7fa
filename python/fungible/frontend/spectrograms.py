"""`torch.istft` without its look at the window's values."""

from __future__ import annotations

import math

import torch
from torch import Tensor

#: What PyTorch takes to be zero.
_ZERO = 1e-11


def istft(
    input: Tensor,
    n_fft: int,
    hop_length: int | None = None,
    win_length: int | None = None,
    window: Tensor | None = None,
    center: bool = True,
    normalized: bool = False,
    onesided: bool | None = None,
    length: int | None = None,
    return_complex: bool = False,
) -> Tensor:
    """Overlapping frames are added and divided by what the windows add up to; NaN where that is zero.

    Args:
        input: complex `[..., frequencies, frames]`, as `torch.stft` makes it.
    """
    hop = n_fft // 4 if hop_length is None else hop_length
    width = n_fft if win_length is None else win_length
    if input.dim() not in (2, 3) or not input.is_complex() or not 0 < hop <= width or not 0 < width <= n_fft:
        return NotImplemented  # PyTorch says what is wrong
    if window is None:
        window = torch.ones(width, dtype=input.real.dtype, device=input.device)
    left = (n_fft - width) // 2
    window = torch.nn.functional.pad(window, (left, n_fft - width - left))
    frames = (input.unsqueeze(0) if input.dim() == 2 else input).transpose(1, 2)
    onesided = frames.size(-1) != n_fft if onesided is None else onesided
    norm = "ortho" if normalized else "backward"
    if return_complex:
        if onesided:
            return NotImplemented
        frames = torch.fft.ifft(frames, dim=2, norm=norm)
    else:
        half = frames if onesided else frames.narrow(2, 0, n_fft // 2 + 1)
        frames = torch.fft.irfft(half, n=n_fft, dim=2, norm=norm)
    count = frames.size(1)
    whole = n_fft + hop * (count - 1)
    signal = torch.ops.aten.unfold_backward(frames * window, [frames.size(0), whole], 1, n_fft, hop)
    squares = (window * window).expand(1, count, n_fft)
    envelope = torch.ops.aten.unfold_backward(squares, [1, whole], 1, n_fft, hop)
    start = n_fft // 2 if center else 0
    end = start + length if length is not None else whole - start
    kept = slice(start, min(end, whole))
    signal, envelope = signal[:, kept], envelope[:, kept]
    signal = torch.where(envelope.abs() > _ZERO, signal / envelope, math.nan)
    if end > whole:
        signal = torch.nn.functional.pad(signal, (0, end - whole))
    return signal.squeeze(0) if input.dim() == 2 else signal
