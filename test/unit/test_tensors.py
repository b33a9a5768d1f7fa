"""Named tensors as safetensors bytes."""

import json

import ml_dtypes
import numpy as np
import pytest
import safetensors

from fungible import tensors
from fungible.files import ZEROS, WithHoles, write_atomically


def arrays() -> dict[str, np.ndarray]:
    random = np.random.default_rng(0)
    named = {dtype: (9 * random.random((3, 5))).astype(dtype) for dtype in tensors.DTYPES.values() if dtype != "bfloat16"}
    return {
        **named, "bf": named["float32"].astype(ml_dtypes.bfloat16), "a scalar": np.array(2.5, np.float32),
        "none": np.zeros((0, 4), np.float32), "turned": named["float64"].T, 'ä "name" \\': named["int64"],
        "zero": np.broadcast_to(np.float32(0), (600, 1024)), "negative zero": np.broadcast_to(np.float32(-0.0), (3, 2)),
        "seven": np.broadcast_to(np.int32(7), (3, 2)),
    }  # fmt: skip


@pytest.mark.parametrize("metadata", [None, {"step": 3, "extra": {"ä": [1, "\n"]}}])
def test_the_bytes_are_those_of_safetensors(metadata):
    plain = {name: np.array(value, order="C") for name, value in arrays().items()}
    specs = {
        name: safetensors.TensorSpec(dtype=a.dtype.name, shape=a.shape, data_ptr=a.ctypes.data, data_len=a.nbytes)
        for name, a in plain.items()
    }
    header = None if metadata is None else {"fungible": json.dumps(metadata, sort_keys=True)}
    assert tensors.dump(arrays(), metadata) == bytes(safetensors.serialize(specs, metadata=header))
    found, read = tensors.parse(tensors.dump(arrays(), metadata))
    assert read == metadata and found.keys() == plain.keys()
    for name, value in plain.items():
        assert found[name].dtype == value.dtype and found[name].tobytes() == value.tobytes()


def test_views_of_zero_take_no_place_in_a_file(tmp_path):
    zeros = np.broadcast_to(np.float32(0), (16, 2**20))
    parts = [*tensors.pieces({"zeros": zeros}), b"end"]
    assert sum(part is ZEROS for part in parts) == zeros.nbytes // len(ZEROS)
    path = tmp_path / "file"
    write_atomically(path, lambda file: [WithHoles(file).write(part) for part in parts])
    assert path.read_bytes() == b"".join(parts)
    if path.stat().st_blocks:  # file systems that do not count say 0
        assert path.stat().st_blocks * 512 < zeros.nbytes
