"""Whole runs of `fungc train`, each a process of its own."""

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
import python_process

PROGRAM = str(Path(__file__).parent / "Inputs" / "tiny.py")


def fungc(*words, file_size=None, **switches):
    """The finished process. `switches`: of the program."""
    environment = os.environ | {f"TINY_{name.upper()}": str(value) for name, value in switches.items()}
    return python_process.fungc(*words, env=environment, file_size=file_size)


def report(process):
    return json.loads(process.stdout.splitlines()[-1])


def metrics(folder):
    entries = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    return [(entry["step"], entry["loss"]) for entry in entries]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A run of 12 steps that nothing happened to: its folder and its report."""
    folder = tmp_path_factory.mktemp("whole") / "run"
    process = fungc("train", PROGRAM, "--out", folder, "--json")
    assert process.returncode == 0, process.stderr
    return folder, process, report(process)


@pytest.fixture(scope="module")
def five_steps(tmp_path_factory):
    """The folder of a run of five steps."""
    folder = tmp_path_factory.mktemp("five") / "run"
    assert fungc("train", PROGRAM, "--out", folder, "--steps", 5).returncode == 0
    return folder


@pytest.fixture
def short(five_steps, tmp_path):
    """A copy of it."""
    return shutil.copytree(five_steps, tmp_path / "run")


def test_the_report(whole):
    folder, process, result = whole
    assert result["target"] == "cpu" and result["device"].startswith("cpu, ") and result["numerics"] == "fast"
    assert result["steps"] == len(result["losses"]) == 12
    assert (result["loss_first"], result["loss_last"]) == (result["losses"][0], result["losses"][-1])
    assert result["loss_last"] < result["loss_first"]
    assert result["step_ms_median"] > 0 and result["compile_s"] > 0 and result["peak_rss_mb"] > 50
    assert len(result["state_digest"]) == 64
    assert process.stdout.splitlines()[0] == "predicts (1, 3)"
    assert "step 12/12  loss" in process.stderr


def test_the_folder(whole):
    folder, _, result = whole
    assert [loss for _, loss in metrics(folder)] == result["losses"]
    assert (folder / "loss.png").read_bytes().startswith(b"\x89PNG")
    assert json.loads((folder / "run.json").read_text())["steps"] == 12
    assert (folder / "checkpoints" / "step-000012.safetensors").exists()


def test_stopped_and_resumed_is_never_stopped(whole, tmp_path):
    folder = tmp_path / "run"
    stopped = fungc("train", PROGRAM, "--out", folder, "--json", interrupt=7)
    assert stopped.returncode == 130
    assert f"interrupted after step 7; resume with: fungc train --resume {folder}" in stopped.stderr
    assert (report(stopped)["steps"], report(stopped)["interrupted"]) == (7, True)
    resumed = fungc("train", "--resume", folder, "--json")
    assert resumed.returncode == 0, resumed.stderr
    assert report(resumed)["resumed_from"] == 7
    assert report(resumed)["state_digest"] == whole[2]["state_digest"]
    assert report(resumed)["losses"] == whole[2]["losses"]
    assert metrics(folder) == metrics(whole[0])


def test_a_shorter_run_made_longer_is_the_longer_one(whole, short):
    resumed = fungc("train", "--resume", short, "--steps", 12, "--json")
    assert report(resumed)["state_digest"] == whole[2]["state_digest"]


def test_a_run_longer_than_its_schedule_is_refused(whole, tmp_path):
    artifact = whole[0] / "program.fung"
    process = fungc("train", artifact, "--data", "random", "--steps", 20000, "--out", tmp_path / "run")
    assert process.returncode == 1
    assert "the learning-rate schedule was computed for 16383 steps" in process.stderr
    assert "20000 are asked for" in process.stderr


def test_fewer_steps_than_were_made_are_refused(whole):
    folder, *_ = whole
    resumed = fungc("train", "--resume", folder, "--steps", 3)
    assert resumed.returncode == 1
    assert "has made 12 steps already, and 3 are asked for" in resumed.stderr
    assert json.loads((folder / "run.json").read_text())["steps"] == 12


def test_other_data_is_not_resumed(short):
    resumed = fungc("train", "--resume", short, "--steps", 12, order=1)
    assert resumed.returncode == 1
    assert "error: batch 5 is not the one that the checkpoint was trained on" in resumed.stderr


def test_a_damaged_checkpoint_is_not_resumed(short):
    path = short / "checkpoints" / "step-000005.safetensors"
    path.write_bytes(path.read_bytes()[:-10])
    resumed = fungc("train", "--resume", short, "--steps", 12)
    assert resumed.returncode == 1
    assert "error: " in resumed.stderr and "step-000005.safetensors" in resumed.stderr
    assert "Traceback" not in resumed.stderr


def test_another_seed_is_another_run(whole, tmp_path):
    other = fungc("train", PROGRAM, "--out", tmp_path / "run", "--seed", 1, "--json")
    assert report(other)["losses"][0] != whole[2]["losses"][0]


def test_a_loss_that_is_no_number(tmp_path):
    process = fungc("train", PROGRAM, "--out", tmp_path / "run", "--checkpoint-every", 2, "--json", nan=6)
    assert process.returncode == 1
    good = tmp_path / "run" / "checkpoints" / "step-000004.safetensors"
    assert process.stderr.splitlines()[-1] == f"error: the loss is nan at step 6; the last good checkpoint is {good}"
    assert sorted(good.parent.iterdir())[-1] == good
    result = report(process)
    assert result["losses"][-1] is None and result["steps"] == 6 and "step 6" in result["error"]


def test_a_batch_of_another_shape(tmp_path):
    process = fungc("train", PROGRAM, "--out", tmp_path / "run", shape=4)
    assert process.returncode == 1
    assert process.stderr.splitlines()[-1].startswith("error: step 4: batch: expects float32[4x3], got float32[3x3]")


def test_check_agrees(tmp_path):
    process = fungc("train", PROGRAM, "--out", tmp_path / "run", "--check")
    assert process.returncode == 0, process.stderr
    assert "all 12 steps agree with PyTorch eager" in process.stderr


def test_an_artifact_trains_on_other_data(whole, tmp_path):
    artifact = whole[0] / "program.fung"
    np.savez(tmp_path / "data.npz", batch=np.random.default_rng(0).random((3, 4, 3), np.float32))
    (tmp_path / "data.py").write_text("import numpy as np\ndef batches():\n    return [np.ones((4, 3), np.float32)]\n")
    for data in ("random", tmp_path / "data.npz", tmp_path / "data.py"):
        process = fungc("train", artifact, "--data", data, "--steps", 4, "--json", "--quiet", "--out", tmp_path / f"{Path(data).name}.run")
        assert process.returncode == 0, process.stderr
        assert report(process)["steps"] == 4
        assert process.stderr == ""


def test_a_full_disk(whole, tmp_path):
    artifact = whole[0] / "program.fung"
    process = fungc("train", artifact, "--data", "random", "--steps", 4, "--out", tmp_path / "run", file_size=4096)
    assert process.returncode == 1
    assert process.stderr == f"error: cannot write {tmp_path}/run/program.fung: File too large\n"


def test_a_program_that_breaks_is_located(tmp_path):
    path = tmp_path / "broken.py"
    path.write_text("def build():\n    return undefined\n")
    process = fungc("train", path, "--out", tmp_path / "run")
    assert process.returncode == 1
    assert process.stderr == f"error: {path}:2: NameError: name 'undefined' is not defined (in: return undefined)\n"
