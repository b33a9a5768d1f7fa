"""How each family of the dialect becomes linalg; `LOWERINGS` is what the pass applies.

A lowering is a function `(op) -> list of replacement values` that builds at the current
insertion point, in front of `op`.
"""

from . import normalization, state

LOWERINGS = {
    **state.LOWERINGS,
    **normalization.LOWERINGS,
}
