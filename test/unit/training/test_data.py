"""Batches for an artifact: random ones, stacked ones, and those of a Python file."""

import numpy as np
import pytest

from fungible import InputError
from fungible.errors import FungibleError
from fungible.schema import TensorSpec
from fungible.training import data

INPUTS = (
    TensorSpec("batch[0]", "float32", (4, 3)),
    TensorSpec("batch[1]", "int64", (4,), (2, 5)),
)


def first(batches, count):
    iterator = iter(batches)
    return [next(iterator) for _ in range(count)]


def test_random_batches_fit_the_schema():
    batches = first(data.load("random", [INPUTS], seed=0), 50)
    for x, y in batches:
        assert x.dtype == np.float32 and x.shape == (4, 3)
        assert y.dtype == np.int64 and y.shape == (4,)
    labels = np.concatenate([y for _, y in batches])
    assert set(labels) == {2, 3, 4, 5}


def test_random_batches_depend_on_the_seed():
    x0, x1 = (first(data.load("random", [INPUTS], seed=s), 1)[0][0] for s in (0, 1))
    again = first(data.load("random", [INPUTS], seed=0), 1)[0][0]
    assert np.array_equal(x0, again) and not np.array_equal(x0, x1)


def test_random_batches_of_every_kind():
    inputs = {
        "flag": TensorSpec("batch['flag']", "bool", (64,)),
        "byte": TensorSpec("batch['byte']", "uint8", (64,), (0, 255)),
        "half": TensorSpec("batch['half']", "bfloat16", (64,)),
    }
    batch = first(data.load("random", [inputs], seed=0), 1)[0]
    assert set(batch["flag"]) == {False, True}
    assert batch["byte"].dtype == np.uint8 and batch["byte"].max() > 100
    assert batch["half"].dtype.name == "bfloat16"


@pytest.mark.parametrize("names", [("batch[0]", "batch[1]"), ("arr_0", "arr_1")])
def test_stacked_batches(tmp_path, names):
    x, y = np.random.rand(5, 4, 3).astype(np.float32), np.random.randint(0, 9, (5, 4))
    path = str(tmp_path / "data.npz")
    np.savez(path, **dict(zip(names, (x, y))))
    batches = data.load(path, [INPUTS], seed=0)
    for _ in range(2):
        read = list(batches)
        assert len(read) == len(batches) == 5
        assert all(np.array_equal(a, x[i]) and np.array_equal(b, y[i]) for i, (a, b) in enumerate(read))


def test_stacked_batches_by_key(tmp_path):
    path = str(tmp_path / "data.npz")
    np.savez(path, image=np.zeros((2, 3), np.float32))
    (first_batch, _) = data.load(path, [{"image": TensorSpec("batch['image']", "float32", (3,))}], seed=0)
    assert first_batch["image"].shape == (3,)


@pytest.mark.parametrize(
    "arrays, message",
    [
        ({"batch[0]": np.zeros((2, 4, 3), np.float32)}, r"no array for batch\[1\]"),
        (
            {"arr_0": np.zeros((2, 4, 2), np.float32), "arr_1": np.zeros((2, 4), np.int64)},
            r"batch\[0\] expects float32 of shape \(batches, 4, 3\), the file has float32 of shape \(2, 4, 2\)",
        ),
        (
            {"arr_0": np.zeros((2, 4, 3), np.float32), "arr_1": np.zeros((2, 4), np.int32)},
            r"batch\[1\] expects int64",
        ),
        (
            {"arr_0": np.zeros((2, 4, 3), np.float32), "arr_1": np.zeros((3, 4), np.int64)},
            r"different numbers of batches: \[2, 3\]",
        ),
    ],
)
def test_stacked_batches_that_do_not_fit(tmp_path, arrays, message):
    path = str(tmp_path / "data.npz")
    np.savez(path, **arrays)
    with pytest.raises(InputError, match=message):
        data.load(path, [INPUTS], seed=0)


@pytest.mark.parametrize("content", [b"", b"text", b"PK\x03\x04 truncated"])
def test_a_damaged_npz(tmp_path, content):
    path = tmp_path / "data.npz"
    path.write_bytes(content)
    with pytest.raises(InputError, match="data.npz"):
        data.load(str(path), [INPUTS], seed=0)


def test_missing_files():
    with pytest.raises(InputError, match="none.npz: no such file"):
        data.load("none.npz", [INPUTS], seed=0)
    with pytest.raises(FungibleError, match="none.py: no such file"):
        data.load("none.py", [INPUTS], seed=0)
    with pytest.raises(InputError, match="--data none.txt: expects"):
        data.load("none.txt", [INPUTS], seed=0)


def test_a_python_file(tmp_path):
    path = tmp_path / "data.py"
    path.write_text("def batches():\n    return [(1, 2), (3, 4)]\n")
    assert list(data.load(str(path), [INPUTS], seed=0)) == [(1, 2), (3, 4)]
    path.write_text("def batches():\n    return 3\n")
    with pytest.raises(InputError, match=r"batches\(\) returned int"):
        data.load(str(path), [INPUTS], seed=0)


SMALLER = (TensorSpec("batch[0]", "float32", (2, 3)), TensorSpec("batch[1]", "int64", (2,), (2, 5)))


def test_random_batches_take_the_buckets_in_turn():
    batches = first(data.load("random", [INPUTS, SMALLER], seed=0), 4)
    assert [x.shape for x, _ in batches] == [(4, 3), (2, 3), (4, 3), (2, 3)]


def test_stacked_batches_are_of_the_bucket_that_they_fit(tmp_path):
    path = str(tmp_path / "data.npz")
    np.savez(path, np.zeros((5, 2, 3), np.float32), np.zeros((5, 2), np.int64))
    assert [x.shape for x, _ in data.load(path, [INPUTS, SMALLER], seed=0)] == [(2, 3)] * 5
    with pytest.raises(InputError, match=r"batch\[0\] expects float32 of shape \(batches, 4, 3\).*the first of 2 buckets"):
        data.load(path, [INPUTS, INPUTS], seed=0)
