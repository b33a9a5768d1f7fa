"""Products as `fungible-pack-products` writes them, by what they compute on this CPU."""

import numpy as np
import pytest

from fungible.tuning.kernels import Kernel
from legalized import call, loaded, passed

#: Sizes -> rows and columns of a tile; the columns of one are of panels that a core's cache does not hold all of, and the rows of
#: the last three are of sums that are long.
_SIZES = {
    "64x96x256": "8x32",
    "160x64x512": "8x32",
    "128x48x256": "16x16",
    "24x512x100": "8x32",
    "3x40x64x150": "8x32",
    "1x16x80x800": "16x16",
    "16x192x1024": "8x32",
    "144x32x301": "8x32",
    "2x256x64x320": "8x32",
    "160x48x320": "16x16",
}


@pytest.mark.parametrize("forms", ["nn", "nt", "tn", "tt"])
@pytest.mark.parametrize("sizes", _SIZES)
def test_a_packed_product_is_the_product(sizes, forms):
    kernel = Kernel.of(f"{'batch_matmul' if sizes.count('x') == 3 else 'matmul'} {forms} {sizes} f32")
    text = passed(kernel.text("run"), "builtin.module(fungible-pack-products)")
    rows, columns = _SIZES[sizes].split("x")
    assert "linalg.matmul" not in text and "linalg.batch_matmul" not in text
    assert f"{rows}, 1, {columns}, 0], vector_reduction" in text
    generator = np.random.default_rng(0)
    left, right = (generator.standard_normal(shape, np.float32) for shape in kernel.operands)
    (found,) = call(loaded(text)["run"], left, right)
    left, right = (x.swapaxes(-1, -2) if form == "t" else x for x, form in zip((left, right), forms))
    np.testing.assert_allclose(found, left.astype(np.float64) @ right.astype(np.float64), rtol=1e-4, atol=1e-3)
