"""The text that a digest is over is a contract."""

import hashlib

import numpy as np

from fungible.runtime.digest import state_digest
from fungible.schema import numpy_dtype


def test_is_over_the_documented_bytes():
    state = {
        "model.w": np.array([[1.0, 2.0]], np.float32),
        "a.count": np.array(3),
        "b": np.array([1.5], numpy_dtype("bfloat16")),
    }
    text = (
        b"a.count int64 \n" + (3).to_bytes(8, "little")
        + b"b bfloat16 1\n" + bytes([0xC0, 0x3F])
        + b"model.w float32 1x2\n" + bytes.fromhex("0000803f00000040")
    )
    assert state_digest(state) == hashlib.sha256(text).hexdigest()


def test_depends_on_values_not_on_layout_or_byte_order():
    value = np.arange(6, dtype=np.float32).reshape(2, 3)
    digest = state_digest({"w": value})
    assert state_digest({"w": np.asfortranarray(value)}) == digest
    assert state_digest({"w": value.astype(">f4")}) == digest
    assert state_digest({"w": value.reshape(3, 2)}) != digest
    assert state_digest({"w": -value}) != digest
    assert state_digest({"v": value}) != digest
