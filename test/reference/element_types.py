"""Element types of MLIR as dtypes of NumPy; signless integers are signed ones, `index` is int64."""

import ml_dtypes
import numpy as np
from torch_mlir import ir

from fungible.passes._constants import numbers

_DTYPES = {
    "f64": np.dtype(np.float64),
    "f32": np.dtype(np.float32),
    "f16": np.dtype(np.float16),
    "bf16": np.dtype(ml_dtypes.bfloat16),
    "i1": np.dtype(bool),
    **{f"i{width}": np.dtype(f"int{width}") for width in (8, 16, 32, 64)},
    "index": np.dtype(np.int64),
}


def element(type_: ir.Type) -> ir.Type:
    """The type of the elements of a tensor; a scalar's own."""
    return type_.element_type if isinstance(type_, ir.RankedTensorType) else type_


def dtype_of(type_: ir.Type) -> np.dtype:
    """The dtype of a scalar's or of a tensor's elements.

    Raises:
        ValueError: there is none.
    """
    found = _DTYPES.get(str(element(type_)))
    if found is None:
        raise ValueError(f"the type {type_} is not known here")
    return found


def is_tensor(type_: ir.Type) -> bool:
    return isinstance(type_, ir.RankedTensorType)


def shape_of(type_: ir.Type) -> tuple[int, ...]:
    """The shape of a tensor, -1 where it is dynamic; () for a scalar."""
    if not is_tensor(type_):
        return ()
    return tuple(-1 if type_.is_dynamic_dim(d) else size for d, size in enumerate(type_.shape))


def constant(attribute: ir.Attribute, type_: ir.Type) -> np.ndarray:
    """The array of a constant attribute of this type."""
    found = numbers(attribute)
    return np.broadcast_to(found.astype(dtype_of(type_)), shape_of(type_))


def undefined(shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
    """An array whose elements nothing should read: NaN, or an odd large integer."""
    value = np.nan if dtype.kind not in "iub" else np.iinfo(dtype).max // 3 if dtype.kind in "iu" else True
    return np.broadcast_to(np.array(value).astype(dtype), shape)
