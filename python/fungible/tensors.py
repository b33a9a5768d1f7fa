"""Named tensors as safetensors bytes, without torch.

`safetensors.numpy` reads no bfloat16, which training state may have.
"""

import json
from collections.abc import Mapping

import numpy as np
import safetensors

from .schema import numpy_dtype

#: safetensors' name of a dtype -> NumPy's.
DTYPES = {
    "F64": "float64",
    "F32": "float32",
    "F16": "float16",
    "BF16": "bfloat16",
    "I64": "int64",
    "I32": "int32",
    "I16": "int16",
    "I8": "int8",
    "U64": "uint64",
    "U32": "uint32",
    "U16": "uint16",
    "U8": "uint8",
    "BOOL": "bool",
    "C64": "complex64",
}

#: One key alone: the order of several is not fixed, and the same tensors should be the same bytes.
_KEY = "fungible"


def dump(tensors: Mapping[str, np.ndarray], metadata: dict | None = None) -> bytes:
    """The tensors as a safetensors file, with metadata (JSON) under the key `fungible`."""
    # `ascontiguousarray` would make a scalar one-dimensional.
    arrays = {name: np.asarray(value, order="C") for name, value in tensors.items()}
    specs = {
        name: safetensors.TensorSpec(
            dtype=value.dtype.name, shape=value.shape, data_ptr=value.ctypes.data, data_len=value.nbytes
        )
        for name, value in arrays.items()
    }
    header = None if metadata is None else {_KEY: json.dumps(metadata, sort_keys=True)}
    return bytes(safetensors.serialize(specs, metadata=header))


def parse(data: bytes) -> tuple[dict[str, np.ndarray], dict | None]:
    """The tensors, read-only, and the metadata if they are of `dump`.

    Raises:
        ValueError: the bytes are no whole safetensors file, or have a dtype that is unknown here.
    """
    try:
        views = safetensors.deserialize(data)
        header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
        text = header.get("__metadata__", {}).get(_KEY)
        metadata = None if text is None else json.loads(text)
        tensors = {
            name: np.frombuffer(view["data"], numpy_dtype(DTYPES[view["dtype"]])).reshape(view["shape"])
            for name, view in views
        }
    except KeyError as error:
        raise ValueError(f"dtype {error} is not supported") from None
    except safetensors.SafetensorError as error:
        raise ValueError(str(error)) from None
    return tensors, metadata
