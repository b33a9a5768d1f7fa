"""Torch tensors as NumPy arrays and back, without a copy where they share memory; tensors of one number."""

import ml_dtypes
import numpy as np
import torch


def to_numpy(tensor: torch.Tensor, keep_views: bool = False) -> np.ndarray:
    """The values of a tensor, row-major; bfloat16 becomes `ml_dtypes.bfloat16`.

    With `keep_views`, a view of one number stays one: an array with strides of 0.
    """
    tensor = tensor.detach().cpu()
    tensor = tensor if keep_views and is_one_number(tensor) else tensor.contiguous()
    if tensor.dtype == torch.bfloat16:
        return tensor.view(torch.uint16).numpy().view(ml_dtypes.bfloat16)
    return tensor.numpy()


def zeros_of(like: torch.Tensor) -> torch.Tensor:
    """Zeros of the shape and dtype of another tensor as a view of one, so that none is written to memory."""
    return torch.zeros((), dtype=like.dtype, device=like.device).expand(like.shape)


def is_one_number(tensor: torch.Tensor) -> bool:
    """Whether it is a view of one number, as `zeros_of` makes them."""
    return tensor.numel() > 1 and not any(tensor.stride())


def copied(tensor: torch.Tensor) -> torch.Tensor:
    """A copy; of a view of one number, a view of a copy of the number."""
    return tensor[(0,) * tensor.dim()].clone().expand(tensor.shape) if is_one_number(tensor) else tensor.clone()


def with_own_memory(tensor: torch.Tensor) -> torch.Tensor:
    """The tensor, or in place of a view of one number a row-major tensor that is not initialized."""
    return tensor.new_empty(tensor.shape) if is_one_number(tensor) else tensor


def from_numpy(array: np.ndarray) -> torch.Tensor:
    """The tensor in the memory of a writable array; `ml_dtypes.bfloat16` becomes bfloat16."""
    if array.dtype == ml_dtypes.bfloat16:
        tensor = torch.from_numpy(array.view(np.uint16)).view(torch.bfloat16)
    else:
        tensor = torch.from_numpy(array)
    return tensor if array.size else tensor.new_empty(array.shape)  # the strides of nothing are 0 in NumPy
