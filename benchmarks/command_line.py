"""What the benchmarks' command lines share."""

import argparse
import sys
from collections.abc import Callable, Iterable

from fungible import FungibleError, UsageError


def names(known: Iterable[str], is_known: Callable[[str], bool] | None = None) -> Callable[[str], list[str]]:
    """A type of argparse: names that are known, separated by commas."""
    known = list(known)

    def parse(text: str) -> list[str]:
        found = [name for name in text.split(",") if name]
        unknown = [name for name in found if not (is_known or known.__contains__)(name)]
        if unknown:
            raise argparse.ArgumentTypeError(f"no {unknown[0]!r}; there are {', '.join(known)}")
        return found

    return parse


def count(text: str) -> int:
    """A type of argparse: a positive number."""
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError("expects a positive number")
    return int(text)


def end(main: Callable[[], int]) -> None:
    """Exits with what `main` returns; an error is one line, and exit code 2 for usage and 1 for others."""
    try:
        sys.exit(main())
    except FungibleError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2 if isinstance(error, UsageError) else 1)
