"""How each family of the dialect becomes linalg; `LOWERINGS` is what the pass applies.

A lowering is a function `(op) -> list of replacement values` that builds at the current
insertion point, in front of `op`.
"""

from . import (
    attention,
    average_pooling,
    batch_norm,
    convolution,
    embedding,
    loss,
    normalization,
    optimizer,
    pooling,
    random,
    reduction,
    softmax,
    state,
)

LOWERINGS = {
    **attention.LOWERINGS,
    **average_pooling.LOWERINGS,
    **batch_norm.LOWERINGS,
    **convolution.LOWERINGS,
    **embedding.LOWERINGS,
    **loss.LOWERINGS,
    **normalization.LOWERINGS,
    **optimizer.LOWERINGS,
    **pooling.LOWERINGS,
    **random.LOWERINGS,
    **reduction.LOWERINGS,
    **softmax.LOWERINGS,
    **state.LOWERINGS,
}
