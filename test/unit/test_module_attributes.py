"""Schema and initial state in a module's text, as MLIR prints it and as it is written by hand."""

import ml_dtypes
import numpy as np
import pytest
from torch_mlir import ir

from fungible.errors import CompilationError
from fungible.module_attributes import attach_state, detach_state, read_schema
from fungible.schema import EntryPoint, Schema, StateSpec, TensorSpec

SCHEMA = Schema(
    {"step": EntryPoint((TensorSpec('batch["ä"]', "int64", (2,), (0, 9)),), TensorSpec("output", "float32", ()))},
    (StateSpec("model.w", "parameter", "float32", (2, 3)),),
)
STATE = {
    "model.w": np.arange(6, dtype=np.float32).reshape(2, 3),
    "zeros": np.zeros((3, 1), np.int32),
    "scalar": np.array(3.5, np.float32),
    "flags": np.array([True, False]),
    "half": np.array([1.5, -2.0], ml_dtypes.bfloat16),
    "wide": np.array([2**40], np.int64),
    "negative zero": np.array([-0.0], np.float32),
}


def _module(attributes: str = "") -> str:
    return f"#map = affine_map<(d0) -> (d0)>\nmodule{attributes} {{\n  func.func private @f()\n}}\n"


def _reprinted(text: str) -> str:
    with ir.Context() as context:
        context.allow_unregistered_dialects = True
        return str(ir.Module.parse(text))


def _equal(left, right) -> bool:
    return left.keys() == right.keys() and all(
        left[name].dtype == right[name].dtype
        and left[name].shape == right[name].shape
        and left[name].tobytes() == right[name].tobytes()
        for name in left
    )


@pytest.mark.parametrize("attributes", ["", ' attributes {a.b = "x}\\"{", c.d = [1, 2]}'])
@pytest.mark.parametrize("print_again", [str, _reprinted])
def test_state_comes_back(attributes, print_again):
    text = _module(attributes)
    without, state = detach_state(print_again(attach_state(text, STATE)))
    assert _equal(state, STATE)
    assert "initial_state" not in without and "dialect_resources" not in without
    assert _reprinted(without) == _reprinted(text)


def test_resources_of_the_module_stay():
    text = _module(' attributes {own.data = dense_resource<own> : tensor<1xi8>}').rstrip()
    text += '\n\n{-#\n  dialect_resources: {\n    builtin: {\n      own: "0x0100000007"\n    }\n  }\n#-}\n'
    without, state = detach_state(_reprinted(attach_state(text, STATE)))
    assert _equal(state, STATE)
    assert 'own: "0x0100000007"' in without
    _reprinted(without)


def test_a_module_without_state():
    assert detach_state(_module()) == (_module(), None)


def test_the_schema_comes_back():
    with ir.Context():
        literal = str(ir.StringAttr.get(SCHEMA.dumps()))
    text = _module(f" attributes {{fungible.schema = {literal}}}")
    assert read_schema(text) == SCHEMA
    assert read_schema(attach_state(text, STATE)) == SCHEMA
    assert read_schema(_reprinted(attach_state(text, STATE))) == SCHEMA


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (_module(), "no attribute fungible.schema"),
        (_module(' attributes {fungible.schema = "nonsense"}'), "fungible.schema is damaged"),
        (_module(' attributes {fungible.schema = "{'), "ends in the middle of its attributes"),
    ],
)
def test_a_schema_that_cannot_be_read(text, message):
    with pytest.raises(CompilationError, match=message):
        read_schema(text)


def test_state_whose_data_is_gone():
    text = attach_state(_module(), STATE)
    elided = text[: text.index("{-#")]
    with pytest.raises(CompilationError, match="initial values of model.w, but does not hold them"):
        detach_state(elided)
