"""Products as `fungible-tile-products` writes them, split and padded, by what they compute on this CPU; and the choice of tiles."""

import re

import numpy as np
import pytest

from fungible.passes._tiles import STEP, best
from fungible.tuning.kernels import Kernel
from legalized import call, loaded, passed

# How the code is generated is for GPUs; what is computed is the same here.
_HOW = re.compile(r" attrs =  \{compilation_info = .*?\}>>\}")


@pytest.mark.parametrize("forms", ["nn", "nt", "tn", "tt"])
@pytest.mark.parametrize("sizes", ["128x10x1024", "2x48x90x128", "20x80x784", "64x64x1024", "3x64x32x2048"])
def test_what_is_split_and_padded_computes_the_product(sizes, forms):
    kernel = Kernel.of(f"{'batch_matmul' if sizes.count('x') == 3 else 'matmul'} {forms} {sizes} f32")
    text = passed(kernel.text("run"), "builtin.module(fungible-tile-products)")
    assert "linalg.matmul" not in text and "linalg.batch_matmul" not in text
    text, count = _HOW.subn("", text)
    assert count == 1
    generator = np.random.default_rng(0)
    left, right = (generator.standard_normal(shape, np.float32) for shape in kernel.operands)
    (found,) = call(loaded(text)["run"], left, right)
    rows, columns = (x.swapaxes(-1, -2) if form == "t" else x for x, form in zip((left, right), forms))
    np.testing.assert_allclose(found, rows.astype(np.float64) @ columns.astype(np.float64), rtol=1e-4, atol=1e-3)


def test_every_tile_fits():
    generator = np.random.default_rng(0)
    for _ in range(300):
        batch, *matrix = (int(generator.integers(1, 5)), *(STEP * generator.integers(1, 80, 3)))
        m, n, k = map(int, matrix)
        tile = best((batch, m, n, k), "nn" if generator.integers(2) else "nt")
        assert m % tile.rows == n % tile.columns == k % (tile.split * tile.summed) == 0
        assert tile.rows % tile.thread[0] == tile.columns % tile.thread[1] == 0
        assert 32 <= tile.threads <= 256 and tile.threads % 32 == 0
        assert 4 * tile.summed * (tile.rows + tile.columns) <= 48 * 1024


def test_tiles_get_larger_with_the_product_and_sums_are_split_where_it_is_small():
    assert best((1, 4096, 4096, 4096), "nn").thread == (8, 4) and best((1, 4096, 4096, 4096), "nn").split == 1
    assert best((1, 64, 64, 64), "nn").thread[0] < 8
    assert best((1, 256, 256, 2048), "tn").split > 1
