"""What a leaf of a batch may be, and what is said about one that does not fit."""

import numpy as np
import pytest
import torch

from fungible.errors import InputError
from fungible.runtime.inputs import to_array
from fungible.schema import TensorSpec, numpy_dtype


def spec(dtype: str, *shape: int) -> TensorSpec:
    return TensorSpec("batch[0]", dtype, shape)


class Dlpack:
    """Only what the protocol has."""

    def __init__(self, array: np.ndarray, device: int = 1):
        self._array = array
        self._device = device

    def __dlpack__(self, **kwargs):
        return self._array.__dlpack__(**kwargs)

    def __dlpack_device__(self):
        return (self._device, 0)


@pytest.mark.parametrize(
    "value",
    [
        torch.arange(6).reshape(2, 3),
        torch.arange(6).reshape(3, 2).T.contiguous().T.reshape(2, 3),
        torch.arange(6, dtype=torch.int32).reshape(2, 3),
        np.arange(6).reshape(2, 3),
        np.arange(6, dtype=np.uint8).reshape(2, 3),
        np.asfortranarray(np.arange(6).reshape(2, 3)),
        Dlpack(np.arange(6).reshape(2, 3)),
    ],
    ids=["torch", "torch-strided", "torch-int32", "numpy", "uint8", "fortran", "dlpack"],
)
def test_integer_arrays_are_taken(value):
    array = to_array(spec("int64", 2, 3), value)
    assert array.dtype == np.int64 and array.flags.c_contiguous
    np.testing.assert_array_equal(array, np.arange(6).reshape(2, 3))


def test_a_transposed_tensor_keeps_its_values():
    tensor = torch.arange(6.0).reshape(3, 2).T
    np.testing.assert_array_equal(to_array(spec("float32", 2, 3), tensor), tensor.numpy())


def test_parameters_and_bfloat16_tensors_are_taken():
    parameter = torch.nn.Parameter(torch.ones(2))
    assert to_array(spec("float32", 2), parameter).tolist() == [1, 1]
    half = to_array(spec("bfloat16", 2), torch.tensor([1.5, -2.0], dtype=torch.bfloat16))
    assert half.dtype == numpy_dtype("bfloat16") and half.astype(float).tolist() == [1.5, -2.0]


@pytest.mark.parametrize(
    ("dtype", "value"),
    [("float32", 0.5), ("float32", 2), ("int64", 7), ("bool", True), ("bfloat16", 0.5), ("float32", np.float32(3))],
)
def test_numbers_are_taken_for_tensors_without_dimensions(dtype, value):
    array = to_array(spec(dtype), value)
    assert array.shape == () and array.dtype == numpy_dtype(dtype) and array == value


@pytest.mark.parametrize(
    ("dtype", "shape", "value", "message"),
    [
        ("int64", (8, 128), np.zeros((4, 128), np.int64), r"expects int64\[8x128\], got int64\[4x128\]; shapes are fixed.*drop_last=True"),
        ("float32", (2,), np.zeros(2), r"expects float32\[2\], got float64\[2\]; convert it to float32 first"),
        ("float32", (), np.float64(1), "expects float32, got float64; convert"),
        ("int32", (2,), np.zeros(2, np.int64), r"got int64\[2\]; convert it to int32"),
        ("float32", (2,), np.zeros(2, np.int32), r"got int32\[2\]; convert it to float32"),
        ("int64", (2,), np.zeros(2, bool), r"got bool\[2\]; convert it to int64"),
        ("int64", (2,), np.zeros(2, np.uint64), r"got uint64\[2\]; convert"),
        ("float32", (2,), torch.zeros(2, dtype=torch.bfloat16, device="meta"), "is on meta; pass tensor.cpu()"),
        ("float32", (2,), Dlpack(np.zeros(2, np.float32), device=2), "is on another device; copy it to the CPU"),
        ("float32", (2,), 1.0, r"expects float32\[2\], got a single float"),
        ("int64", (), 1.0, "got the float 1.0"),
        ("int64", (), True, "got the bool True"),
        ("int8", (), 300, "300 is out of its range"),
        ("float32", (2,), "text", "as a torch, NumPy or DLPack array, got a str"),
        ("float32", (2,), torch.zeros(2).to_sparse(), "a torch.Tensor cannot be read"),
    ],
)
def test_what_does_not_fit_is_named(dtype, shape, value, message):
    with pytest.raises(InputError, match=rf"^batch\[0\]: .*{message}") as error:
        to_array(spec(dtype, *shape), value)
    assert "\n" not in str(error.value)
