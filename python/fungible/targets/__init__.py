"""The devices that fungible compiles for: one file a family, each a table of iree-compile flags."""

import difflib
import importlib
from collections.abc import Iterable, Sequence

from .. import config
from ..errors import TargetError
from . import _packing, _workgroups, strictness
from ._exactness import KEEPS_BITS, is_exact
from ._target import Target

__all__ = ["Target", "check_exact", "check_name", "flags", "flags_for", "is_exact", "names", "resolve", "resolve_all", "strictness"]

_FAMILIES = ("cpu", "vmvx", "cuda", "rocm", "vulkan", "metal")

#: For every target. IREE would turn f64 into f32 by default and so change the program.
COMMON_FLAGS = (
    "--iree-opt-level=O2",
    "--iree-input-demote-f64-to-f32=false",
    "--iree-input-demote-i64-to-i32=false",
    "--iree-vm-target-truncate-unsupported-floats=false",
)


def names() -> list[str]:
    """Every target name, by family."""
    return [name for family in _FAMILIES for name in _module(family).NAMES]


def resolve(name: str) -> Target:
    """The target of that name.

    Raises:
        TargetError: there is none; the message has the closest names.
    """
    family = name.partition(":")[0]
    if family in _FAMILIES and name in _module(family).NAMES:
        return _module(family).resolve(name)
    if name in _FAMILIES:
        raise TargetError(f"target '{name}' needs an architecture: {', '.join(_module(name).NAMES)}")
    near = difflib.get_close_matches(name, names(), n=3)
    if not near and family in _FAMILIES:
        near = _module(family).NAMES
    hint = f"did you mean {_alternatives(near)}?" if near else "`fungc targets` lists them"
    raise TargetError(f"unknown target '{name}'; {hint}")


def check_name(name: str) -> None:
    """Raises TargetError for what is neither a target nor a family of targets."""
    if name not in _FAMILIES:
        resolve(name)


def resolve_all(wanted: Iterable[str]) -> tuple[Target, ...]:
    """The targets of one artifact, in order, without repetition.

    Raises:
        TargetError: a name is unknown, or there is none.
    """
    targets = {name: resolve(name) for name in wanted}
    if not targets:
        raise TargetError("no target given; `fungc targets` lists them")
    return tuple(targets.values())


def flags_for(target: Target, text: str) -> tuple[str, ...]:
    """`flags`, and those that the module needs beside them; `text` is its text at `linalg` or `legalized`.

    Raises:
        TargetError: the module has exact numerics; see `check_exact`.
    """
    form = (*_packing.flags_for(text), *_workgroups.flags_for(text)) if target.packed else ()
    exact = ()
    if is_exact(text):
        check_exact(target)
        exact = target.exact_flags
    return (*flags(target), *form, *exact)


def check_exact(*wanted: Target) -> None:
    """Raises TargetError where exact numerics cannot be kept on one of the targets, or not with the flags that the user has."""
    for target in wanted:
        if target.exact is None:
            raise TargetError(f"target '{target.name}' cannot keep exact numerics; compile it with --numerics fast")
    if others := [flag for flag in config.iree_flags() if not KEEPS_BITS.match(flag)]:
        raise TargetError(f"FUNGIBLE_IREE_FLAGS: exact numerics are not compiled with {others[0]}, which may change bits; unset it")


def flags(target: Target) -> tuple[str, ...]:
    """The flags of iree-compile, with the user's own from `FUNGIBLE_IREE_FLAGS` last."""
    return (f"--iree-hal-target-device={target.device}", *COMMON_FLAGS, *target.flags, *config.iree_flags())


def _module(family: str):
    return importlib.import_module(f".{family}", __name__)


def _alternatives(found: Sequence[str]) -> str:
    return " or ".join(f"'{name}'" for name in found)
