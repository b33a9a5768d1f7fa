"""fungible-split-argmax"""

from dataclasses import dataclass

from torch_mlir import ir
from torch_mlir.dialects import arith

from .._linalg import At, Out, generic, index
from .._pass import Pass
from .._rewrite import apply
from .._scalar import Scalar, minimum, select

_F, _I = arith.CmpFPredicate, arith.CmpIPredicate

#: Op that keeps the better value -> predicates under which `cmp(new, old)` and `cmp(old, new)`
#: say that the new one is strictly better.
_BETTER = {
    "arith.maximumf": (_F.OGT, _F.OLT),
    "arith.minimumf": (_F.OLT, _F.OGT),
    "arith.maxsi": (_I.sgt, _I.slt),
    "arith.minsi": (_I.slt, _I.sgt),
    "arith.maxui": (_I.ugt, _I.ult),
    "arith.minui": (_I.ult, _I.ugt),
}


@dataclass
class _Argmax:
    """What one two-result reduction is made of; `value` and `index` number its results."""

    input: int
    value: int
    index: int
    combine: str
    dimension: int


def _defined(value: ir.Value, *names: str) -> ir.Operation | None:
    owner = value.owner
    if isinstance(owner, ir.Block) or owner.operation.name not in names:
        return None
    return owner.operation


def _is_better(condition: ir.Value, combine: str, new: ir.Value, old: ir.Value) -> bool:
    compare = _defined(condition, "arith.cmpf", "arith.cmpi")
    if compare is None:
        return False
    predicate = compare.attributes["predicate"].value
    forward, backward = (int(p) for p in _BETTER[combine])
    return (list(compare.operands), predicate) in (([new, old], forward), ([old, new], backward))


def _position(value: ir.Value) -> int | None:
    """The dimension whose number the value is."""
    cast = _defined(value, "arith.index_cast")
    number = cast and _defined(cast.operands[0], "linalg.index")
    return number.attributes["dim"].value if number else None


def _match(op: ir.OpView, value: int) -> _Argmax | None:
    """The parts, if result `value` is the best value and the other one its index."""
    block = op.regions[0].blocks[0]
    arguments, count = list(block.arguments), len(op.inputs)
    yielded = block.operations[len(block.operations) - 1].operands
    best, choice = _defined(yielded[value], *_BETTER), _defined(yielded[1 - value], "arith.select")
    if best is None or choice is None:
        return None
    old, old_index = arguments[count + value], arguments[count + 1 - value]
    new = next((operand for operand in best.operands if operand in arguments[:count]), None)
    if new is None or old not in list(best.operands):
        return None
    condition, then, otherwise = choice.operands
    dimension = _position(then)
    if dimension is None or otherwise != old_index or not _is_better(condition, best.name, new, old):
        return None
    return _Argmax(arguments.index(new), value, 1 - value, best.name, dimension)


def _dims(maps: ir.ArrayAttr, number: int) -> tuple[int, ...] | None:
    results = list(maps[number].value.results)
    if not all(isinstance(e, ir.AffineDimExpr) for e in results):
        return None
    return tuple(e.position for e in results)


def _split(op: ir.OpView) -> list[ir.Value] | None:
    iterators = ["reduction" in str(kind) for kind in op.iterator_types]
    if len(op.results) != 2 or sum(iterators) != 1:
        return None
    parts = _match(op, 0) or _match(op, 1)
    if parts is None or not iterators[parts.dimension]:
        return None
    count, maps = len(op.inputs), op.indexing_maps
    input_, kept = _dims(maps, parts.input), _dims(maps, count + parts.value)
    if input_ is None or kept is None or kept != _dims(maps, count + parts.index):
        return None
    x, type_ = op.inputs[parts.input], op.results[parts.index].type
    if not (x.type.has_static_shape and type_.has_static_shape) or parts.dimension not in input_:
        return None
    last = x.type.shape[input_.index(parts.dimension)] - 1

    def combine(new: Scalar, old: Scalar) -> Scalar:
        return Scalar(ir.Operation.create(parts.combine, [old.type], [new.value, old.value]).result)

    def first(new: Scalar, best: Scalar, found: Scalar) -> Scalar:
        hit = new.eq(best)
        if new.is_float:
            hit = hit | new.ne(new)
        return minimum(select(hit, index(parts.dimension).to(found.type), last), found)

    replaced = list(op.outputs)  # stands for a result that nobody uses
    rank, uses = len(iterators), [bool(list(result.uses)) for result in op.results]
    if any(uses):
        start = Out(op.results[parts.value].type, kept, op.outputs[parts.value])
        (value,) = generic(rank, [At(x, input_)], [start], combine)
        replaced[parts.value] = value
    if uses[parts.index]:
        found = Out(type_, kept, last)
        (replaced[parts.index],) = generic(rank, [At(x, input_), At(value, kept)], [found], first)
    return replaced


@dataclass(frozen=True)
class FungibleSplitArgmax(Pass):
    """Splits the reduction that finds a largest or smallest element and its index into two.

    torch-mlir makes one `linalg.generic` of argmax, argmin, max.dim and min.dim:

        %0:2 = linalg.generic ... ins(%x) outs(%lowest, %zero) {
        ^bb0(%in: f32, %out: f32, %out_index: i64):
          %i = linalg.index 1 : index
          %1 = arith.index_cast %i : index to i64
          %2 = arith.maximumf %in, %out : f32
          %3 = arith.cmpf ogt, %in, %out : f32
          %4 = arith.select %3, %1, %out_index : i64
          linalg.yield %2, %4 : f32, i64
        }

    IREE's code generators for GPUs take no reduction with two results, so this becomes the
    value alone, and then the smallest index whose element equals it:

        %0 = linalg.generic ... ins(%x) outs(%lowest) { arith.maximumf }
        %1 = linalg.generic ... ins(%x, %0) outs(%last) {
        ^bb0(%in: f32, %best: f32, %out_index: i64):
          %hit = in == best or in != in
          %2 = arith.select %hit, %index, %last : i64
          %3 = arith.minsi %2, %out_index : i64
        }

    A NaN is the largest and the smallest element, as in PyTorch: the index is that of the
    first one. (torch-mlir's own form never chooses it.) What nobody uses is not computed.

    Leaves alone every reduction of another form; never fails.
    """

    name = "fungible-split-argmax"

    def run(self, module: ir.Operation) -> None:
        apply(module, {"linalg.generic": _split})
