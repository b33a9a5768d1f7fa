"""`benchmarks/numerics/functions.py`: a function of one operand, arithmetic and a function of two, on a few numbers."""

import json
import subprocess
import sys
from pathlib import Path

FILE = Path(__file__).resolve().parents[2] / "benchmarks" / "numerics" / "functions.py"


def test_one_block_of_numbers(tmp_path):
    out = tmp_path / "functions.json"
    command = [sys.executable, FILE, "--functions", "floor,arith.divf,copysign", "--targets", "cpu,vmvx"]
    command += ["--every", "256", "--out", out]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    results = json.loads(out.read_text())["functions"]
    assert results["floor"]["largest_error_ulp"] == 0.0 and results["arith.divf"]["wrong"] == 0
    for result in results.values():
        assert result["numbers"] == {"cpu": 1 << 24, "vmvx": 1 << 16} and result["different"] == {"vmvx": 0}
    assert "| `floor` | 2^24 | 0.00 |" in done.stdout
    again = subprocess.run(command, capture_output=True, text=True)
    assert again.stdout == done.stdout and not again.stderr  # kept, not computed once more


def test_unknown_names_are_one_line():
    done = subprocess.run([sys.executable, FILE, "--functions", "gamma"], capture_output=True, text=True)
    assert done.returncode == 2 and "no gamma; there are math.fma," in done.stderr
