"""The compiled module against the reference interpreter, on the module at `linalg` that it was compiled from.

With exact numerics state and results are the same bits; with fast numerics they are close.
"""

import importlib
import itertools
import os
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

import small_programs
from fungible import tree
from fungible.program import NUMERICS
from fungible.runtime.digest import state_digest
from fungible.runtime.inputs import to_array

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "test"), str(ROOT / "examples")]
from reference import Interpreter  # noqa: E402 - found by the lines before

#: Programs and how many steps are compared.
PROGRAMS = {"mlp": 5, "digits": 2, **dict.fromkeys(small_programs.NAMES, 3)}

SLOW = os.environ.get("FUNGIBLE_TEST_SLOW") == "1"

#: What is left to slow tests. With exact numerics all but the transformers run, of whose ops the attention of
#: `test_exact_digests.py` has most, and `digits`, whose layers `resnet` has.
_LEFT_OUT = {"fast": ("digits", "gpt", "llama", "lstm", "resnet"), "exact": ("digits", "gpt", "llama")}


def _program(name: str, steps: int):
    if name in small_programs.NAMES:
        return small_programs.program(name, steps)
    torch.manual_seed(0)
    return importlib.import_module(name).build()


def _close(found, expected, what: str):
    """Of numbers: within a few thousandths of a percent of the largest; everything else is equal."""
    found, expected = np.asarray(found), np.asarray(expected)
    if expected.dtype.kind == "f" and expected.size:
        np.testing.assert_allclose(found, expected, rtol=0, atol=5e-5 * max(np.abs(expected).max(), 1e-2), err_msg=what)
    else:
        np.testing.assert_array_equal(found, expected, err_msg=what)


@pytest.mark.parametrize("numerics", NUMERICS)
@pytest.mark.parametrize("name", PROGRAMS)
def test_steps(name, numerics):
    if name in _LEFT_OUT[numerics] and not SLOW:
        pytest.skip("takes a minute; FUNGIBLE_TEST_SLOW=1 runs it")
    options = {} if numerics == "fast" else {"numerics": numerics}
    program = _program(name, PROGRAMS[name])
    interpreter = Interpreter(program.as_text("linalg", **options))
    session = program.compile(targets=["cpu"], **options).on("cpu")
    assert interpreter.is_exact == (numerics == "exact")
    assert interpreter.digest() == session.state_digest()
    before = interpreter.digest()
    inputs = session.schema.entry_points["step"].inputs
    for batch in itertools.islice(program.batches, PROGRAMS[name]):
        found = tree.flatten_like(session.schema.entry_points["step"].outputs, session.step(batch))
        arrays = [to_array(spec, leaf) for spec, leaf in zip(tree.flatten(inputs), tree.flatten_like(inputs, batch))]
        for result, expected in zip(found, interpreter.call("step", arrays), strict=True):
            _close(result, expected, "result")
            if numerics == "exact":
                assert np.asarray(result).tobytes() == expected.tobytes()
    assert interpreter.digest() != before
    for key in session.state:
        _close(session.state[key], interpreter.state[key], key)
    if numerics == "exact":
        differ = [k for k in session.state if state_digest({k: session.state[k]}) != state_digest({k: interpreter.state[k]})]
        assert interpreter.digest() == session.state_digest(), f"differs in {differ}"
