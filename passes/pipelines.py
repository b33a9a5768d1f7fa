"""The way of a program: the stages in order, and the passes between them.

This table is the only place that knows the order. `--compile-from`, `--compile-to`,
`--dump-stages-to`, `--list-stages`, the docs and the stage tests are made from it.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Stage:
    """One form that a module takes on its way.

    `pipeline` leads from the stage before to this one; it is empty for `torch`, which the
    importer makes, and for IREE's own phases, which `iree-compile` makes. From `legalized` on,
    a module is for one target.
    """

    name: str
    holds: str
    maker: str
    pipeline: tuple[str, ...] = ()

    @property
    def is_iree(self) -> bool:
        return self.maker == "iree-compile"


_TO_FUNGIBLE = (
    "fungible-hoist-state",
    "raise-torch-to-fungible",
    "fungible-set-numerics",
    "canonicalize",
    "cse",
    "fungible-recompute",
    "verify-fungible-contract",
)

_TO_LINALG = (
    "convert-custom-operators-to-linalg",
    # Plain ops that stay in the torch dialect take torch-mlir's own way, pass by pass, so that
    # its contract verifiers, which know neither our dialect nor state, are left out.
    "func.func(torch-reduce-op-variants,canonicalize)",
    "func.func(torch-decompose-complex-ops,torch-recompose-complex-ops,canonicalize)",
    "convert-fungible-to-linalg",
    "func.func(torch-restructure-non-constant-axes,convert-torch-to-tmtensor,canonicalize)",
    "func.func(convert-torch-to-linalg,canonicalize)",
    "func.func(convert-torch-to-scf,convert-torch-to-arith,convert-torch-to-tensor)",
    "convert-torch-conversion-to-mlprogram",
    "func.func(memref-expand,canonicalize,resolve-shaped-type-result-dims,cse)",
    "torch-func-backend-type-conversion",
    "func.func(canonicalize,torch-finalizing-backend-type-conversion)",
    "fungible-narrow-constants",
    "fungible-split-argmax",
    "fungible-fix-functions",
    "fungible-expand-math",
    "fungible-convolution-to-matmul{numerics=exact}",
    "fungible-generalize-products",
    "fungible-extend-when-read",
    "fungible-settle-extrema",
    "fungible-flush-constants",
    "canonicalize",
    "cse",
    "verify-linalg-contract",
    "verify-numerics-contract",
)

#: Element type that a target lacks -> the passes that do without it.
WITHOUT = {
    "i64": ("fungible-narrow-integers",),
    "f16": ("fungible-widen-floats{types=f16}",),
    "bf16": ("fungible-widen-floats{types=bf16}",),
    "bf16 arithmetic": ("fungible-round-bfloat16",),
    "f64": (),
    # Booleans are stored as bytes.
    "i8": ("func.func(convert-elementwise-to-linalg)", "fungible-widen-storage{types=i1,i8}"),
    "i16": ("func.func(convert-elementwise-to-linalg)", "fungible-widen-storage{types=i16}"),
    "fused reductions": ("func.func(convert-elementwise-to-linalg)", "fungible-separate-reductions"),
    "IEEE 754": ("func.func(convert-elementwise-to-linalg)", "fungible-correct-floats"),
}

#: Of those, the ones whose passes come last, behind all that write operations on floats.
_LAST = ("IEEE 754",)

#: Passes that make the code of some targets faster, in the order in which they run.
TUNING = (
    "fungible-convolve-channels-last",
    "fungible-convolution-to-matmul",
    "fungible-separate-operands",
    "fungible-sum-in-lanes",
    "fungible-apply-tuning",
    "fungible-store-in-panels",
    "fungible-pack-products",
    "fungible-tile-products",
    "fungible-store-reductions",
    "fungible-write-in-sequences",
    "fungible-update-in-place",
    "fungible-set-in-place",
    "fungible-mark-small",
)

#: Of those, the types that may not be computed in either.
_NEVER = ("i64", "f64", "f16", "bf16")


def legalization(lacks: Sequence[str] = (), tuning: Sequence[str] = (), exact: Sequence[str] = ()) -> tuple[str, ...]:
    """The pipeline to `legalized` for a target that lacks these element types, with these of the `TUNING` passes and,
    of a module with exact numerics, the passes that keep these on the target."""
    if unknown := set(tuning) - set(TUNING):
        raise ValueError(f"no passes for tuning: {', '.join(sorted(unknown))}")
    first, last = (
        [name for lacked in WITHOUT if lacked in lacks and (lacked in _LAST) == late for name in WITHOUT[lacked]]
        for late in (False, True)
    )
    never = ",".join(element for element in _NEVER if element in lacks)
    tuned = (name for name in TUNING if name in tuning)
    # Constants are folded on the way.
    folded = ("fungible-flush-constants",) if exact else ()
    return (
        "canonicalize", *first, *tuned, *exact, *last, "canonicalize", "cse", *folded, "fungible-merge-accessors",
        f"verify-legalized-contract{{lacks={never}}}",
    )  # fmt: skip


STAGES = (
    Stage("torch", "the captured step in torch-mlir's torch dialect", "frontend"),
    Stage(
        "fungible",
        "state, entry points and training ops of our dialect; plain ops stay in torch",
        "fungible-opt",
        _TO_FUNGIBLE,
    ),
    Stage("linalg", "linalg, arith, math, scf, tensor and ml_program globals", "fungible-opt", _TO_LINALG),
    Stage(
        "legalized",
        "the same in element types that the target has",
        "fungible-opt",
        legalization(tuple(WITHOUT), TUNING),
    ),
    Stage("input", "IREE: the module with its globals as util.global", "iree-compile"),
    Stage("flow", "IREE: dispatches outlined, tensors between them", "iree-compile"),
    Stage("stream", "IREE: dispatches scheduled, memory planned", "iree-compile"),
    Stage("executable-targets", "IREE: dispatches as code for each target", "iree-compile"),
    Stage("hal", "IREE: commands to a device", "iree-compile"),
    Stage("vm", "IREE: the host program as bytecode operations", "iree-compile"),
)


def names() -> list[str]:
    """Stage names in order."""
    return [stage.name for stage in STAGES]


def position(name: str) -> int:
    """Place of a stage in the order, from 0."""
    return names().index(name)


def is_for_one_target(name: str) -> bool:
    """Whether a module at that stage is for one target alone."""
    return position(name) >= position("legalized")


def find(name: str) -> Stage:
    """The stage of that name.

    Raises:
        KeyError: no such stage.
    """
    for stage in STAGES:
        if stage.name == name:
            return stage
    raise KeyError(name)
