"""What is tried for a product, and that its small module is that product."""

import re

import pytest
from torch_mlir import ir

from fungible import targets
from fungible.passes._products import products
from fungible.tuning import candidates
from fungible.tuning.kernels import Kernel


@pytest.mark.parametrize("sizes", [(1024, 32, 1024), (64, 4096, 36), (16, 1024, 256), (12, 48, 7)])
@pytest.mark.parametrize(("name", "lanes", "registers"), [("cpu:x86-64-v4", 16, 32), ("cpu:x86-64-v3", 8, 16), ("cpu:aarch64", 4, 32)])
def test_tiles_divide_the_product_and_fit_into_registers(sizes, name, lanes, registers):
    m, n, k = sizes
    first = candidates.first(targets.resolve(name), sizes)
    assert first and len(set(first.values())) == len(first)
    for tile, choice in first.items():
        for each in [choice, *candidates.second(tile, sizes)]:
            rows, columns, *vector = map(int, re.fullmatch(r"workgroup=(\d+)x(\d+),vector=(\d+)x(\d+)x(\d+)", each).groups())
            assert tuple(vector) == tile
            assert m % rows == n % columns == k % tile[2] == rows % tile[0] == columns % tile[1] == tile[1] % lanes == 0
            assert tile[0] * tile[1] // lanes < registers


def test_a_product_that_no_tile_divides_has_no_candidates():
    assert candidates.first(targets.resolve("cpu:x86-64-v4"), (7, 10, 8)) == {}


@pytest.mark.parametrize("form", ["nn", "nt", "tn", "tt"])
@pytest.mark.parametrize("op", ["matmul {} 8x16x4 f32", "batch_matmul {} 3x8x16x4 f32"])
def test_the_small_module_of_a_product_has_its_key(op, form):
    kernel = Kernel.of(op.format(form))
    assert kernel.sizes == (8, 16, 4)
    with ir.Context():
        module = ir.Module.parse(kernel.text("run"))  # ops that a walk found do not keep it
        (product,) = products(module.operation)
        assert product.key == kernel.key
        assert [tuple(value.type.shape) for value in (product.left, product.right)] == list(kernel.operands)


@pytest.mark.parametrize("key", ["matmul nn 8x16x4 f16", "conv nn 8x16x4 f32", "matmul nn 8xax4 f32"])
def test_products_of_another_kind_are_left_alone(key):
    assert Kernel.of(key) is None
