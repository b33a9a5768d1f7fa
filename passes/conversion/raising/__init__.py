"""How torch ops are recognised as ops of the dialect; `RAISINGS` is what the pass applies.

Keys are op names (`torch.aten.native_layer_norm`), or what `torch.operator` carries
(`torch.fungible.adamw`). A raising is a function `(op) -> list of replacement values`,
or None where the op stays as it is.
"""

from . import (
    attention,
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
)

RAISINGS = {
    **attention.RAISINGS,
    **batch_norm.RAISINGS,
    **convolution.RAISINGS,
    **embedding.RAISINGS,
    **loss.RAISINGS,
    **normalization.RAISINGS,
    **optimizer.RAISINGS,
    **pooling.RAISINGS,
    **random.RAISINGS,
    **reduction.RAISINGS,
    **softmax.RAISINGS,
}
