"""`benchmarks/coverage`: what passes, what does not and why, and that a row costs no other row."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from python_process import python

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks" / "coverage"


def _sweep(tmp_path, *arguments) -> tuple[str, dict]:
    out = tmp_path / "rows.json"
    done = python(FOLDER, "--out", out, "--jobs", "1", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout, {f"{row['suite']}/{row['name']}": row["targets"] for row in json.loads(out.read_text())["rows"]}


def test_rows_and_their_reasons(tmp_path):
    printed, rows = _sweep(tmp_path, "--suites", "operators", "--rows", "operators/(addcmul|sparse.mm.reduce)")
    assert rows["operators/addcmul"]["cpu"]["status"] == "pass"
    failure = rows["operators/sparse.mm.reduce"]["cpu"]
    assert (failure["status"], failure["stage"]) == ("fail", "capture") and "Sparse" in failure["reason"]
    assert "operators on cpu: 1 of 2 pass (1 capture)" in printed
    # Rerunning one row keeps the other.
    _, rows = _sweep(tmp_path, "--suites", "operators", "--rows", "operators/sparse.mm.reduce")
    assert set(rows) == {"operators/addcmul", "operators/sparse.mm.reduce"}


@pytest.mark.skipif(os.environ.get("FUNGIBLE_TEST_SLOW") != "1", reason="slow: waits for a process, run lit with --param slow=1")
def test_a_row_that_takes_too_long_costs_itself_alone(tmp_path):
    _, rows = _sweep(tmp_path, "--suites", "optimizers", "--rows", "optimizers/SGD", "--limit", "0.2")
    result = rows["optimizers/SGD"]["cpu"]
    assert result["status"] == "fail" and "takes more than" in result["reason"]


@pytest.fixture
def row(monkeypatch):
    monkeypatch.syspath_prepend(str(FOLDER))
    import row

    return row


def test_a_wrong_number_fails(row):
    right = np.array([1.0, np.nan, np.inf], np.float32)
    assert row.distance("x", right, right, 1e-6, 1e-5) == 0.0
    for wrong in ([1.0001, np.nan, np.inf], [1.0, 0.0, np.inf], [1.0, np.nan, -np.inf]):
        with pytest.raises(row.Failure, match="differs in 1 of 3 elements"):
            row.distance("x", np.array(wrong, np.float32), right, 1e-6, 1e-5)
    with pytest.raises(row.Failure, match="integers"):
        row.distance("x", np.array([1, 2]), np.array([1, 3]), 1.0, 1.0)
    with pytest.raises(row.Failure, match="float64"):
        row.distance("x", right.astype(np.float64), right, 1.0, 1.0)
