"""Turns the leaves of a batch into arrays that fit the program, or says why they do not."""

import sys
from typing import Any

import numpy as np

from ..errors import InputError
from ..schema import StateSpec, TensorSpec, numpy_dtype, type_text
from ..tree import describe

_DLPACK_CPU = 1


def to_array(spec: TensorSpec | StateSpec, value: Any) -> np.ndarray:
    """A leaf as a row-major array of the shape and dtype of `spec`.

    Takes CPU tensors of torch (without importing it), NumPy arrays, numbers for tensors
    without dimensions, and anything with DLPack or `__array__`. An integer or float dtype
    is widened where no value can change, nothing else is converted: a program was compiled
    for its shapes and dtypes, and a silent change would hide a mistake in the data.

    Raises:
        InputError: the value does not fit; the message names the leaf.
    """
    dtype = numpy_dtype(spec.dtype)
    if type(value) in (bool, int, float):
        return _scalar(spec, dtype, value)
    array = _as_numpy(spec, value)
    if array.shape != spec.shape:
        raise InputError(
            f"{spec.name}: expects {spec}, got {type_text(array.dtype.name, array.shape)}; "
            f"shapes are fixed when the program is compiled{_shorter(array.shape, spec.shape)}"
        )
    if array.dtype != dtype and not _widens(array.dtype, dtype):
        raise InputError(
            f"{spec.name}: expects {spec}, got {type_text(array.dtype.name, array.shape)}; "
            f"convert it to {spec.dtype} first"
        )
    return np.asarray(array, dtype=dtype, order="C")


def shape_of(spec: TensorSpec, value: Any) -> tuple[int, ...]:
    """The shape of a leaf; a number has none.

    Raises:
        InputError: the value is no array; the message names the leaf.
    """
    if type(value) in (bool, int, float):
        return ()
    shape = getattr(value, "shape", None)
    return tuple(shape) if shape is not None else _as_numpy(spec, value).shape


def _shorter(shape: tuple[int, ...], expected: tuple[int, ...]) -> str:
    """What to do about the last batch of a loader."""
    shorter = len(shape) == len(expected) > 0 and shape[0] < expected[0] and shape[1:] == expected[1:]
    return " (a DataLoader leaves a shorter last batch out with drop_last=True; buckets= takes it in)" if shorter else ""


def _widens(source: np.dtype, target: np.dtype) -> bool:
    kinds = source.kind + target.kind
    return kinds in ("ii", "uu", "ui", "ff") and np.can_cast(source, target, "safe")


def _scalar(spec: TensorSpec | StateSpec, dtype: np.dtype, value: bool | int | float) -> np.ndarray:
    kind = type(value).__name__
    if spec.shape:
        raise InputError(f"{spec.name}: expects {spec}, got a single {kind}")
    # bfloat16 and its like have kind 'V'.
    accepted = {"b": (bool,), "i": (int,), "u": (int,), "f": (int, float), "V": (int, float)}
    if type(value) not in accepted.get(dtype.kind, ()):
        raise InputError(f"{spec.name}: expects {spec}, got the {kind} {value}")
    try:
        return np.array(value, dtype=dtype)
    except OverflowError:
        raise InputError(f"{spec.name}: expects {spec}, and {value} is out of its range") from None


def _as_numpy(spec: TensorSpec | StateSpec, value: Any) -> np.ndarray:
    if isinstance(value, (np.ndarray, np.generic)):
        return np.asarray(value)
    try:
        if hasattr(value, "detach") and hasattr(value, "numpy"):
            return _torch_to_numpy(spec, value)
        if hasattr(value, "__dlpack__"):
            if value.__dlpack_device__()[0] != _DLPACK_CPU:
                raise InputError(f"{spec.name}: is on another device; copy it to the CPU first")
            return np.from_dlpack(value)
        if hasattr(value, "__array__"):
            return np.asarray(value)
    except (BufferError, RuntimeError, TypeError, ValueError) as error:
        raise InputError(f"{spec.name}: {describe(value)} cannot be read: {str(error).splitlines()[0]}") from error
    raise InputError(f"{spec.name}: expects {spec} as a torch, NumPy or DLPack array, got {describe(value)}")


def _torch_to_numpy(spec: TensorSpec | StateSpec, tensor: Any) -> np.ndarray:
    tensor = tensor.detach()
    if tensor.device.type != "cpu":
        raise InputError(f"{spec.name}: is on {tensor.device}; pass tensor.cpu()")
    if str(tensor.dtype) == "torch.bfloat16":
        # NumPy has no bfloat16, so torch gives none; a tensor is at hand, so torch is imported.
        bits = tensor.contiguous().view(sys.modules["torch"].int16).numpy()
        return bits.view(numpy_dtype("bfloat16"))
    return tensor.numpy()
