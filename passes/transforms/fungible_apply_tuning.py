"""fungible-apply-tuning"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from torch_mlir import ir

from .._compilation import for_cpu
from .._kernels import allow, kernel
from .._pass import Pass, fail
from .._products import Product, replace_products

#: Attribute of a module: the choices for its products, by key.
_TUNING = "fungible.tuning"

_TILES = re.compile(r"workgroup=(\d+)x(\d+),vector=(\d+)x(\d+)x(\d+)")


def set_choices(module: ir.Operation, choices: Mapping[str, str]) -> None:
    """Makes the pass take these choices: the key of a product (`passes/_products.py`) -> how it is computed."""
    with module.context:
        module.attributes[_TUNING] = ir.DictAttr.get({key: ir.StringAttr.get(choice) for key, choice in choices.items()})


def _tiles(choice: str) -> list[int] | None:
    """The numbers of a choice: m and n of a workgroup; m, n and k of a vector tile. None where it is none."""
    match = _TILES.fullmatch(choice)
    numbers = [int(number) for number in match.groups()] if match else [0]
    return numbers if all(numbers) else None


def _in_tiles(product: Product, numbers: list[int]) -> ir.Value:
    """The product as a kernel of its own, at the current insertion point."""
    rows, columns, *vector = numbers
    batch, none = ([1], [0]) if product.is_batch else ([], [])

    def compute(operands):
        result = product.contraction(*operands)
        result.owner.attributes["compilation_info"] = for_cpu(
            [*batch, rows, columns, 0], [*batch, *vector[:2], 0], [*none, 0, 0, vector[2]]
        )
        return [result]

    return kernel([product.left, product.right], [product.op.results[0].type], compute)[0]


@dataclass(frozen=True)
class FungibleApplyTuning(Pass):
    """Makes products of matrices kernels with the tiles that were measured to be the fastest.

        module attributes {fungible.tuning = {"matmul nn 1024x32x1024 f32" = "workgroup=128x32,vector=8x32x1"}}
        %r = linalg.matmul ins(%a, %b : tensor<1024x1024xf32>, tensor<1024x32xf32>) outs(%zero)

    becomes a `flow.dispatch.workgroups` of one `linalg.generic`, with a `compilation_info` that has these sizes: rows and
    columns that a thread computes in one go, then those that stay in registers and how far the sum is unrolled. It reads
    its operands as they are stored, transposed or not; IREE would pack them first. `fungc tune` finds the choices.

    A key has forms (n, or t for an operand that is stored transposed), batch, rows, columns, length of the sums,
    and type. Products without a choice stay as they are. It fails on a choice that it does not know.
    """

    name = "fungible-apply-tuning"

    def run(self, module: ir.Operation) -> None:
        if _TUNING not in module.attributes:
            return
        allow(module.context)
        choices = {item.name: ir.StringAttr(item.attr).value for item in ir.DictAttr(module.attributes[_TUNING])}
        del module.attributes[_TUNING]

        def chosen(product: Product) -> ir.Value | None:
            choice = choices.get(product.key)
            if choice is None:
                return None
            numbers = _tiles(choice)
            if numbers is None:
                fail(product.op, f"'{choice}' is no choice for '{product.key}'; expects workgroup=MxN,vector=MxNxK")
            return _in_tiles(product, numbers)

        replace_products(module, chosen)
