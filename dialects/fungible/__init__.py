"""The `fungible` dialect: importing it defines every op; `load` makes a context know them."""

from .._base import Fungible, irdl_text, load
from . import (
    attention,
    batch_norm,
    convolution,
    embedding,
    loss,
    normalization,
    numerics,
    optimizer,
    pooling,
    random,
    reduction,
    softmax,
    state,
)

__all__ = [
    "Fungible",
    "attention",
    "batch_norm",
    "convolution",
    "embedding",
    "irdl_text",
    "load",
    "loss",
    "normalization",
    "numerics",
    "optimizer",
    "pooling",
    "random",
    "reduction",
    "softmax",
    "state",
]
