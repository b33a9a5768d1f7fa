"""`benchmarks/step`: contestants that agree are timed, and those that do not are not."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks" / "step"


def test_a_program_and_its_table(tmp_path):
    out = tmp_path / "step.json"
    command = [sys.executable, FOLDER, "--programs", "mlp-adamw", "--contestants", "eager,iree,fungible"]
    done = subprocess.run(
        [*command, "--rounds", "1", "--seconds", "0.05", "--out", out], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(out.read_text())["programs"]["mlp-adamw"]
    steps = {name: found["step_ms"] for name, found in result["contestants"].items()}
    assert result["ratio"] == pytest.approx(steps["fungible"] / min(steps["eager"], steps["iree"]))
    assert result["contestants"]["iree"]["cold_compile_s"] > 0
    # Two products of each layer's weights backward, but for the inputs of the first, and one forward.
    assert result["flops"] == 2 * 128 * (2 * 784 * 1024 + 3 * 1024 * 1024 + 3 * 1024 * 10)
    assert "| `mlp-adamw` |" in done.stdout


def test_unknown_names_are_one_line():
    done = subprocess.run([sys.executable, FOLDER, "--programs", "mlp"], capture_output=True, text=True)
    assert done.returncode == 2 and "no 'mlp'; there are mlp-sgd," in done.stderr


def test_other_losses_are_not_timed(monkeypatch):
    monkeypatch.syspath_prepend(str(FOLDER))
    import measure

    measure.require_agreement({"eager": [2.0, 1.5], "fungible": [2.0005, 1.5]})
    with pytest.raises(RuntimeError, match="step 2: the loss is nan in fungible and 1.5 in eager"):
        measure.require_agreement({"eager": [2.0, 1.5], "fungible": [2.0, float("nan")]})


def test_a_program_that_cannot_be_compiled_is_shown_with_its_reason(monkeypatch):
    monkeypatch.syspath_prepend(str(FOLDER))
    import measure
    import report

    monkeypatch.setattr(measure, "alone", _refusing)
    result = measure.measure("mlp-sgd", ["eager", "iree"], 1, 0.01)
    assert result["contestants"]["iree"] == {"error": "CompilationError: no"} and result["ratio"] is None
    table = report.table({"programs": {"mlp-sgd": result, "mlp-adamw": result}})
    assert "\n- iree, `mlp-sgd`, `mlp-adamw`: CompilationError: no" in table


def _refusing(contestant, *arguments):
    import worker

    if contestant == "iree":
        raise worker.Failed("CompilationError: no")
    return 0


def test_slow_steps_are_not_timed(monkeypatch):
    monkeypatch.syspath_prepend(str(FOLDER))
    import measure

    monkeypatch.setattr(measure, "LONGEST_STEP", 0)
    found = measure.measure("mlp-sgd", ["eager"], 1, 0.01)["contestants"]["eager"]
    assert "step_ms" not in found and found["error"] == "a step takes 0 s, and at most 0 s are waited for"


def test_tvm_trains_what_its_trainer_can_say(monkeypatch):
    pytest.importorskip("tvm")
    monkeypatch.syspath_prepend(str(FOLDER))
    import measure

    found = {name: measure.measure(name, ["eager", "tvm"], 1, 0.01)["contestants"]["tvm"] for name in ("mlp-sgd", "mlp-adamw")}
    assert found["mlp-sgd"]["step_ms"] > 0
    assert found["mlp-adamw"]["error"].startswith("NotExpressible: TVM's trainer has SGD")
