"""The way of a program: the stages in order, and the passes between them.

This table is the only place that knows the order. `--compile-from`, `--compile-to`,
`--dump-stages-to`, `--list-stages`, the docs and the stage tests are made from it.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Stage:
    """One form that a module takes on its way.

    `pipeline` leads from the stage before to this one; it is empty for `torch`, which the
    importer makes, and for IREE's own phases, which `iree-compile` makes.
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
    "canonicalize",
    "cse",
    "verify-fungible-contract",
)

_TO_LINALG = (
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
    "canonicalize",
    "cse",
    "verify-linalg-contract",
)

STAGES = (
    Stage("torch", "the captured step in torch-mlir's torch dialect", "frontend"),
    Stage(
        "fungible",
        "state, entry points and training ops of our dialect; plain ops stay in torch",
        "fungible-opt",
        _TO_FUNGIBLE,
    ),
    Stage("linalg", "linalg, arith, math, scf, tensor and ml_program globals", "fungible-opt", _TO_LINALG),
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


def find(name: str) -> Stage:
    """The stage of that name.

    Raises:
        KeyError: no such stage.
    """
    for stage in STAGES:
        if stage.name == name:
            return stage
    raise KeyError(name)
