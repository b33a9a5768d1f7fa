"""Every environment variable that fungible reads, one function each.

`switches()` lists them with what they do.
"""

import functools
import os
import re
import shlex
import tempfile
from collections.abc import Callable
from pathlib import Path

from .errors import FungibleError

_SWITCHES: dict[str, Callable] = {}


def _switch(name: str):
    """Registers the reader of an environment variable; an empty variable is an unset one."""

    def register(read: Callable[[str | None], object]):
        @functools.wraps(read)
        def value():
            return read(os.environ.get(name) or None)

        _SWITCHES[name] = value
        return value

    return register


def switches() -> dict[str, str]:
    """Variable -> the first line of what it does."""
    return {name: read.__doc__.strip().splitlines()[0] for name, read in _SWITCHES.items()}


def _flag(name: str, text: str | None) -> bool:
    if text is None or text in ("0", "false", "no", "off"):
        return False
    if text in ("1", "true", "yes", "on"):
        return True
    raise FungibleError(f"{name}: expects 0 or 1, got '{text}'")


def _base(variable: str, folder: str) -> Path:
    """The user's folder for one kind of file."""
    base = os.environ.get(variable)
    # The XDG specification: a relative path is to be ignored.
    return Path(base) if base and Path(base).is_absolute() else Path(os.path.expanduser("~")) / folder


@_switch("FUNGIBLE_CACHE_DIR")
def cache_dir(text: str | None) -> Path:
    """Folder of compiled modules; by default fungible in $XDG_CACHE_HOME or ~/.cache."""
    return Path(text).expanduser() if text else _base("XDG_CACHE_HOME", ".cache") / "fungible"


@_switch("FUNGIBLE_TUNING")
def tuning_file(text: str | None) -> Path:
    """File of the choices that `fungc tune` found; by default fungible/tuning.json in $XDG_CONFIG_HOME or ~/.config."""
    return Path(text).expanduser() if text else _base("XDG_CONFIG_HOME", ".config") / "fungible" / "tuning.json"


@_switch("FUNGIBLE_NO_CACHE")
def no_cache(text: str | None) -> bool:
    """1 compiles every time and stores nothing."""
    return _flag("FUNGIBLE_NO_CACHE", text)


@_switch("FUNGIBLE_CACHE_SIZE")
def cache_size(text: str | None) -> int:
    """Bytes that the cache may take, such as 500M or 4G; 2G by default, the oldest entries go first."""
    match = re.fullmatch(r"(\d+)([KMG]?)", text or "2G", re.IGNORECASE)
    if not match:
        raise FungibleError(f"FUNGIBLE_CACHE_SIZE: expects a size such as 500M, got '{text}'")
    return int(match[1]) * {"": 1, "K": 2**10, "M": 2**20, "G": 2**30}[match[2].upper()]


@_switch("FUNGIBLE_KEEP_MEMORY")
def keep_memory(text: str | None) -> bool:
    """0 lets malloc give memory back to the system after each step on the CPU, and CUDA after each call, which takes time."""
    return text is None or _flag("FUNGIBLE_KEEP_MEMORY", text)


@_switch("FUNGIBLE_THREADS")
def threads(text: str | None) -> int | None:
    """Worker threads of the CPU device; by default one for each physical core that the process may use."""
    if text is None:
        return None
    if not text.isdecimal() or int(text) == 0:
        raise FungibleError(f"FUNGIBLE_THREADS: expects a positive number, got '{text}'")
    return int(text)


@_switch("FUNGIBLE_IREE_FLAGS")
def iree_flags(text: str | None) -> tuple[str, ...]:
    """More flags for iree-compile, after those of the target, quoted as for a shell."""
    try:
        return tuple(shlex.split(text or ""))
    except ValueError as error:
        raise FungibleError(f"FUNGIBLE_IREE_FLAGS: {error}: '{text}'") from None


@_switch("FUNGIBLE_VERBOSE")
def verbose(text: str | None) -> bool:
    """1 shows what iree-compile prints, warnings included."""
    return _flag("FUNGIBLE_VERBOSE", text)


@_switch("FUNGIBLE_REPRODUCER_DIR")
def reproducer_dir(text: str | None) -> Path:
    """Folder for the modules that failed to compile; by default the system's temporary folder."""
    return Path(text).expanduser() if text else Path(tempfile.gettempdir())
