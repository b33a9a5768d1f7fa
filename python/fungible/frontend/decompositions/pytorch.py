"""Decompositions that PyTorch itself has (`torch._decomp`), of ops that torch-mlir does not lower well."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch._decomp import get_decompositions

_aten = torch.ops.aten

_GRADIENTS = (
    _aten._prelu_kernel_backward,
    _aten.batch_norm_backward,
    _aten.binary_cross_entropy_backward,
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
    _aten.native_dropout_backward,
    _aten.select_backward,
    _aten.sigmoid_backward,
    _aten.silu_backward,
    _aten.slice_backward,
    _aten.smooth_l1_loss_backward,
    _aten.soft_margin_loss_backward,
    _aten.softplus_backward,
    _aten.tanh_backward,
)

# Means and sums of their own, where torch-mlir would make them only after ours are recognised.
_LOSSES = (
    _aten.binary_cross_entropy,
    _aten.binary_cross_entropy_with_logits,
    _aten.huber_loss,
    _aten.log_sigmoid_forward,
    _aten.mse_loss,
    _aten.smooth_l1_loss,
    _aten.soft_margin_loss,
)

_ELEMENTWISE = (
    _aten._prelu_kernel,
    _aten.clamp_max.Tensor,
    _aten.clamp_min.Tensor,
    _aten.rsub,
    _aten.sinc,
    _aten.special_entr,
    _aten.special_xlog1py,
    _aten.xlogy,
)

_MATRICES = (_aten.addmv, _aten.addr, _aten.block_diag, _aten.vdot, _aten.dist)

_REDUCTIONS = (_aten.nansum,)

_INDEXING = (
    _aten._unsafe_masked_index,
    _aten._unsafe_masked_index_put_accumulate,
    _aten.index_select,
    _aten.take,
)

# What functionalization makes of views, and copies in their own right.
_COPIES = (
    _aten.alias_copy,
    _aten.diagonal_copy,
    _aten.expand_copy,
    _aten.narrow_copy,
    _aten.permute_copy,
    _aten.split_with_sizes_copy,
    _aten.squeeze_copy,
    _aten.t_copy,
    _aten.transpose_copy,
    _aten.unbind_copy,
    _aten.unfold_copy,
    _aten.unsqueeze_copy,
    _aten.view_copy,
)


def table() -> dict[torch._ops.OpOverload, Callable]:
    """Op -> PyTorch's decomposition of it."""
    families = (_GRADIENTS, _LOSSES, _ELEMENTWISE, _MATRICES, _REDUCTIONS, _INDEXING, _COPIES)
    return get_decompositions([op for family in families for op in family])
