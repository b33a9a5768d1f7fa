"""Small questions about integer values and the ops around them."""

from math import prod

from torch_mlir import ir
from torch_mlir.dialects import linalg

from . import _constants
from ._intervals import Interval
from ._retype import element


def width(type_: ir.Type) -> int | None:
    """Bits of an integer or index, or of a tensor's elements; None for anything else."""
    type_ = element(type_)
    if isinstance(type_, ir.IndexType):
        return 64
    return type_.width if isinstance(type_, ir.IntegerType) else None


def definition(value: ir.Value) -> ir.Operation | None:
    """The op that has the value as a result; None for a block's argument."""
    return None if isinstance(value.owner, ir.Block) else value.owner.operation


def yielded(block: ir.Block) -> list[ir.Value]:
    """What the block's terminator passes on; the condition of `scf.condition` is left out."""
    terminator = block.operations[len(block.operations) - 1].operation
    return list(terminator.operands)[1 if terminator.name == "scf.condition" else 0 :]


def of_constant(attribute: ir.Attribute) -> Interval:
    values = _constants.numbers(attribute)
    if not values.size:
        return Interval(0, 0)
    if width(attribute.type) == 1:
        values = values != 0
    return Interval(int(values.min()), int(values.max()))


def domain(op: ir.Operation) -> dict[int, int | None]:
    """The sizes of a linalg op's dimensions; None for one that is not static."""
    sizes: dict[int, int | None] = {}
    for map_, operand in zip(linalg.get_indexing_maps(op), op.operands, strict=True):
        for place, expression in enumerate(map_.value.results):
            if isinstance(expression, ir.AffineDimExpr):
                dynamic = operand.type.is_dynamic_dim(place)
                sizes.setdefault(expression.position, None if dynamic else operand.type.shape[place])
    return sizes


def reduced(op: ir.Operation, sizes: dict[int, int | None]) -> int | None:
    """How many elements a linalg op combines to one of its result; None where that is not static."""
    maps = [map_.value for map_ in linalg.get_indexing_maps(op)]
    kept = set(sizes)
    for map_ in maps[len(maps) - len(op.results) :]:
        kept &= {e.position for e in map_.results if isinstance(e, ir.AffineDimExpr)}
    counts = [sizes.get(dimension) for dimension in range(maps[0].n_dims) if dimension not in kept]
    return None if None in counts else prod(counts)
