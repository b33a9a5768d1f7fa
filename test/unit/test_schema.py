"""Schemas and trees: the JSON of docs/design.md, and how batches are matched with it."""

from collections import namedtuple

import pytest

from running_sum import SCHEMA
from fungible import tree
from fungible.errors import InputError
from fungible.schema import Schema, StateSpec, TensorSpec, numpy_dtype


def test_json_round_trip():
    assert Schema.loads(SCHEMA.dumps()) == SCHEMA
    assert "\n" not in SCHEMA.dumps()


def test_json_is_the_documented_form():
    entry = SCHEMA.to_json()["entry_points"]["step"]
    assert entry["inputs"]["dict"]["rest"]["tuple"] == [
        {"tensor": {"name": "batch['rest'][0]", "dtype": "int64", "shape": [2], "range": [0, 9]}},
        {"tensor": {"name": "batch['rest'][1]", "dtype": "bool", "shape": [2]}},
        {"none": None},
    ]
    assert entry["outputs"]["tuple"][2] == {"list": [{"tensor": {"name": "mask", "dtype": "bool", "shape": [2]}}]}
    assert SCHEMA.to_json()["state"][1] == {"name": "count", "role": "counter", "dtype": "int64", "shape": []}


@pytest.mark.parametrize("text", ["{}", "[]", '{"entry_points": {"step": {"inputs": {"set": []}, "outputs": {"none": null}}}, "state": []}'])
def test_other_json_is_refused(text):
    with pytest.raises(ValueError):
        Schema.loads(text)


def test_the_fingerprint_is_of_the_state_alone():
    state = SCHEMA.state
    assert Schema({}, state[::-1]).state_fingerprint == SCHEMA.state_fingerprint
    changed = (*state[:-1], StateSpec("half", "buffer", "float16", (3,)))
    assert Schema({}, changed).state_fingerprint != SCHEMA.state_fingerprint


def test_sizes_and_dtypes():
    assert StateSpec("w", "parameter", "bfloat16", (3, 2)).nbytes == 12
    assert StateSpec("w", "parameter", "float64", ()).nbytes == 8
    assert str(TensorSpec("x", "float32", (2, 3))) == "float32[2x3]"
    assert numpy_dtype("bfloat16").itemsize == 2
    with pytest.raises(ValueError, match="unknown dtype 'float33'"):
        numpy_dtype("float33")


def test_flatten_and_unflatten():
    value = {"b": (1, [2, None]), "a": 3}
    assert tree.flatten(value) == [1, 2, 3]
    assert tree.unflatten(value, [4, 5, 6]) == {"b": (4, [5, None]), "a": 6}
    with pytest.raises(ValueError, match="3 leaves, got 2"):
        tree.unflatten(value, [4, 5])


def test_the_order_is_that_of_the_structure():
    assert tree.flatten_like({"b": 0, "a": 0}, {"a": 1, "b": 2}) == [2, 1]


def test_lists_tuples_and_named_tuples_stand_for_each_other():
    Pair = namedtuple("Pair", "x y")
    assert tree.flatten_like((0, [0]), [1, Pair(x=2, y=3)[:1]]) == [1, 2]
    assert tree.flatten_like([0, 0], Pair(1, 2)) == [1, 2]
    assert tree.map_leaves(str, Pair(1, 2)) == ("1", "2")


@pytest.mark.parametrize(
    ("structure", "value", "message"),
    [
        ((0, 0), (1, 2, 3), "batch: expects a tuple of 2, got a tuple of 3"),
        ((0, 0), 1, "batch: expects a tuple of 2, got a int"),
        ({"x": 0}, {"y": 1}, "batch: expects a dict of 'x', got a dict of 'y'"),
        ({"x": 0}, [1], "batch: expects a dict of 'x', got a list of 1"),
        ({"x": (0, 0)}, {"x": (1, [2])}, "batch['x'][1]: expects a tensor, got a list of 1"),
        ((0, None), (1, 2), "batch[1]: expects None, got a int"),
        (0, None, "batch: expects a tensor, got None"),
    ],
)
def test_another_structure_is_located(structure, value, message):
    with pytest.raises(InputError) as error:
        tree.flatten_like(structure, value)
    assert str(error.value) == message
