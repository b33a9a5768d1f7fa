"""`#fungible.numerics`: what an op that rounds may leave open."""

from torch_mlir import ir

from .._base import Fungible, FungibleOp


class NumericsAttr(Fungible.Attribute, name="numerics"):
    """The contract of one rounding op.

    Parameters, in order: the order in which a reduction adds, whether a multiply and an
    add may become one rounding (fma), and which definition a math function has; `any`
    leaves the choice to the target. The profile `fast` leaves all three:
    `#fungible.numerics<"any", "any", "any">`. The profile `exact` fixes them, so that the bits of the
    result follow from the IR (docs/numerics.md): `#fungible.numerics<"ascending", "products", "fungible">`,
    sums in ascending order, fused multiply-adds in products of matrices alone, and functions written out by our passes.
    """

    reduction: ir.StringAttr
    fma: ir.StringAttr
    math: ir.StringAttr


class RoundingOp(FungibleOp):
    """Base of every op whose result is rounded: it says under which contract."""

    numerics: NumericsAttr


#: Profile -> reduction order, fused multiply-add, math functions.
PROFILES = {
    "fast": ("any", "any", "any"),
    "exact": ("ascending", "products", "fungible"),
}


def profile(name: str, context: ir.Context | None = None) -> ir.Attribute:
    """The attribute of one of `PROFILES`."""
    return ir.Attribute.parse("#fungible.numerics<" + ", ".join(f'"{part}"' for part in PROFILES[name]) + ">", context)


def fast(context: ir.Context | None = None) -> ir.Attribute:
    """The `fast` profile: order, fusion and math functions are the target's choice."""
    return profile("fast", context)
