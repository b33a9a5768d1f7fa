"""What is decomposed while tracing: ops that nothing after the frontend lowers.

An op that the dialect keeps whole, or that torch-mlir lowers, goes through as it is. Each module
here has one family, as `TABLE`: op -> a function of the same arguments made of other ops.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import torch
from torch.utils import _pytree as pytree

from . import (
    activations,
    batch_norm,
    bessel,
    comparisons,
    convolution,
    distances,
    elementwise,
    elimination,
    embedding_bags,
    empty_tensors,
    error_functions,
    extrema,
    gamma_functions,
    grid_sampling,
    grouped_products,
    histograms,
    indexing,
    linear_cross_entropy,
    lists,
    loss_scaling,
    margin_losses,
    mixed_normalization,
    orthogonalization,
    overwriting,
    padding,
    pooling,
    powers,
    products,
    pytorch,
    scans,
    scatters,
    searching,
    segments,
    softmax,
    sorting,
    statistics,
    strided,
    unfolding,
    upsampling,
)


@functools.cache
def table() -> dict[torch._ops.OpOverload, Callable]:
    """What `make_fx` takes as its decomposition table; where two have an op, the later one is right."""
    own = {
        **activations.TABLE,
        **batch_norm.TABLE,
        **bessel.TABLE,
        **comparisons.TABLE,
        **convolution.TABLE,
        **distances.TABLE,
        **elementwise.TABLE,
        **elimination.TABLE,
        **embedding_bags.TABLE,
        **empty_tensors.TABLE,
        **error_functions.TABLE,
        **extrema.TABLE,
        **gamma_functions.TABLE,
        **grid_sampling.TABLE,
        **grouped_products.TABLE,
        **histograms.TABLE,
        **indexing.TABLE,
        **linear_cross_entropy.TABLE,
        **lists.TABLE,
        **loss_scaling.TABLE,
        **margin_losses.TABLE,
        **mixed_normalization.TABLE,
        **orthogonalization.TABLE,
        **overwriting.TABLE,
        **padding.TABLE,
        **pooling.TABLE,
        **powers.TABLE,
        **products.TABLE,
        **scans.TABLE,
        **scatters.TABLE,
        **searching.TABLE,
        **segments.TABLE,
        **softmax.TABLE,
        **sorting.TABLE,
        **statistics.TABLE,
        **strided.TABLE,
        **unfolding.TABLE,
        **upsampling.TABLE,
    }
    return {**pytorch.table(), **{op: _of_real_numbers(function) for op, function in own.items()}}


def _of_real_numbers(function: Callable) -> Callable:
    """The decomposition, which leaves complex numbers to `complex_numbers`."""

    @functools.wraps(function)
    def decomposition(*args, **kwargs):
        leaves = pytree.arg_tree_leaves(*args, **kwargs)
        if any(isinstance(leaf, torch.Tensor) and leaf.is_complex() for leaf in leaves):
            return NotImplemented
        return function(*args, **kwargs)

    return decomposition
