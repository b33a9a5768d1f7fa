"""Amounts of memory as people write them."""

from __future__ import annotations

import re

from .errors import FungibleError

_UNITS = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}


def parse(size: int | str) -> int:
    """Bytes of a number of them, or of text such as `64MiB`, `1.5 GiB` or `500 MB`.

    Raises:
        FungibleError: it is no amount of memory, or less than a byte.
    """
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([a-zA-Z]*)\s*", str(size))
    unit = None if match is None else _UNITS.get(match[2].lower())
    result = 0 if unit is None else int(float(match[1]) * unit)
    if result < 1:
        raise FungibleError(f"'{size}' is no amount of memory; write it as 500MB, 64MiB or 1.5GiB")
    return result
