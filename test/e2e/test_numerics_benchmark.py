"""`benchmarks/numerics/functions.py`: a function of one operand, arithmetic and a function of two, on a few numbers."""

import json
from pathlib import Path

from python_process import python

FILE = Path(__file__).resolve().parents[2] / "benchmarks" / "numerics" / "functions.py"


def test_one_block_of_numbers(tmp_path):
    out = tmp_path / "functions.json"
    command = [FILE, "--functions", "floor,arith.divf,copysign", "--targets", "cpu,vmvx"]
    command += ["--every", "256", "--out", out]
    done = python(*command)
    assert done.returncode == 0, done.stderr
    results = json.loads(out.read_text())["functions"]
    assert results["floor"]["largest_error_ulp"] == 0.0 and results["arith.divf"]["wrong"] == 0
    for result in results.values():
        assert result["numbers"] == {"cpu": 1 << 24, "vmvx": 1 << 16} and result["different"] == {"vmvx": 0}
    assert "| `floor` | 2^24 | 0.00 |" in done.stdout
    again = python(*command)
    assert again.stdout == done.stdout and not again.stderr  # kept, not computed once more


def test_unknown_names_are_one_line():
    done = python(FILE, "--functions", "gamma")
    assert done.returncode == 2 and "no gamma; there are math.fma," in done.stderr
