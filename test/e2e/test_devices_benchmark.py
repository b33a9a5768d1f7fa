"""`benchmarks/devices.py`: what is recorded on one machine is what another one trains."""

import json
import platform
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks" / "devices.py"
STEPS = 8
#: Code for another kind of CPU than this one.
FOREIGN = "cpu:aarch64" if platform.machine() in ("x86_64", "AMD64") else "cpu:generic"


def _call(*arguments) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, SCRIPT, *map(str, arguments)], capture_output=True, text=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("devices")
    done = _call("record", path, "--examples", "mlp", "--targets", f"cpu,vmvx,{FOREIGN}", "--steps", STEPS)
    assert done.returncode == 0, done.stderr
    return path


def test_each_target_follows_eager(folder, tmp_path):
    out = tmp_path / "out.json"
    done = _call("run", folder, "--out", out)
    assert done.returncode == 0, done.stdout + done.stderr
    result = json.loads(out.read_text())
    verdicts = {target["target"]: target["verdict"] for target in result["targets"]}
    assert verdicts == {"cpu": "good", "vmvx": "good", FOREIGN: "absent"}
    assert [row["target"] for row in result["rows"]] == ["cpu", "vmvx"]
    for row in result["rows"]:
        assert row["steps_made"] == STEPS and row["largest_relative_difference"] < 1e-5, row
        assert len(row["state_digest"]) == 64 and row["step_ms_median"] > 0


def test_a_row_that_leaves_eager_is_a_failure(folder, tmp_path):
    altered = tmp_path / "altered"
    altered.mkdir()
    for name in ("mlp.fung", "record.json"):
        (altered / name).write_bytes((folder / name).read_bytes())
    arrays = dict(np.load(folder / "mlp.npz"))
    arrays["eager_losses"][5] *= 1.01
    np.savez(altered / "mlp.npz", **arrays)
    done = _call("run", altered, "--targets", "cpu", "--out", tmp_path / "out.json")
    assert done.returncode == 1, done.stdout + done.stderr
    (row,) = json.loads((tmp_path / "out.json").read_text())["rows"]
    assert row["at_step"] == 6 and not row["within"]


def test_a_row_that_takes_too_long_costs_itself_alone(folder, tmp_path):
    done = _call("run", folder, "--targets", "cpu,vmvx", "--timeout", 0.01, "--out", tmp_path / "out.json")
    assert done.returncode == 1
    assert [row["fault"] for row in json.loads((tmp_path / "out.json").read_text())["rows"]] == ["no end after 0.01 s"] * 2


def test_usage_errors(folder):
    for arguments, message in [
        (("run", folder, "--targets", "metal"), "no artifact is for metal"),
        (("run", folder, "--examples", "gpt"), "has no gpt"),
        (("run", folder / "none"), "not a folder of `record`"),
        (("record", folder, "--examples", "unknown"), "expects some of"),
    ]:
        done = _call(*arguments)
        assert done.returncode == 2 and message in done.stderr, done.stderr
