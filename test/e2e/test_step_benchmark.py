"""`benchmarks/step`: contestants that agree are timed, and those that do not are not."""

import importlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from python_process import python

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks" / "step"

slow = pytest.mark.skipif(os.environ.get("FUNGIBLE_TEST_SLOW") != "1", reason="slow: compilations of more than a few seconds, run lit with --param slow=1")


@pytest.fixture
def suite(monkeypatch):
    """The modules of the benchmark by name."""
    monkeypatch.syspath_prepend(str(FOLDER))
    return SimpleNamespace(**{name: importlib.import_module(name) for name in ("compilers", "contestants", "measure", "merge", "report", "setting")})


@pytest.mark.parametrize(
    ("program", "contestants"),
    [("mlp-sgd", "eager,fungible"), pytest.param("mlp-adamw", "eager,eager+channels-last+kept-memory,iree,fungible", marks=slow)],
)
def test_a_program_and_its_table(program, contestants, tmp_path):
    out = tmp_path / "step.json"
    command = [FOLDER, "--programs", program, "--contestants", contestants]
    done = python(*command, "--rounds", "1", "--seconds", "0.05", "--out", out)
    assert done.returncode == 0, done.stderr
    result = json.loads(out.read_text())["programs"][program]
    assert ",".join(result["contestants"]) == contestants
    steps = {name: found["step_ms"] for name, found in result["contestants"].items()}
    assert result["ratio"] == pytest.approx(steps.pop("fungible") / min(steps.values()))
    assert result["contestants"]["fungible"]["cold_compile_s"] > 0
    # Two products of each layer's weights backward, but for the inputs of the first, and one forward.
    assert result["flops"] == 2 * 128 * (2 * 784 * 1024 + 3 * 1024 * 1024 + 3 * 1024 * 10)
    assert f"| `{program}` |" in done.stdout


def test_an_option_that_a_contestant_lacks_is_one_line():
    done = python(FOLDER, "--contestants", "eager,eager+autotune")
    assert done.returncode == 2 and "no 'eager+autotune'; there are eager, inductor, jax" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("target", "options", "mode"),
    [("cpu", (), None), ("cpu", ("autotune",), "max-autotune"), ("cuda:sm_90", (), "max-autotune"), ("cuda:sm_90", ("untuned",), "reduce-overhead")],
)
def test_kernels_are_measured_on_gpus_unless_told_otherwise(suite, target, options, mode):
    assert suite.contestants._mode(suite.setting.Setting(target), options) == mode


def test_operations_of_attention_and_recurrence_count(suite):
    tokens, width = 8 * 128, 256
    linears = 4 * (3 + 1 + 4 + 4) * width * width + 4096 * width
    attention = 4 * 12 * 8 * 128 * 128 * width
    assert suite.compilers.flops("gpt", suite.setting.Setting(), Path()) == 6 * tokens * linears + attention
    tokens, gates = 16 * 64, 4 * 256
    head, layers = 4096 * width, 2 * 2 * gates * width
    first_state = 2 * 2 * 16 * gates * width  # zeros, of which no gradient is computed
    assert suite.compilers.flops("lstm", suite.setting.Setting(), Path()) == 6 * tokens * (head + layers) - first_state


def test_a_contestant_that_dies_while_it_is_timed_has_a_reason_and_no_time(suite, monkeypatch):
    import worker

    steps = worker.Worker.steps

    def dying(self, count):
        if count == suite.measure.AGREEING_STEPS:
            answer = steps(self, count)
            self._process.kill()
            return answer
        return steps(self, count)

    monkeypatch.setattr(worker.Worker, "steps", dying)
    found = suite.measure.measure("mlp-sgd", ["eager"], suite.setting.Setting(), 1, 0.01)["contestants"]["eager"]
    assert found["error"] == "the process died (exit status -9)" and "step_ms" not in found


def test_a_contestant_that_is_not_ready_in_time_is_given_up(suite, tmp_path):
    started = suite.measure.start("mlp-sgd", ["eager"], suite.setting.Setting(), tmp_path, longest=0.01)
    started.close()
    assert started.workers["eager"].first == {"error": "not ready after 0.01 s"}


def test_unknown_names_are_one_line():
    done = python(FOLDER, "--programs", "mlp")
    assert done.returncode == 2 and "no 'mlp'; there are mlp-sgd," in done.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--precision", "tf32"], "tf32 is for GPUs, and the target is 'cpu'; use f32 or bf16"),
        (["--target", "cuda:sm_1"], "unknown target 'cuda:sm_1'"),
    ],
)
def test_settings_that_cannot_be_are_one_line(options, message):
    done = python(FOLDER, *options)
    assert done.returncode == 2 and message in done.stderr.splitlines()[-1]


def test_other_losses_are_not_timed(suite, monkeypatch):
    suite.measure.require_agreement({"eager": [2.0, 1.5], "fungible": [2.0005, 1.5]}, 1e-3)
    with pytest.raises(suite.measure.Disagreement, match="step 2: the loss is nan in fungible and 1.5 in eager"):
        suite.measure.require_agreement({"eager": [2.0, 1.5], "fungible": [2.0, float("nan")]}, 1e-3)


def test_a_program_that_cannot_be_compiled_is_shown_with_its_reason(suite, monkeypatch):
    monkeypatch.setattr(suite.measure, "alone", _refusing)
    result = suite.measure.measure("mlp-sgd", ["eager", "iree"], suite.setting.Setting(), 1, 0.01)
    assert result["contestants"]["iree"] == {"error": "CompilationError: no"} and result["ratio"] is None
    table = suite.report.table({"programs": {"mlp-sgd": result, "mlp-adamw": result}})
    assert "\n- iree, `mlp-sgd`, `mlp-adamw`: CompilationError: no" in table


def _refusing(contestant, *arguments):
    import worker

    if contestant == "iree":
        raise worker.Failed("CompilationError: no")
    return 0


def _run(cpu: str, step_ms: float, ratio: float) -> dict:
    measured = {"step_ms": step_ms, "steps": 10}
    result = {"flops": 8, "product_gflops": 400.0, "ratio": ratio, "contestants": {"fungible": measured}}
    return {"cpu": cpu, "programs": {"mlp-sgd": result}}


def test_runs_are_merged_by_their_medians(suite):
    record = suite.merge.merged([_run("A", step, ratio) for step, ratio in ((4.0, 0.9), (6.0, 1.2), (5.0, 0.8))])
    found = record["programs"]["mlp-sgd"]
    assert (found["ratio"], found["ratios"]) == (0.9, [0.9, 1.2, 0.8])
    assert found["contestants"]["fungible"] == {"step_ms": 5.0, "steps": 30}
    assert "The ratios of the 3 runs: `mlp-sgd` 0.90, 1.20, 0.80." in suite.report.table(record)


def test_runs_of_other_machines_are_not_merged(suite):
    with pytest.raises(ValueError, match="the runs differ in 'cpu': A, B"):
        suite.merge.merged([_run("A", 4.0, 0.9), _run("B", 4.0, 0.9)])


def test_slow_steps_are_not_timed(suite, monkeypatch):
    monkeypatch.setattr(suite.measure, "LONGEST_STEP", 0)
    found = suite.measure.measure("mlp-sgd", ["eager"], suite.setting.Setting(), 1, 0.01)["contestants"]["eager"]
    assert "step_ms" not in found and found["error"] == "a step takes 0 s, and at most 0 s are waited for"


@slow
def test_tvm_trains_what_its_trainer_can_say(suite):
    pytest.importorskip("tvm")

    def tvm(program: str) -> dict:
        return suite.measure.measure(program, ["eager", "tvm"], suite.setting.Setting(), 1, 0.01)["contestants"]["tvm"]

    assert tvm("mlp-sgd")["step_ms"] > 0
    assert tvm("mlp-adamw")["error"].startswith("NotExpressible: TVM's trainer has SGD")


def test_pairs_of_processes(suite, tmp_path):
    first, second = tmp_path / "first.fung", tmp_path / "second.fung"
    suite.measure.compile("mlp-sgd", suite.setting.Setting(), first)
    shutil.copy(first, second)
    shutil.copy(first.with_suffix(".npz"), second.with_suffix(".npz"))

    def pairs(*files: Path) -> subprocess.CompletedProcess:
        return python(FOLDER, "pairs", *files, "--rounds", "2", "--seconds", "0.05")

    done = pairs(first, second)
    assert done.returncode == 0, done.stderr
    *steps, ratio = done.stdout.splitlines()
    assert [line.partition(": ")[0] for line in steps] == [str(first), str(second)]
    median, *rounds = map(float, re.findall(r"\d\.\d{3}", ratio))
    assert len(rounds) == 2 and rounds[0] <= median <= rounds[1]
    # Of the same program on other batches, nothing is timed.
    with np.load(second.with_suffix(".npz")) as stored:
        np.savez(second.with_suffix(".npz"), **{name: 4 * array if name == "x0" else array for name, array in stored.items()})
    done = pairs(first, second)
    assert done.returncode == 1 and done.stderr.startswith("error: step 1: the loss is ") and not done.stdout
    done = pairs(first, tmp_path / "third.fung")
    assert done.returncode == 1 and done.stderr.startswith("error: ") and "third.fung" in done.stderr and done.stderr.count("\n") == 1


@slow
def test_artifacts_compiled_before_in_bfloat16(tmp_path):
    options = ["--programs", "mlp-adamw", "--precision", "bf16"]
    done = python(FOLDER, "compile", tmp_path, *options)
    assert done.returncode == 0, done.stderr
    out = tmp_path / "step.json"
    options += ["--artifacts", tmp_path, "--contestants", "eager,fungible", "--rounds", "1", "--seconds", "0.05"]
    done = python(FOLDER, *options, "--out", out)
    assert done.returncode == 0, done.stderr
    record = json.loads(out.read_text())
    assert record["precision"] == "bf16"
    found = record["programs"]["mlp-adamw"]["contestants"]
    assert found["fungible"]["step_ms"] > 0 and "cold_compile_s" not in found["fungible"]


@slow
def test_on_a_gpu_that_is_not_there_each_contestant_says_so(suite):
    torch = pytest.importorskip("torch")
    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    setting = suite.setting.Setting("cuda:sm_90", "tf32")
    found = suite.measure.measure("mlp-sgd", ["eager", "inductor", "fungible"], setting, 1, 0.01)
    for name in ("eager", "inductor"):
        assert found["contestants"][name]["error"].endswith("finds no GPU here")
    # It compiles, and says what device is missing when it is to run.
    assert found["contestants"]["fungible"]["cold_compile_s"] > 0
    assert "cuda" in found["contestants"]["fungible"]["error"]
    assert found["ratio"] is None and found["product_gflops"] is None


def test_at_once_everyone_starts_before_anyone_is_timed_and_is_closed(suite, monkeypatch):
    spec = importlib.util.spec_from_file_location("step_main", FOLDER / "__main__.py")
    main = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(main)
    events = []

    def start(program, *arguments, at_once, longest):
        events.append(f"start {program}")
        return SimpleNamespace(close=lambda: events.append(f"close {program}"), program=program)

    monkeypatch.setattr(main.measure, "start", start)
    monkeypatch.setattr(main.measure, "start_products", lambda setting: [])
    monkeypatch.setattr(main.measure, "time", lambda started, *arguments: events.append(f"time {started.program}"))
    options = SimpleNamespace(programs=["a", "b"], at_once=2, rounds=1, seconds=1, artifacts=None, longest_start=None)
    for _, measured in main._measurements(options, ["eager"], suite.setting.Setting()):
        measured()
    assert sorted(events[:2]) == ["start a", "start b"] and events[2:4] == ["time a", "time b"]
    assert sorted(events[4:]) == ["close a", "close b"]
