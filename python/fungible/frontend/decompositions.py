"""What is decomposed while tracing: ops that nothing after the frontend lowers.

Gradients take PyTorch's own decompositions. An op that the dialect keeps whole, or that
torch-mlir lowers, goes through as it is.
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

# Means and sums of their own, where torch-mlir would make them only after ours are recognised.
_LOSSES = (_aten.huber_loss, _aten.mse_loss, _aten.smooth_l1_loss, _aten.soft_margin_loss)


# torch-mlir takes lists of tensors apart only where all of them are unpacked at once; here they
# are picked one by one.


def _unbind(input: torch.Tensor, dim: int = 0) -> list[torch.Tensor]:
    return [input.select(dim, index) for index in range(input.size(dim))]


def _split_with_sizes(input: torch.Tensor, sizes: list[int], dim: int = 0) -> list[torch.Tensor]:
    starts = [sum(sizes[:index]) for index in range(len(sizes))]
    return [input.narrow(dim, start, size) for start, size in zip(starts, sizes)]


def _split(input: torch.Tensor, size: int, dim: int = 0) -> list[torch.Tensor]:
    length = input.size(dim)
    return _split_with_sizes(input, [min(size, length - start) for start in range(0, max(length, 1), size)], dim)


def table() -> dict[torch._ops.OpOverload, Callable]:
    """What `make_fx` takes as its decomposition table."""
    return {
        **get_decompositions((*_BACKWARDS, *_LOSSES)),
        _aten.unbind.int: _unbind,
        _aten.split.Tensor: _split,
        _aten.split_with_sizes.default: _split_with_sizes,
    }
