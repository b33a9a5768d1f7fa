"""Products of matrices as they are told apart for tuning: what two of one key compute takes the same time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from torch_mlir import ir

from ._linalg import At, Out, generic, is_zero, like
from ._rewrite import operations

_OPS = ("linalg.matmul", "linalg.batch_matmul")

#: Which dimensions of the domain (m, n, k) an operand has in which order: as it is written in a product (n), or transposed.
FORMS = {"left": {"n": (0, 2), "t": (2, 0)}, "right": {"n": (2, 1), "t": (1, 2)}}

_OTHER = {"n": "t", "t": "n"}


@dataclass(frozen=True)
class Product:
    """A batch of products of matrices, `result[b, m, n] = sum over k of left[b, m, k] * right[b, k, n]`, from zero.

    Attributes:
        form: of each operand whether it is stored as it is written here (n) or with rows and columns exchanged (t).
        sizes: batch, m, n and k; the batch is 1 for a `linalg.matmul`.
        left, right: the operands as they are stored.
    """

    op: ir.Operation
    form: str
    sizes: tuple[int, int, int, int]
    left: ir.Value
    right: ir.Value

    @property
    def is_batch(self) -> bool:
        return self.op.name == "linalg.batch_matmul"

    @property
    def key(self) -> str:
        """`matmul nt 8x128x64x32 f32`: forms, sizes, and the type of operands and result."""
        name = self.op.name.partition(".")[2]
        sizes = "x".join(map(str, self.sizes if self.is_batch else self.sizes[1:]))
        return f"{name} {self.form} {sizes} {self.left.type.element_type}"

    def turned(self) -> Product:
        """The one whose result is this one's transposed; its op still is this one's."""
        left, right = self.form
        b, m, n, k = self.sizes
        # What is read as (row, summed) on one side is read as (summed, column) on the other.
        return replace(self, form=_OTHER[right] + _OTHER[left], sizes=(b, n, m, k), left=self.right, right=self.left)

    @classmethod
    def of(cls, op: ir.Operation) -> Product | None:
        """None for an op of another kind, of mixed types or dynamic shapes, or that does not start from zero."""
        if op.name not in _OPS or not is_zero(op.operands[2]):
            return None
        values = list(op.operands)
        if len({str(value.type.element_type) for value in values}) > 1 or not all(value.type.has_static_shape for value in values):
            return None
        maps = [_places(attribute) for attribute in op.attributes["indexing_maps"]]
        batch = [0] if op.name == "linalg.batch_matmul" else []
        if any(map_ is None or map_[: len(batch)] != batch for map_ in maps) or maps[2] != list(range(len(maps[2]))):
            return None
        domain = len(batch)
        left, right = (tuple(d - domain for d in map_[domain:]) for map_ in maps[:2])
        if left not in FORMS["left"].values() or right not in FORMS["right"].values():
            return None
        (left_value, left_turned), (right_value, right_turned) = map(_source, values[:2])
        form = _form("left", left, left_turned) + _form("right", right, right_turned)
        *count, m, n = values[2].type.shape
        k = list(values[0].type.shape)[domain + left.index(2)]
        return cls(op, form, (*(count or [1]), m, n, k), left_value, right_value)

    def contraction(self, left: ir.Value, right: ir.Value) -> ir.Value:
        """The product of two values that are stored as its operands, as a `linalg.generic`."""
        batch = (0,) if self.is_batch else ()
        m, n, k = range(len(batch), len(batch) + 3)
        reads = [tuple((m, n, k)[d] for d in FORMS[side][form]) for side, form in zip(FORMS, self.form)]
        shape = list(self.op.results[0].type.shape)
        return generic(
            k + 1,
            [At(value, (*batch, *read)) for value, read in zip((left, right), reads)],
            [Out(like(left, shape), (*batch, m, n), start=0)],
            lambda x, y, total: total + x * y,
        )[0]


def products(module: ir.Operation) -> Iterator[Product]:
    """Those of a module, in order."""
    for op in operations(module):
        product = Product.of(op.operation)
        if product is not None:
            yield product


def replace_products(module: ir.Operation, result: Callable[[Product], ir.Value | None]) -> None:
    """Puts values in the place of a module's products.

    Args:
        result: makes the value, at the product's place; None leaves the product as it is.
    """
    for op in [product.op for product in products(module)]:
        # Read anew, since an operand may be a product that was replaced.
        product = Product.of(op)
        if product is None:
            continue
        with ir.InsertionPoint(op), op.location:
            value = result(product)
        if value is not None:
            op.results[0].replace_all_uses_with(value)
            op.erase()


def _form(side: str, dims: tuple[int, int], turned: bool) -> str:
    """Of an operand that a product reads like this, possibly behind a transposition."""
    read = dims[::-1] if turned else dims
    return next(form for form, known in FORMS[side].items() if known == read)


def _places(attribute: ir.Attribute) -> list[int] | None:
    """The dimensions that a map names; None where it does more."""
    results = ir.AffineMapAttr(attribute).value.results
    if not all(isinstance(result, ir.AffineDimExpr) for result in results):
        return None
    return [result.position for result in results]


def _source(value: ir.Value) -> tuple[ir.Value, bool]:
    """What a transposition of the last two dimensions reads, and whether there is one; else the value."""
    owner = value.owner
    if isinstance(owner, ir.Block) or owner.operation.name != "linalg.transpose":
        return value, False
    rank = value.type.rank
    permutation = list(ir.DenseI64ArrayAttr(owner.operation.attributes["permutation"]))
    if permutation != [*range(rank - 2), rank - 1, rank - 2]:
        return value, False
    return owner.operation.operands[0], True
