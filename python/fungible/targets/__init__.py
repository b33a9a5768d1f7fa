"""The devices that fungible compiles for: one file a family, each a table of iree-compile flags."""

import difflib
import importlib
from collections.abc import Iterable, Sequence

from .. import config
from ..errors import TargetError
from ._target import Target
from .cpu import missing_features

__all__ = ["Target", "flags", "names", "resolve", "resolve_all", "trains_here"]

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
    near = difflib.get_close_matches(name, names(), n=3)
    if not near and family in _FAMILIES:
        near = _module(family).NAMES
    hint = f"did you mean {_alternatives(near)}?" if near else "`fungc targets` lists them"
    raise TargetError(f"unknown target '{name}'; {hint}")


def trains_here(target: Target) -> bool:
    """Whether this version can run the target on this host."""
    return target.driver == "local-task" and not missing_features(target.requires)


def resolve_all(wanted: Iterable[str]) -> tuple[Target, ...]:
    """The targets of one fat module, in order, without repetition.

    Raises:
        TargetError: a name is unknown, or two targets are for the same kind of device, which
            a module cannot tell apart when it is loaded.
    """
    targets: dict[str, Target] = {}
    for name in wanted:
        target = resolve(name)
        other = targets.setdefault(target.device, target)
        if other.name != target.name:
            raise TargetError(
                f"'{other.name}' and '{target.name}' are for the same device; compile one artifact for each"
            )
    if not targets:
        raise TargetError("no target given; `fungc targets` lists them")
    return tuple(targets.values())


def flags(targets: Sequence[Target]) -> tuple[str, ...]:
    """The flags of iree-compile for one module that runs on all these targets, with the
    user's own from `FUNGIBLE_IREE_FLAGS` last."""
    devices = ",".join(target.device for target in targets)
    # IREE links the CUDA kernels of a fat module into an executable of their own, and then
    # finds that alone: unlinked, every kernel keeps its variants together.
    fat = ("--iree-hal-link-executables=false",) if len(targets) > 1 else ()
    # Matrix operands packed into tiles: the step of examples/gpt.py takes two thirds of the time
    # on CPUs. The flag is for the whole module, so GPUs beside them rule it out.
    tiled = ("--iree-opt-data-tiling",) if all(target.family == "cpu" for target in targets) else ()
    return (
        f"--iree-hal-target-device={devices}",
        *fat,
        *tiled,
        *(flag for target in targets for flag in target.flags),
        *COMMON_FLAGS,
        *config.iree_flags(),
    )


def _module(family: str):
    return importlib.import_module(f".{family}", __name__)


def _alternatives(found: Sequence[str]) -> str:
    return " or ".join(f"'{name}'" for name in found)
