"""`benchmarks/compile_time.py`: more layers take more time, and the JSON has the seconds of each."""

import json
import os
from pathlib import Path

import pytest
from python_process import python

FILE = Path(__file__).resolve().parents[2] / "benchmarks" / "compile_time.py"


@pytest.mark.skipif(os.environ.get("FUNGIBLE_TEST_SLOW") != "1", reason="slow: compiles a GPT, run lit with --param slow=1")
def test_seconds_of_each_number_of_layers(tmp_path):
    out = tmp_path / "compile-time.json"
    done = python(FILE, "--layers", "1", "--runs", "1", "--out", out)
    assert done.returncode == 0, done.stderr
    assert list(json.loads(out.read_text())["seconds"]) == ["1"]
    assert "1 layers: " in done.stdout and "1.00 of 1 layers" in done.stdout
