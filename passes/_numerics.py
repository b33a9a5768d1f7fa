"""Under which numerics a module is compiled: an attribute of the module, `fast` where it has none."""

from torch_mlir import ir

ATTRIBUTE = "fungible.numerics"


def declare(module: ir.Operation, profile: str) -> None:
    """Makes the passes keep a module to a profile of `#fungible.numerics`."""
    with module.context:
        module.attributes[ATTRIBUTE] = ir.StringAttr.get(profile)


def of(module: ir.Operation) -> str:
    """The profile of a module."""
    return ir.StringAttr(module.attributes[ATTRIBUTE]).value if ATTRIBUTE in module.attributes else "fast"


def is_exact(module: ir.Operation) -> bool:
    """Whether the bits of a module's results have to follow from its text."""
    return of(module) == "exact"
