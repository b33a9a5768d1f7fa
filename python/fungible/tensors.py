"""Named tensors as safetensors bytes, without torch.

`safetensors.numpy` reads no bfloat16, which training state may have.
"""

import json
from collections.abc import Iterator, Mapping

import numpy as np
import safetensors

from .files import ZEROS
from .schema import numpy_dtype

#: safetensors' name of a dtype -> NumPy's, in the order in which its files have tensors.
DTYPES = {
    "U64": "uint64",
    "I64": "int64",
    "F64": "float64",
    "C64": "complex64",
    "F32": "float32",
    "U32": "uint32",
    "I32": "int32",
    "BF16": "bfloat16",
    "F16": "float16",
    "U16": "uint16",
    "I16": "int16",
    "I8": "int8",
    "U8": "uint8",
    "BOOL": "bool",
}

_NAMES = {dtype: name for name, dtype in DTYPES.items()}

#: One key alone: the order of several is not fixed, and the same tensors should be the same bytes.
_KEY = "fungible"


def pieces(tensors: Mapping[str, np.ndarray], metadata: dict | None = None) -> Iterator[bytes | memoryview]:
    """The tensors as a safetensors file, with metadata (JSON) under the key `fungible`, in parts that are no copies.

    Of arrays that are a view of one zero (strides of 0), the parts are `files.ZEROS` where they are as long.
    The bytes are those of `safetensors.serialize`, which would copy all of them twice.
    """
    arrays = {name: np.asarray(value) for name, value in tensors.items()}
    order = {name: place for place, name in enumerate(DTYPES)}
    named = sorted(arrays, key=lambda name: (order[_NAMES[arrays[name].dtype.name]], name))
    header = {} if metadata is None else {"__metadata__": {_KEY: json.dumps(metadata, sort_keys=True)}}
    end = 0
    for name in named:
        value = arrays[name]
        start, end = end, end + value.nbytes
        header[name] = {"dtype": _NAMES[value.dtype.name], "shape": list(value.shape), "data_offsets": [start, end]}
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    yield len(text).to_bytes(8, "little") + text
    for name in named:
        yield from _bytes_of(arrays[name])


def _bytes_of(array: np.ndarray) -> Iterator[bytes | memoryview]:
    if array.size > 1 and not any(array.strides) and not any(array[(0,) * array.ndim].tobytes()):
        for start in range(0, array.nbytes, len(ZEROS)):
            rest = array.nbytes - start
            yield ZEROS if rest >= len(ZEROS) else ZEROS[:rest]
    elif array.size:
        yield memoryview(np.ascontiguousarray(array).reshape(-1).view(np.uint8))


def dump(tensors: Mapping[str, np.ndarray], metadata: dict | None = None) -> bytes:
    """The bytes of `pieces`."""
    return b"".join(pieces(tensors, metadata))


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
