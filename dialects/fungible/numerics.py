"""`#fungible.numerics`: what an op that rounds may leave open."""

from torch_mlir import ir

from .._base import Fungible, FungibleOp


class NumericsAttr(Fungible.Attribute, name="numerics"):
    """The contract of one rounding op.

    Parameters, in order: the order in which a reduction adds, whether a multiply and an
    add may become one rounding (fma), and which definition a math function has; `any`
    leaves the choice to the target. The profile `fast` leaves all three:
    `#fungible.numerics<"any", "any", "any">`.
    """

    reduction: ir.StringAttr
    fma: ir.StringAttr
    math: ir.StringAttr


class RoundingOp(FungibleOp):
    """Base of every op whose result is rounded: it says under which contract."""

    numerics: NumericsAttr


def fast(context: ir.Context | None = None) -> ir.Attribute:
    """The `fast` profile: order, fusion and math functions are the target's choice."""
    return ir.Attribute.parse('#fungible.numerics<"any", "any", "any">', context)
