"""What can be done about an op that has no lowering."""

from __future__ import annotations

from .passes import support
from .passes._leftovers import Leftover

_RANDOM = ("uniform", "normal", "bernoulli", "rand", "exponential", "geometric", "multinomial", "poisson", "cauchy")


def operator(name: str) -> str:
    """`aten::i0` for `torch.aten.i0`, which is how torch and `register_lowering` name an operator."""
    _, namespace, operation = [*name.split("."), "", ""][:3]
    return f"{namespace}::{operation}"


def on(entry: Leftover) -> str:
    """One line: why the op fails, where that is known, and what to write instead."""
    namespace, _, operation = operator(entry.name).partition("::")
    types = " ".join(entry.types)
    reason = f"{entry.reason}; " if entry.reason else ""
    if "complex<" in types:
        return f"{reason}complex numbers are not supported: keep real and imaginary parts as two real tensors"
    if namespace not in ("aten", "prims", "fungible"):
        return f'{reason}give your operator a lowering: fungible.register_lowering("{namespace}::{operation}", function)'
    if operation.startswith(_RANDOM):
        return f"{reason}draw with dropout, torch.rand, torch.randn or torch.bernoulli without generator= and out="
    if entry.reason.startswith(support.CRASHES):
        return f"{reason}write it with other torch operations, or in another dtype or shape"
    if operation.endswith("_backward"):
        return f"{reason}write its forward operation with others whose gradients have a lowering"
    instead = "write it with other torch operations"
    if not any(kind in types for kind in (",f32>", ",f64>", ",f16>", ",bf16>")):
        instead = "compute it in float32 where that is exact, or write it with other torch operations"
    return f'{reason}{instead}, for every place by fungible.register_lowering("{namespace}::{operation}", function)'
