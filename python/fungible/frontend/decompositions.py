"""PyTorch's own decompositions, for gradients that nothing after the frontend lowers.

An op is decomposed here only if neither the dialect keeps it whole nor torch-mlir has a
lowering for it; everything else goes through as it is.
"""

from collections.abc import Callable

import torch
from torch._decomp import get_decompositions

_aten = torch.ops.aten

_BACKWARDS = (
    _aten._prelu_kernel_backward,
    _aten.binary_cross_entropy_backward,
    _aten.diagonal_backward,
    _aten.elu_backward,
    _aten.glu_backward,
    _aten.hardsigmoid_backward,
    _aten.hardswish_backward,
    _aten.hardtanh_backward,
    _aten.huber_loss_backward,
    _aten.leaky_relu_backward,
    _aten.log_sigmoid_backward,
    _aten.logit_backward,
    _aten.mish_backward,
    _aten.mse_loss_backward,
    _aten.select_backward,
    _aten.sigmoid_backward,
    _aten.silu_backward,
    _aten.slice_backward,
    _aten.smooth_l1_loss_backward,
    _aten.soft_margin_loss_backward,
    _aten.softplus_backward,
    _aten.tanh_backward,
)


def table() -> dict[torch._ops.OpOverload, Callable]:
    """What `make_fx` takes as its decomposition table."""
    return get_decompositions(_BACKWARDS)
