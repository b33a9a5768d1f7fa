"""Values at the border of devices: in dtypes that these have (see `Target.dtypes`), and with exact numerics normal.

A 64-bit integer beyond what `fungible-narrow-integers` has reckoned with is refused, never
wrapped. 16-bit floats and small integers are widened, which is exact; what comes back of
floats lies on their grid, and of integers only the low bits count.
"""

import numpy as np

from ..errors import InputError
from ..schema import StateSpec, TensorSpec, numpy_dtype

#: Half of the 32-bit range is left for the program to compute with.
_LIMIT = 2**30


def to_device(spec: TensorSpec | StateSpec, array: np.ndarray, dtype: str) -> np.ndarray:
    """The array in the device's dtype.

    Raises:
        InputError: an integer does not fit.
    """
    if array.dtype.name == dtype:
        return array
    if array.dtype == np.int64 and array.size:
        smallest, largest = int(array.min()), int(array.max())
        if smallest < -_LIMIT or largest >= _LIMIT:
            beyond = smallest if smallest < -_LIMIT else largest
            raise InputError(f"{spec.name}: {beyond} is beyond -2^30 to 2^30 - 1, which a target without 64-bit integers takes")
    return np.asarray(array, dtype=numpy_dtype(dtype), order="C")


def without_subnormals(array: np.ndarray) -> np.ndarray:
    """float32 below 2^-126 as the zero of its sign, which it counts as with exact numerics; others as they are."""
    if array.dtype != np.float32:
        return array
    size = array.view(np.uint32) & np.uint32(0x7FFFFFFF)
    subnormal = (size != 0) & (size < np.uint32(0x00800000))
    return np.where(subnormal, np.copysign(np.float32(0), array), array) if subnormal.any() else array


def from_device(array: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """The array in the program's dtype."""
    with np.errstate(invalid="ignore"):  # a NaN stays one
        return array.astype(dtype, copy=False)
