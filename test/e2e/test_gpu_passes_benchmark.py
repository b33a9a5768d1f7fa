"""`benchmarks/gpu_passes.py`, as far as it goes without a GPU."""

import importlib
import json
from pathlib import Path

import pytest

from fungible import FungibleError, UsageError, load, targets
from python_process import python

FILE = Path(__file__).resolve().parents[2] / "benchmarks" / "gpu_passes.py"


@pytest.fixture
def benchmark(monkeypatch):
    monkeypatch.syspath_prepend(str(FILE.parent))
    monkeypatch.syspath_prepend(str(FILE.parent / "step"))
    return importlib.import_module("gpu_passes")


def test_a_variant_has_more_passes_or_fewer(benchmark):
    target = targets.resolve("cuda:sm_89")
    fewer = benchmark._variant(target, "-fungible-store-reductions")
    assert fewer.tuning == tuple(name for name in target.tuning if name != "fungible-store-reductions")
    both = benchmark._variant(target, "+fungible-set-in-place-fungible-tile-products")
    assert set(both.tuning) == {*target.tuning, "fungible-set-in-place"} - {"fungible-tile-products"}


@pytest.mark.parametrize("name", ["", "x", "-fungible-set-in-place", "+fungible-tile-products", "+fungible-nothing"])
def test_what_is_no_variant_is_an_error(benchmark, name):
    with pytest.raises(UsageError):
        benchmark._variant(targets.resolve("cuda:sm_89"), name)


def test_each_variant_is_an_artifact(benchmark, tmp_path):
    benchmark.compile_all(tmp_path, "cuda:sm_89", "f32", ["mlp-sgd"], ["-fungible-store-reductions"])
    index = json.loads((tmp_path / "index.json").read_text())
    assert index["variants"] == ["as it is", "-fungible-store-reductions"]
    first, second = (load(tmp_path / f"mlp-sgd.{number}.fung") for number in range(2))
    assert first.targets == second.targets == ("cuda:sm_89",)
    assert first.builds[0].module != second.builds[0].module
    assert (tmp_path / "mlp-sgd.npz").exists()


def test_without_a_gpu_it_is_one_line(benchmark, tmp_path):
    import torch

    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    with pytest.raises(UsageError, match="not a folder of `compile`"):
        benchmark.run(tmp_path, tmp_path / "out.json", 1)
    (tmp_path / "index.json").write_text(json.dumps({"target": "cuda:sm_89", "precision": "f32", "variants": [], "programs": []}))
    with pytest.raises(FungibleError, match="finds no GPU here"):
        benchmark.run(tmp_path, tmp_path / "out.json", 1)


def test_usage_is_one_line(tmp_path):
    done = python(FILE, "compile", tmp_path, "--variants=-fungible-nothing")
    assert done.returncode == 2 and done.stderr.splitlines()[-1].startswith("error: '-fungible-nothing': cuda:sm_90 has ")
