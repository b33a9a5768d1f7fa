"""Checkpoints that are damaged or belong to something else."""

import json

import numpy as np
import pytest
import safetensors.numpy

from running_sum import initial_state
from fungible.errors import CheckpointError, FungibleError
from fungible.runtime import checkpoint


@pytest.fixture
def path(session, tmp_path):
    path = tmp_path / "step1.safetensors"
    session.save(path, step=1)
    return path


def restore_fails(session, path, message: str) -> None:
    before = session.state_digest()
    with pytest.raises(CheckpointError, match=message) as error:
        session.restore(path)
    assert str(path) in str(error.value) and "\n" not in str(error.value)
    assert session.state_digest() == before


def test_the_same_state_gives_the_same_bytes(session, path, tmp_path):
    session.save(tmp_path / "again.safetensors", step=1)
    assert (tmp_path / "again.safetensors").read_bytes() == path.read_bytes()


def test_any_safetensors_reader_gets_the_tensors(path):
    with safetensors.safe_open(path, "numpy") as file:
        assert set(file.keys()) == set(initial_state())
        np.testing.assert_array_equal(file.get_tensor("w"), initial_state()["w"])
        assert json.loads(file.metadata()["fungible"])["step"] == 1


def test_missing(session, tmp_path):
    restore_fails(session, tmp_path / "none.safetensors", "No such file")


@pytest.mark.parametrize("keep", [0, 7, 100, -1])
def test_truncated(session, path, keep):
    path.write_bytes(path.read_bytes()[:keep])
    restore_fails(session, path, "not a whole checkpoint")


def test_foreign(session, path):
    path.write_bytes(b"\x80\x02}q\x00." * 100)
    restore_fails(session, path, "not a whole checkpoint")


def test_tensors_of_another_tool(session, path):
    safetensors.numpy.save_file({"w": np.zeros(4, np.float32)}, path)
    restore_fails(session, path, "not a checkpoint of fungible")


def test_newer_format(session, path, monkeypatch):
    monkeypatch.setattr(checkpoint, "FORMAT", 2)
    session.save(path)
    monkeypatch.undo()
    restore_fails(session, path, "format 2, this fungible reads up to 1; upgrade")


def test_another_program(session, path):
    state = initial_state()
    state["v"] = state.pop("w")
    state["half"] = state["half"].astype(np.float32)
    checkpoint.save(path, state, step=0, program="other", fingerprint="")
    restore_fails(
        session,
        path,
        r"does not fit the program: 'w' is missing; 'v' is not state of the program; "
        r"'half' is float32\[3\], the program has bfloat16\[3\]$",
    )


def test_many_differences_are_counted(session, path):
    state = {**initial_state(), **{f"extra{i}": np.zeros(1) for i in range(9)}}
    checkpoint.save(path, state, step=0, program="other", fingerprint="")
    restore_fails(session, path, "'extra3' is not state of the program; and 5 more$")


def test_unwritable(session, tmp_path):
    with pytest.raises(FungibleError, match="cannot write .*none/a.safetensors: No such file"):
        session.save(tmp_path / "none" / "a.safetensors")


def test_a_full_disk_leaves_the_old_checkpoint(session, path, tmp_path):
    import resource

    before = path.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, hard))
    try:
        with pytest.raises(FungibleError, match="cannot write .*: File too large"):
            session.save(path, step=2)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
