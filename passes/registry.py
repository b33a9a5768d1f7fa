"""Every pass by name, imported when it is asked for."""

import importlib

from ._pass import Pass

#: Folder -> the passes in it. The file of `raise-a-to-b` is `raise_a_to_b.py`, its class `RaiseAToB`.
_PASSES = {
    "conversion": (
        "convert-custom-operators-to-linalg",
        "convert-fungible-to-linalg",
        "raise-torch-to-fungible",
    ),
    "transforms": (
        "fungible-apply-tuning",
        "fungible-convolution-to-matmul",
        "fungible-convolve-channels-last",
        "fungible-correct-floats",
        "fungible-emulate-fma",
        "fungible-expand-division",
        "fungible-expand-math",
        "fungible-extend-when-read",
        "fungible-fix-functions",
        "fungible-flush-constants",
        "fungible-flush-subnormals",
        "fungible-generalize-products",
        "fungible-guard-arithmetic",
        "fungible-guard-zeros",
        "fungible-hoist-state",
        "fungible-mark-small",
        "fungible-merge-accessors",
        "fungible-narrow-constants",
        "fungible-narrow-integers",
        "fungible-order-products",
        "fungible-order-reductions",
        "fungible-pack-products",
        "fungible-recompute",
        "fungible-round-bfloat16",
        "fungible-separate-operands",
        "fungible-separate-products",
        "fungible-separate-reductions",
        "fungible-set-numerics",
        "fungible-settle-extrema",
        "fungible-split-argmax",
        "fungible-store-in-panels",
        "fungible-store-reductions",
        "fungible-sum-in-lanes",
        "fungible-set-in-place",
        "fungible-tile-products",
        "fungible-update-in-place",
        "fungible-widen-floats",
        "fungible-widen-storage",
        "fungible-write-in-sequences",
    ),
    "verify": (
        "verify-fungible-contract",
        "verify-legalized-contract",
        "verify-linalg-contract",
        "verify-numerics-contract",
    ),
}


def names() -> list[str]:
    """All pass names, sorted."""
    return sorted(name for group in _PASSES.values() for name in group)


def find(name: str) -> type[Pass]:
    """The class of a pass.

    Raises:
        KeyError: no pass of ours has that name.
    """
    for folder, group in _PASSES.items():
        if name in group:
            module = importlib.import_module(f".{folder}.{name.replace('-', '_')}", __package__)
            return getattr(module, "".join(word.capitalize() for word in name.split("-")))
    raise KeyError(name)
