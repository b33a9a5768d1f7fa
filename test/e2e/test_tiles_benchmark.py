"""`benchmarks/tiles.py`, as far as it goes without a GPU."""

import importlib
import json
from pathlib import Path

from python_process import python

FILE = Path(__file__).resolve().parents[2] / "benchmarks" / "tiles.py"


def test_tiles_divide_the_product_and_are_compiled(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(FILE.parent))
    tiles = importlib.import_module("tiles")
    kernel = importlib.import_module("fungible.tuning.kernels").Kernel.of("batch_matmul nt 2x64x32x32 f32")
    found = tiles.tiles(kernel)
    assert len(set(found)) == len(found) > 3
    for tile in found:
        assert 64 % tile.rows == 32 % tile.columns == 32 % tile.summed == 0 and tile.padded and tile.split == 1
    assert tiles.compile_all(tmp_path, "cuda:sm_89", [kernel.key])
    (product,) = json.loads((tmp_path / "index.json").read_text())["products"].values()
    assert len(product["tiles"]) == len(found)


def test_what_is_no_key_is_one_line(tmp_path):
    done = python(FILE, "compile", tmp_path, "--keys", "matmul 1x2")
    assert done.returncode == 2 and "'matmul 1x2' is no key" in done.stderr.splitlines()[-1]
