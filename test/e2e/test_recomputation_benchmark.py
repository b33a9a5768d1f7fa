"""`benchmarks/recomputation.py`: a budget that is met and one that is not."""

import json
from pathlib import Path

from python_process import python

FILE = Path(__file__).resolve().parents[2] / "benchmarks" / "recomputation.py"


def test_a_row_for_each_budget(tmp_path):
    out = tmp_path / "recomputation.json"
    command = [FILE, "--programs", "mlp-sgd", "--fractions", "1,0.01", "--seconds", "0"]
    done = python(*command, "--out", out)
    assert done.returncode == 0, done.stderr
    plain, whole, little = json.loads(out.read_text())["rows"]
    assert plain["fraction"] is None and plain["ratio"] == 1 and plain["milliseconds"] > 0
    assert whole["bytes"] == plain["bytes"] and whole["ratio"] > 0
    assert f"the budget is {little['bytes']} bytes" in little["error"]


def test_unknown_programs_are_one_line():
    done = python(FILE, "--programs", "vgg")
    assert done.returncode == 2 and "no vgg; there are mlp-sgd," in done.stderr
