"""Numbers on a command line."""

from __future__ import annotations

import argparse

_SEEDS = 2**63


def positive(text: str) -> int:
    """A count of steps."""
    value = _whole(text)
    if value < 1:
        raise argparse.ArgumentTypeError("expects a number from 1 on")
    return value


def seed(text: str) -> int:
    """What torch and NumPy take as a seed alike."""
    value = _whole(text)
    if not 0 <= value < _SEEDS:
        raise argparse.ArgumentTypeError("expects a number from 0 to 2^63 - 1")
    return value


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expects a whole number, got '{text}'") from None
