"""How a run is going, on standard error: a bar on a terminal, lines elsewhere."""

from __future__ import annotations

import importlib.util
import sys
import time
from typing import Any, TextIO

from .. import tree

#: Lines that a whole run prints where there is no terminal.
_LINES = 20


def items_of(inputs: Any) -> tuple[int, str]:
    """How much one batch holds, from the tree of its specs: `(1024, "tokens")` where the first
    tensor is a matrix of integers, else `(64, "samples")`.
    """
    leaves = tree.flatten(inputs)
    if not leaves or not leaves[0].shape:
        return 1, "samples"
    first = leaves[0]
    if len(first.shape) == 2 and first.dtype in ("int64", "int32"):
        return first.shape[0] * first.shape[1], "tokens"
    return first.shape[0], "samples"


def shown_rate(value: float) -> str:
    """`3.9`, `840`, `4.1k`."""
    if value >= 1e6:
        return f"{value / 1e6:.1f}M"
    if value >= 1e3:
        return f"{value / 1e3:.1f}k"
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}"


def shown_time(seconds: float) -> str:
    """`0:07`, `12:34`, `1:02:03`."""
    minutes, seconds = divmod(int(seconds + 0.5), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


class Progress:
    """Reports each step of a run.

    Args:
        first: Steps that were made before.
        steps: Steps of the whole run.
        items: Per batch, see `items_of`; None where batches differ.
        quiet: Says nothing.
    """

    def __init__(self, first: int, steps: int, items: tuple[int, str] | None, quiet: bool = False, stream: TextIO | None = None):
        self._stream = sys.stderr if stream is None else stream
        self._first, self._steps, self._items = first, steps, items
        self._every = max(1, -(-steps // _LINES))
        self._started = time.perf_counter()
        self._quiet = quiet
        self._bar = None
        # A machine that only trains may have no tqdm: lines do.
        if not quiet and self._stream.isatty() and importlib.util.find_spec("tqdm"):
            from tqdm import tqdm

            self._bar = tqdm(
                total=steps,
                initial=first,
                file=self._stream,
                dynamic_ncols=True,
                bar_format="{desc}{percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt}{postfix} [{remaining} left]",
            )

    def step(self, step: int, loss: float) -> None:
        if self._quiet:
            return
        rate = (step - self._first) / max(1e-9, time.perf_counter() - self._started)
        parts = [f"loss {loss:.4g}", f"{shown_rate(rate)} steps/s"]
        if self._items is not None:
            count, unit = self._items
            parts.append(f"{shown_rate(rate * count)} {unit}/s")
        if self._bar is not None:
            self._bar.set_postfix_str("  ".join(parts), refresh=False)
            self._bar.update(1)
        elif step % self._every == 0 or step in (self._first + 1, self._steps):
            left = shown_time((self._steps - step) / rate)
            print(f"step {step}/{self._steps}", *parts, f"{left} left", sep="  ", file=self._stream, flush=True)

    def say(self, text: str) -> None:
        """A line of its own, above the bar where there is one."""
        if self._quiet:
            return
        if self._bar is not None:
            self._bar.write(text, file=self._stream)
        else:
            print(text, file=self._stream, flush=True)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
