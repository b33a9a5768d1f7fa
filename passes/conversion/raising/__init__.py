"""How torch ops are recognised as ops of the dialect; `RAISINGS` is what the pass applies.

Keys are op names (`torch.aten.native_layer_norm`), or what `torch.operator` carries
(`torch.fungible.adamw`). A raising is a function `(op) -> list of replacement values`,
or None where the op stays as it is.
"""

from . import (
    attention,
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
)

RAISINGS = {
    **attention.RAISINGS,
    **barrier.RAISINGS,
    **batch_norm.RAISINGS,
    **bitcast.RAISINGS,
    **convolution.RAISINGS,
    **ctc.RAISINGS,
    **embedding.RAISINGS,
    **factorization.RAISINGS,
    **loss.RAISINGS,
    **normalization.RAISINGS,
    **optimizer.RAISINGS,
    **pooling.RAISINGS,
    **random.RAISINGS,
    **recurrence.RAISINGS,
    **reduction.RAISINGS,
    **scan.RAISINGS,
    **scatter.RAISINGS,
    **softmax.RAISINGS,
    **sorting.RAISINGS,
}
