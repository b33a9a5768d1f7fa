"""`benchmarks/numerics/cost.py` and `cost_parts.py`: the parts add up to exact numerics, and both have their rows."""

import importlib
import json
import os
from pathlib import Path

import pytest

from fungible import codegen, lowering, targets
from fungible.training.program_file import load_program
from fungible.tuning.database import applied
from python_process import python

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks" / "numerics"

slow = pytest.mark.skipif(os.environ.get("FUNGIBLE_TEST_SLOW") != "1", reason="slow: a dozen compilations, run lit with --param slow=1")


@pytest.fixture
def parts(monkeypatch):
    monkeypatch.syspath_prepend(str(FOLDER))
    return importlib.import_module("cost_parts")


def _module_text(text: str) -> str:
    module = lowering.parse(text, "<module>").operation
    if "fungible.numerics" in module.attributes:
        del module.attributes["fungible.numerics"]
    return lowering.text_of(module)


@pytest.mark.parametrize("numerics", ["fast", "exact"])
@pytest.mark.parametrize("name", ["lenet", pytest.param("resnet", marks=slow)])
def test_no_part_is_fast_and_all_are_exact(parts, name, numerics):
    """Of a program with convolutions, functions and extrema, and of one with sums in two levels as well."""
    program = load_program(str(FOLDER / "programs" / f"{name}.py"), 0)
    target = applied(targets.resolve("cpu:x86-64-v4"), None)
    kept = set(parts.PARTS) if numerics == "exact" else set()
    ((_, _, torch),) = program.stages("torch")
    linalg = list(program.stages("linalg", numerics=numerics))[-1][2]
    assert parts.legalized(torch, target, kept) == _module_text(codegen.legalize(linalg, target))
    expected = [*targets.flags(target), *(target.exact_flags if numerics == "exact" else ())]
    assert sorted(targets.flags(parts.flagged(target, kept))) == sorted(expected)


@pytest.mark.parametrize("name", ["vulkan", "cpu:x86-64-v2", "metal"])
def test_what_is_in_no_part_is_refused(parts, name):
    with pytest.raises(ValueError, match=f"target '{name}' keeps exact numerics by what is in no part: "):
        parts.check_covered(targets.resolve(name))


@slow
def test_a_row_for_each_target_and_one_of_eager(tmp_path):
    out = tmp_path / "cost.json"
    command = [FOLDER / "cost.py", "--programs", "mlp", "--targets", "cpu,vmvx", "--seconds", "1", "--out", out]
    assert python(*command).returncode == 0
    rows = {row["target"]: row for row in json.loads(out.read_text())["rows"]}
    assert rows.keys() == {"cpu", "vmvx", "eager"}
    for name, row in rows.items():
        both = ("eager", "eager, deterministic") if name == "eager" else ("fast", "exact")
        assert all(row[key] > 0 for key in both) and row["ratio"] > 0 and row["rounds"] >= 3


@slow
def test_parts_of_a_program_that_has_some(tmp_path):
    out = tmp_path / "parts.json"
    command = [FOLDER / "cost_parts.py", "--programs", "mlp", "--seconds", "1", "--out", out]
    assert python(*command).returncode == 0
    (row,) = json.loads(out.read_text())["rows"]
    assert {"functions", "no contraction", "inputs"} <= row["parts"].keys() and "convolutions" not in row["parts"]
    assert row["fast"] > 0 and row["exact"] > 0 and row.keys() >= {"all", "noise"}


@slow
def test_the_network_of_another_library(tmp_path):
    out = tmp_path / "repdl.json"
    command = [FOLDER / "repdl_step.py", "--seconds", "1", "--out", out]
    assert python(*command).returncode == 0
    found = json.loads(out.read_text())["ms"]
    assert found.keys() == {"fast", "exact"} and min(found.values()) > 0
