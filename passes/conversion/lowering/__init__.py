"""How each family of the dialect becomes linalg; `LOWERINGS` is what the pass applies.

A lowering is a function `(op) -> list of replacement values` that builds at the current
insertion point, in front of `op`.
"""

from . import (
    attention,
    average_pooling,
    barrier,
    batch_norm,
    bitcast,
    convolution,
    ctc,
    embedding,
    factorization,
    loss,
    normalization,
    optimizer,
    pooling,
    random,
    recurrence,
    reduction,
    scan,
    scatter,
    softmax,
    sorting,
    state,
)

LOWERINGS = {
    **attention.LOWERINGS,
    **average_pooling.LOWERINGS,
    **barrier.LOWERINGS,
    **batch_norm.LOWERINGS,
    **bitcast.LOWERINGS,
    **convolution.LOWERINGS,
    **ctc.LOWERINGS,
    **embedding.LOWERINGS,
    **factorization.LOWERINGS,
    **loss.LOWERINGS,
    **normalization.LOWERINGS,
    **optimizer.LOWERINGS,
    **pooling.LOWERINGS,
    **random.LOWERINGS,
    **recurrence.LOWERINGS,
    **reduction.LOWERINGS,
    **scan.LOWERINGS,
    **scatter.LOWERINGS,
    **softmax.LOWERINGS,
    **sorting.LOWERINGS,
    **state.LOWERINGS,
}
