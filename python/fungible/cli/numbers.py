"""Numbers on a command line."""

from __future__ import annotations

import argparse
import math

from .. import memory_size
from ..errors import FungibleError

_SEEDS = 2**63


def positive(text: str) -> int:
    """A count of steps."""
    value = _whole(text)
    if value < 1:
        raise argparse.ArgumentTypeError("expects a number from 1 on")
    return value


def seconds(text: str) -> float:
    """A time that is not over at once."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"expects a number of seconds, got '{text}'")
    return value


def seed(text: str) -> int:
    """What torch and NumPy take as a seed alike."""
    value = _whole(text)
    if not 0 <= value < _SEEDS:
        raise argparse.ArgumentTypeError("expects a number from 0 to 2^63 - 1")
    return value


def memory(text: str) -> int:
    """Bytes of an amount of memory such as 64MiB."""
    try:
        return memory_size.parse(text)
    except FungibleError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expects a whole number, got '{text}'") from None
