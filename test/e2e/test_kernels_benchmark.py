"""`benchmarks/cpu_kernels.py`: what a step is made of adds up to it."""

import json
from pathlib import Path

import pytest
from python_process import python

FILE = Path(__file__).resolve().parents[2] / "benchmarks" / "cpu_kernels.py"


def test_kernels_add_up_to_the_step(tmp_path):
    out = tmp_path / "kernels.json"
    done = python(FILE, "--programs", "mlp-sgd", "--steps", "5", "--runs", "1", "--out", out)
    assert done.returncode == 0, done.stderr
    row = json.loads(out.read_text())["programs"]["mlp-sgd"]
    assert row["step"] == pytest.approx(sum(row["kernels"].values()) + row["between"] + row["host"], abs=0.01)
    # Three products forward, and all but one of six backward, are most of it.
    assert row["kernels"]["matmul_like"] == max(row["kernels"].values()) > 0.3 * row["step"]


def test_unknown_programs_are_one_line():
    done = python(FILE, "--programs", "mlp")
    assert done.returncode == 2 and "no 'mlp'; there are mlp-sgd" in done.stderr.splitlines()[-1]
