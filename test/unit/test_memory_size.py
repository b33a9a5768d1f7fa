"""Amounts of memory as people write them."""

import pytest

from fungible import memory_size
from fungible.errors import FungibleError


@pytest.mark.parametrize(
    ("written", "size"),
    [(4096, 4096), ("1", 1), ("500MB", 500_000_000), (" 64 MiB ", 64 << 20), ("1.5gib", 3 << 29), ("0.5kb", 500), ("7b", 7)],
)
def test_amounts(written, size):
    assert memory_size.parse(written) == size


@pytest.mark.parametrize("written", ["", "MB", "64 M", "-1MB", "1e6", "0", "0.5", "1,5GB", "64MiB more"])
def test_what_is_no_amount(written):
    with pytest.raises(FungibleError, match="is no amount of memory; write it as 500MB, 64MiB or 1.5GiB"):
        memory_size.parse(written)
