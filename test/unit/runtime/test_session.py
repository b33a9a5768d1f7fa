"""Sessions: calls, state and checkpoints on the CPU."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from running_sum import PROGRAM, SCHEMA, initial_state, make_artifact
from fungible import compiler, tree
from fungible.errors import ArtifactError, DeviceError, FungibleError, InputError
from fungible.schema import StateSpec
from fungible.targets import resolve
from fungible.runtime.digest import state_digest


def test_a_step_returns_the_tree_of_the_schema(session, batch):
    loss, values, masks = session.step(batch)
    assert isinstance(loss, np.float32) and loss == 28
    np.testing.assert_array_equal(values["w"], np.arange(4, dtype=np.float32) + 28)
    np.testing.assert_array_equal(values["labels"], [6, 8])
    assert list(values) == ["w", "labels"] and isinstance(masks, list)
    assert masks[0].dtype == bool and masks[0].tolist() == [True, False]


def test_state_stays_on_the_device_between_steps(session, batch):
    for _ in range(3):
        session.step(batch)
    np.testing.assert_array_equal(session.state["w"], np.arange(4) + 3 * 28)
    assert session.state["count"] == 8


def test_results_are_copies_that_the_next_step_leaves_alone(session, batch):
    _, first, _ = session.step(batch)
    state = session.state["w"]
    kept, kept_state = first["w"].copy(), state.copy()
    session.step(batch)
    np.testing.assert_array_equal(first["w"], kept)
    np.testing.assert_array_equal(state, kept_state)


def test_evaluate_leaves_the_state_alone(session, batch):
    before = session.state_digest()
    assert session.evaluate(batch["x"]) == 28
    assert session.state_digest() == before


def test_every_entry_point_is_a_method(session):
    assert session.tick() == 6
    assert session.call("tick") == 7
    assert isinstance(session.tick(), np.int64)


def test_unknown_entry_points_are_named(session):
    with pytest.raises(AttributeError, match="'tock'"):
        session.tock()
    with pytest.raises(FungibleError, match="no entry point 'tock'; it has: step, evaluate, tick"):
        session.call("tock")


def test_state_is_a_mapping(session):
    assert session.state.names == tuple(session.state) == ("w", "count", "half")
    assert session.state.spec("w").role == "parameter"
    session.state["count"] = 41
    assert session.tick() == 42
    session.state["half"] = np.full(3, 0.5, session.state["half"].dtype)
    assert session.state["half"].astype(float).tolist() == [0.5] * 3
    with pytest.raises(KeyError, match="did you mean 'count'"):
        session.state["cuont"]


def test_state_keeps_its_shape_and_dtype(session):
    before = session.state_digest()
    with pytest.raises(FungibleError, match=r"^w: expects float32\[4\], got float32\[5\]"):
        session.state["w"] = np.zeros(5, np.float32)
    with pytest.raises(FungibleError, match=r"^w: expects float32\[4\], got float64\[4\]"):
        session.state["w"] = np.zeros(4)
    assert session.state_digest() == before


def test_reset_goes_back_to_the_initial_state(session, batch):
    before = session.state_digest()
    assert before == state_digest(initial_state())
    session.step(batch)
    assert session.state_digest() != before
    session.reset()
    assert session.state_digest() == before


def test_sessions_do_not_share_state(artifact, batch):
    one, other = artifact.on("cpu"), artifact.on("cpu")
    one.step(batch)
    assert other.state["count"] == 5


def test_checkpoints_move_between_targets(session, batch, tmp_path):
    session.step(batch)
    session.save(tmp_path / "one.safetensors", step=1, extra={"epoch": 2})
    other = make_artifact("vmvx").on()
    loaded = other.restore(tmp_path / "one.safetensors")
    assert (loaded.step, loaded.extra) == (1, {"epoch": 2})
    assert other.state_digest() == session.state_digest()
    session.step(batch), other.step(batch)
    assert other.state_digest() == session.state_digest()


def test_checkpoints_move_to_a_device_without_64_bit_integers(session, batch, tmp_path):
    """As between CPUs and Vulkan, here on the CPU: VMVX lacks 16-bit floats, and no target of the CPU lacks i64."""
    narrow = compiler.build(lambda: (PROGRAM, "linalg"), [PROGRAM], replace(resolve("vmvx"), lacks=("i64", "f16", "bf16")))
    other = replace(session.artifact, builds=(narrow,)).on()
    session.step(batch)
    session.save(tmp_path / "one.safetensors")
    other.restore(tmp_path / "one.safetensors")
    assert other.state_digest() == session.state_digest()
    results, narrowed = session.step(batch), other.step(batch)
    assert [leaf.dtype for leaf in tree.flatten(narrowed)] == [leaf.dtype for leaf in tree.flatten(results)]
    assert other.state_digest() == session.state_digest()
    other.save(tmp_path / "two.safetensors")
    session.restore(tmp_path / "two.safetensors")
    assert other.state_digest() == session.state_digest()
    with pytest.raises(InputError, match=r"batch\['rest'\]\[0\]: 4294967296 is beyond -2\^30 to 2\^30"):
        other.step({**batch, "rest": (np.array([3, 2**32]), *batch["rest"][1:])})
    before = other.state_digest()
    session.state["count"] = 2**31
    session.save(tmp_path / "three.safetensors")
    with pytest.raises(InputError, match="count: 2147483648 is beyond "):
        other.restore(tmp_path / "three.safetensors")
    assert other.state_digest() == before


class _Lost:
    def invoke(self, *arguments):
        raise RuntimeError("Error invoking function: c/runtime/x.c:1: DATA_LOSS; VK_ERROR_DEVICE_LOST; ")


def test_a_device_that_fails_is_a_located_error(session, batch, monkeypatch):
    session.step(batch)
    monkeypatch.setattr(session._function("step"), "_context", _Lost())
    with pytest.raises(DeviceError, match="'step' failed on cpu, .*: VK_ERROR_DEVICE_LOST$"):
        session.step(batch)


def test_after_a_step_that_failed_nothing_reads_the_state(session, batch, monkeypatch, tmp_path):
    session.step(batch)
    session.save(tmp_path / "one.safetensors")
    digest = session.state_digest()
    with monkeypatch.context() as patch:
        patch.setattr(session._function("step"), "_context", _Lost())
        with pytest.raises(DeviceError):
            session.step(batch)
    reads = (
        session.state_digest, lambda: session.step(batch), lambda: session.call("evaluate", np.zeros((2, 4), np.float32)),
        lambda: session.save(tmp_path / "two.safetensors"),
    )  # fmt: skip
    for read in reads:
        with pytest.raises(DeviceError, match=r"may be updated, since 'step' failed .*; restore\(\) a checkpoint or reset\(\)$"):
            read()
    assert not (tmp_path / "two.safetensors").exists()
    session.restore(tmp_path / "one.safetensors")
    assert session.state_digest() == digest


def test_a_schema_that_the_module_does_not_have_is_an_error(artifact):
    entries = {**SCHEMA.entry_points, "predict": SCHEMA.entry_points["evaluate"]}
    wrong = type(artifact)(**{**vars(artifact), "schema": type(SCHEMA)(entries, SCHEMA.state)})
    with pytest.raises(ArtifactError, match="no function 'predict'"):
        wrong.on("cpu").predict(np.zeros((2, 4), np.float32))


def test_state_that_the_module_does_not_have_is_an_error(artifact):
    more = (*SCHEMA.state, StateSpec("momentum", "optimizer", "float32", (4,)))
    schema, state = type(SCHEMA)(SCHEMA.entry_points, more), artifact.state | {"momentum": np.zeros(4, np.float32)}
    wrong = type(artifact)(**{**vars(artifact), "schema": schema, "state": state})
    with pytest.raises(ArtifactError, match="no function to set the state 'momentum'"):
        wrong.on("cpu")


def test_needs_neither_torch_nor_the_compiler(artifact, tmp_path):
    artifact.save(tmp_path / "a.fung")
    code = (
        "import sys\n"
        "sys.modules.update(dict.fromkeys(['torch', 'torch_mlir', 'iree.compiler']))\n"
        "from fungible.artifact import load\n"
        "print(load(sys.argv[1]).on('cpu').tick())\n"
    )
    out = subprocess.run([sys.executable, "-c", code, tmp_path / "a.fung"], capture_output=True, text=True)
    assert (out.stdout, out.stderr) == ("6\n", "")
