"""Integer arithmetic to the last bit, bytes and shorts included, and what happens to what cannot be."""

import numpy as np
import pytest
import torch
from torch import nn

import fungible
from fungible.errors import CaptureError

BYTES = torch.arange(0, 256, 5, dtype=torch.uint8)
SIGNED_BYTES = torch.arange(-128, 128, 5).to(torch.int8)
SHORTS = torch.arange(-32768, 32768, 771).to(torch.int16)
INTS = torch.tensor([2**30 - 1, -5, 7, -(2**30) + 1, 46341, 0], dtype=torch.int32)
LONGS = torch.tensor([2**30 - 1, -5, 2**40 + 1, -(2**40) - 3, 0, 7])

#: Each is one program of many results, so that a compilation serves them all.
FUNCTIONS = {
    "bytes": (
        BYTES,
        lambda x: (
            *(x // 7, x % 7, x / 7, x // (x.flip(0) % 7 + 1), torch.div(x, 7, rounding_mode="trunc"), x.fmod(9)),
            *(x.sum(), x.float().mean(), x.mean(dtype=torch.float32), x.max(), x.min(), x.amax(0), x.argmax(), x.prod()),
            *(x < 200, x >= x.flip(0), x == 130, x.clamp(5, 200), torch.maximum(x, x.flip(0)), torch.where(x > 100, x, 7)),
            *(x + x, x - x.flip(0), x * 3, -x, ~x, x & 0x55, x ^ x.flip(0), x >> 2, x << 1, x**2, x.square()),
            *(x.float(), x.long(), x + 1.5, x + torch.tensor(300), x.to(torch.int16)),
        ),
    ),
    "signed bytes": (
        SIGNED_BYTES,
        lambda x: (x // 7, x % 7, x / 7, x.sum(), x.max(), x < 0, -x, x * 3, x.abs(), x.sign(), x >> 1, x.argmin(), x.float()),
    ),
    "shorts": (SHORTS, lambda x: (x // 7, x % 7, x / 7, x.sum(), x.max(), x < 0, -x, x * 3, x.abs(), x**2, x.argmin())),
    "ints": (INTS, lambda x: (-x, x // 7, x % 7, x.fmod(7), x.sum(), x.abs(), x**2, 5 - x, x.sign(), torch.div(x, -3, rounding_mode="floor"))),
    "longs": (
        LONGS,
        lambda x: (-x, x // 7, x % 7, x.fmod(-7), x.sum(), x.abs(), x**3, 5 - x, x // (x % 5 + 1), x.square(), x * 3, x.max()),
    ),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_integers_are_exact(name):
    x, function = FUNCTIONS[name]
    program = fungible.Program(model=nn.Linear(1, 1), optimizer=None, step=function, batches=[x])
    results = program.compile().on("cpu").step(x)
    for index, (found, expected) in enumerate(zip(results, function(x), strict=True)):
        expected, found = expected.numpy(), np.asarray(found)
        assert found.dtype == expected.dtype, index
        if expected.dtype.kind == "f":
            np.testing.assert_allclose(found, expected, rtol=1e-6, err_msg=str(index))
        else:
            np.testing.assert_array_equal(found, expected, err_msg=str(index))


def test_what_has_no_static_form_is_listed_at_once():
    def function(x):
        return torch.bincount(x.long()), x.to(torch.uint16).float()

    program = fungible.Program(model=nn.Linear(1, 1), optimizer=None, step=function, batches=[torch.ones(4)])
    with pytest.raises(CaptureError) as error:
        program.captured()
    lines = str(error.value).splitlines()
    assert "test_integers.py:" in lines[0] and lines[0].endswith("these operations have no static form:")
    assert "1 x aten::bincount  (first at" in lines[1] and "torch.bincount(x.long())" in lines[2]
    assert lines[3].strip().startswith("the shape of its result depends on values; use a mask")
    assert "1 x aten::_to_copy" in lines[4] and "uint16 is not supported; use int32" in lines[6]
