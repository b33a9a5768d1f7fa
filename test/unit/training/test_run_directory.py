"""The folder of a run."""

import json
import math

import pytest

from fungible.errors import CheckpointError, FungibleError
from fungible.training import loss_curve
from fungible.training.run_directory import KEPT, RunDirectory


@pytest.fixture
def directory(tmp_path):
    return RunDirectory.create(tmp_path / "run")


def test_metrics_come_back(directory):
    directory.log({"step": 1, "loss": 2.5, "seconds": 0.1})
    directory.log({"step": 1, "evaluation": {"loss": 2.0}})
    directory.log({"step": 2, "loss": math.nan})
    assert directory.losses()[0] == 2.5 and math.isnan(directory.losses()[1])
    lines = (directory.path / "metrics.jsonl").read_text().splitlines()
    assert json.loads(lines[2]) == {"step": 2, "loss": None}


def test_a_line_that_a_crash_left_is_no_line(directory):
    directory.log({"step": 1, "loss": 2.5})
    with (directory.path / "metrics.jsonl").open("a") as file:
        file.write('{"step": 2, "lo')
    assert directory.losses() == [2.5]
    directory.forget_after(1)
    directory.log({"step": 2, "loss": 2.25})
    assert directory.losses() == [2.5, 2.25]


def test_forgets_what_is_made_again(directory):
    for step in range(1, 6):
        directory.log({"step": step, "loss": float(step)})
    directory.forget_after(3)
    assert directory.losses() == [1.0, 2.0, 3.0]


def test_keeps_the_newest_checkpoints(directory):
    for step in (5, 10, 15, 20, 1000005):
        directory.checkpoint(step).write_bytes(b"")
    directory.remove_old_checkpoints()
    assert [step for step, _ in directory.checkpoints()] == [15, 20, 1000005][-KEPT:]
    assert directory.newest_checkpoint()[1].name == "step-1000005.safetensors"


def test_no_checkpoint(directory):
    with pytest.raises(CheckpointError, match="has no checkpoint"):
        directory.newest_checkpoint()


def test_a_run_is_not_overwritten(directory):
    directory.write_settings({"seed": 1})
    assert RunDirectory.open(directory.path).read_settings() == {"seed": 1}
    with pytest.raises(FungibleError, match="holds a run already"):
        RunDirectory.create(directory.path)
    assert RunDirectory.create_numbered(directory.path).path.name == "run-2"


def test_what_cannot_be_a_run(tmp_path):
    with pytest.raises(FungibleError, match="holds no run"):
        RunDirectory.open(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(FungibleError, match="cannot write .*file: "):
        RunDirectory.create(tmp_path / "file")
    (tmp_path / "run.json").write_text("{")
    with pytest.raises(FungibleError, match="run.json: cannot be read"):
        RunDirectory.open(tmp_path).read_settings()


@pytest.mark.parametrize("count", [0, 1, 300])
def test_loss_curve(directory, count):
    metrics = [{"step": step, "loss": 1.0 / step} for step in range(1, count + 1)]
    loss_curve.draw(directory.loss_curve, [*metrics, {"step": 1, "evaluation": {"loss": 0.5}}], "title")
    assert directory.loss_curve.read_bytes().startswith(b"\x89PNG")
