"""Products as `fungible-tile-products` writes them, split and padded, by what they compute on this CPU; and the choice of tiles."""

import re

import numpy as np
import pytest

from fungible.passes._tiles import STEP, best
from fungible.tuning.kernels import Kernel
from legalized import call, loaded, passed

# How the code is generated is for GPUs; what is computed is the same here.
_HOW = re.compile(r" attrs =  \{compilation_info = [^\n]*\}(?= \{\n)")


#: Sizes -> what of them has to be split or padded.
_SIZES = {
    "128x10x1024": "expand_shape insert_slice extract_slice",
    "2x48x90x128": "insert_slice extract_slice",
    "128x128x100": "insert_slice",
    "20x80x784": "insert_slice extract_slice",
    "64x64x1024": "expand_shape",
    "1x64x64x1024": "expand_shape",
    "3x64x32x2048": "expand_shape",
    "128x256x64": "",
}


def _random(*shapes: tuple[int, ...]) -> list[np.ndarray]:
    generator = np.random.default_rng(0)
    return [generator.standard_normal(shape, np.float32) for shape in shapes]


@pytest.mark.parametrize("forms", ["nn", "nt", "tn", "tt"])
@pytest.mark.parametrize("sizes", _SIZES)
def test_what_is_split_and_padded_computes_the_product(sizes, forms):
    kernel = Kernel.of(f"{'batch_matmul' if sizes.count('x') == 3 else 'matmul'} {forms} {sizes} f32")
    text = passed(kernel.text("run"), "builtin.module(fungible-tile-products)")
    assert "linalg.matmul" not in text and "linalg.batch_matmul" not in text
    made = [name for name in ("expand_shape", "insert_slice", "extract_slice") if f"tensor.{name}" in text]
    assert made == _SIZES[sizes].split()
    text, count = _HOW.subn("", text)
    assert count == 1
    left, right = _random(*kernel.operands)
    (found,) = call(loaded(text)["run"], left, right)
    rows, columns = (x.swapaxes(-1, -2) if form == "t" else x for x, form in zip((left, right), forms))
    np.testing.assert_allclose(found, rows.astype(np.float64) @ columns.astype(np.float64), rtol=1e-4, atol=1e-3)


_CHAIN = """
func.func @run(%a: tensor<128x128xf32>, %b: tensor<128x128xf32>, %c: tensor<128x128xf32>) -> tensor<128x128xf32> {
  %zero = arith.constant 0.0 : f32
  %first = arith.constant 0 : index
  %end = arith.constant 2 : index
  %one = arith.constant 1 : index
  %empty = tensor.empty() : tensor<128x128xf32>
  %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<128x128xf32>) -> tensor<128x128xf32>
  %p = linalg.matmul ins(%a, %b : tensor<128x128xf32>, tensor<128x128xf32>) outs(%start : tensor<128x128xf32>) -> tensor<128x128xf32>
  %t = linalg.transpose ins(%p : tensor<128x128xf32>) outs(%empty : tensor<128x128xf32>) permutation = [1, 0]
  %q = linalg.matmul ins(%c, %t : tensor<128x128xf32>, tensor<128x128xf32>) outs(%start : tensor<128x128xf32>) -> tensor<128x128xf32>
  %r = scf.for %i = %first to %end step %one iter_args(%x = %q) -> (tensor<128x128xf32>) {
    %y = linalg.matmul ins(%x, %b : tensor<128x128xf32>, tensor<128x128xf32>) outs(%start : tensor<128x128xf32>) -> tensor<128x128xf32>
    scf.yield %y : tensor<128x128xf32>
  }
  return %r : tensor<128x128xf32>
}"""


@pytest.mark.parametrize("tuned", [False, True])
def test_products_of_products_and_in_loops(tuned):
    text, pipeline = _CHAIN, "fungible-tile-products"
    if tuned:
        choices = ", ".join(f'"matmul {form} 128x128x128 f32" = "workgroup=32x32,vector=8x16x1"' for form in ("nn", "nt"))
        text, pipeline = f"module attributes {{fungible.tuning = {{{choices}}}}} {{{_CHAIN}}}", "fungible-apply-tuning"
    text, count = _HOW.subn("", passed(text, f"builtin.module({pipeline})"))
    assert count == 3 and "linalg.matmul" not in text
    a, b, c = _random(*[(128, 128)] * 3)
    (found,) = call(loaded(text)["run"], a, b, c)
    a, b, c = (x.astype(np.float64) for x in (a, b, c))
    expected = c @ (a @ b).T @ b @ b
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5 * np.abs(expected).max())


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
