"""Values on their way to devices that lack a dtype."""

import numpy as np
import pytest

from fungible.errors import InputError
from fungible.runtime.conversion import from_device, to_device
from fungible.schema import TensorSpec, numpy_dtype

LABELS = TensorSpec("batch[1]", "int64", (3,))


def test_integers_are_narrowed_and_widened_again():
    values = np.array([-(2**30), -100, 2**30 - 1])
    narrow = to_device(LABELS, values, "int32")
    assert narrow.dtype == np.int32
    back = from_device(narrow, np.dtype(np.int64))
    assert back.dtype == np.int64 and back.tolist() == values.tolist()


@pytest.mark.parametrize("value", [2**30, -(2**30) - 1, 2**40])
def test_an_integer_that_does_not_fit_is_refused(value):
    with pytest.raises(InputError, match=rf"batch\[1\]: {value} is beyond -2\^30 to 2\^30"):
        to_device(LABELS, np.array([0, value, 1]), "int32")


@pytest.mark.parametrize("name", ["float16", "bfloat16"])
def test_half_precision_is_widened_without_loss(name):
    values = np.arange(2**16, dtype=np.uint16).view(numpy_dtype(name))
    wide = to_device(TensorSpec("x", name, values.shape), values, "float32")
    assert wide.dtype == np.float32
    back = from_device(wide, numpy_dtype(name))
    same = (back.view(np.uint16) == values.view(np.uint16)) | (np.isnan(wide) & np.isnan(back.astype(np.float32)))
    assert same.all()


def test_nothing_is_copied_where_the_device_has_the_dtype():
    values = np.zeros(3)
    assert to_device(TensorSpec("x", "float64", (3,)), values, "float64") is values


def test_an_empty_batch_has_no_range():
    assert to_device(TensorSpec("x", "int64", (0,)), np.zeros(0, np.int64), "int32").dtype == np.int32
