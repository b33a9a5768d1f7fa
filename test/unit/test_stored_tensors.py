"""Tensors that are read from their file when they are asked for."""

import numpy as np
import pytest

from fungible import tensors
from fungible.errors import ArtifactError
from fungible.stored_tensors import StoredTensors

VALUES = {"w": np.arange(6, dtype=np.float32).reshape(2, 3), "n": np.array(3, np.int64), "none": np.zeros((0, 2), np.float32)}


@pytest.fixture
def stored(tmp_path):
    data = tensors.dump(VALUES, {"key": 1})
    path = tmp_path / "state"
    path.write_bytes(b"before" + data + b"behind")
    with open(path, "rb") as file:
        return path, StoredTensors(file, 6, len(data))


def test_values(stored):
    _, found = stored
    assert found.keys() == VALUES.keys()
    for name, value in VALUES.items():
        np.testing.assert_array_equal(found[name], value, strict=True)


def test_a_file_that_has_changed(stored):
    path, found = stored
    with open(path, "r+b") as file:
        file.truncate(10)
    with pytest.raises(ArtifactError, match="has changed since it was loaded"):
        found["w"]


def test_a_file_that_another_one_replaces(stored, tmp_path):
    path, found = stored
    (tmp_path / "other").write_bytes(b"another one")
    (tmp_path / "other").replace(path)
    np.testing.assert_array_equal(found["w"], VALUES["w"])
    path.unlink()
    np.testing.assert_array_equal(found["n"], VALUES["n"])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"data_offsets":[', b'"data_offsets":[9'),
        (b'"F32"', b'"F99"'),
        (b'"shape":[2,3]', b'"shape":[2,4]'),
    ],
)
def test_a_header_that_does_not_fit(tmp_path, old, new):
    data = tensors.dump(VALUES)
    length = int.from_bytes(data[:8], "little")
    header = data[8 : 8 + length].replace(old, new)
    assert header != data[8 : 8 + length]
    path = tmp_path / "state"
    path.write_bytes(len(header).to_bytes(8, "little") + header + data[8 + length :])
    with pytest.raises(ValueError, match="is not where the header says|is not supported"):
        with open(path, "rb") as file:
            StoredTensors(file, 0, path.stat().st_size)


def test_a_header_longer_than_the_file(tmp_path):
    path = tmp_path / "state"
    path.write_bytes((1000).to_bytes(8, "little") + b"{}")
    with pytest.raises(ValueError, match="longer than they are"):
        with open(path, "rb") as file:
            StoredTensors(file, 0, 10)
