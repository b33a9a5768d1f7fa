"""`benchmarks/call_overhead.py`: its JSON has what it prints."""

import json
import subprocess
import sys
from pathlib import Path

FILE = Path(__file__).resolve().parents[2] / "benchmarks" / "call_overhead.py"


def test_a_few_steps(tmp_path):
    out = tmp_path / "call-overhead.json"
    done = subprocess.run([sys.executable, FILE, "--steps", "20", "--out", out], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = json.loads(out.read_text())
    assert 0 < found["fastest_tenth_us"] <= found["median_us"]
    assert done.stdout == f"{found['median_us']:.0f} us a step, the fastest tenth {found['fastest_tenth_us']:.0f} us\n"
