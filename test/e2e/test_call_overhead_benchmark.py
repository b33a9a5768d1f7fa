"""`benchmarks/call_overhead.py`: its JSON has what it prints."""

import json
from pathlib import Path

from python_process import python

FILE = Path(__file__).resolve().parents[2] / "benchmarks" / "call_overhead.py"


def test_a_few_steps(tmp_path):
    out = tmp_path / "call-overhead.json"
    done = python(FILE, "--steps", "20", "--out", out)
    assert done.returncode == 0, done.stderr
    found = json.loads(out.read_text())
    assert 0 < found["fastest_tenth_us"] <= found["median_us"]
    assert done.stdout == f"{found['median_us']:.0f} us a step, the fastest tenth {found['fastest_tenth_us']:.0f} us\n"
