"""The product of three tensors behind `torch.nn.Bilinear` and its gradients, as matrix products."""

from __future__ import annotations

from math import prod

import torch

_aten = torch.ops.aten


def _trilinear(
    first: torch.Tensor,
    second: torch.Tensor,
    third: torch.Tensor,
    expand1: list[int],
    expand2: list[int],
    expand3: list[int],
    summed: list[int],
    unroll_dim: int = 1,
) -> torch.Tensor:
    """Each `expand` says which dimensions of the common shape a tensor lacks; `summed` are summed."""
    rank = first.dim() + len(expand1)
    kept = [[d for d in range(rank) if d not in lacks] for lacks in (expand1, expand2, expand3)]
    sizes = {d: n for x, dims in zip((first, second, third), kept) for d, n in zip(dims, x.shape)}
    result = [d for d in range(rank) if d not in summed]
    if prod(sizes.values()) == 0:
        return first.new_zeros([sizes.get(d, 1) for d in result])
    lone = [d for d in result if d not in sizes]
    product = torch.einsum(first, kept[0], second, kept[1], third, kept[2], [d for d in result if d in sizes])
    for d in lone:
        product = product.unsqueeze(result.index(d))
    return product


TABLE = {_aten._trilinear.default: _trilinear}
