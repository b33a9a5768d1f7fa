"""fungible-separate-reductions"""

from dataclasses import dataclass

from torch_mlir import ir
from torch_mlir.dialects import arith, linalg, tensor

from .._linalg import empty
from .._pass import Pass
from .._reductions import follows_reduction, is_parallel
from .._rewrite import operations


def _dimensions(map_: ir.AffineMap) -> list[int | None] | None:
    """The domain dimension of each index, None for the constant 0; None for maps of another kind."""
    found = []
    for expression in map_.results:
        if isinstance(expression, ir.AffineDimExpr):
            found.append(expression.position)
        elif isinstance(expression, ir.AffineConstantExpr) and expression.value == 0:
            found.append(None)
        else:
            return None
    return found


def _leads(dimensions: list[int | None]) -> bool:
    named = [d for d in dimensions if d is not None]
    return named == list(range(len(named)))


def _read_in_body(op: ir.Operation, number: int, dimensions: list[int | None]) -> None:
    value, argument = op.operands[number], op.regions[0].blocks[0].arguments[number]
    with ir.InsertionPoint(op), op.location:
        op.operands[number] = empty(value.type)  # of it only the shape is left
    with ir.InsertionPoint.at_block_begin(argument.owner), op.location:
        index = ir.IndexType.get()
        places = [
            # Smaller than the size anyway; a plain index IREE would make an input again.
            arith.minui(linalg.IndexOp(d).result, arith.constant(index, size - 1))
            if d is not None
            else arith.constant(index, 0)
            for d, size in zip(dimensions, value.type.shape, strict=True)
        ]
        argument.replace_all_uses_with(tensor.extract(value, places))


@dataclass(frozen=True)
class FungibleSeparateReductions(Pass):
    """Keeps a reduction apart from elementwise ops that read it along other dimensions than their first.

    What an elementwise op reads by the map `(d0, d1) -> (d1)` becomes a `tensor.extract` in its body
    where it comes from a reduction, which makes it a kernel of its own:

        linalg.generic {indexing_maps = [(d0, d1) -> (d0, d1), (d0, d1) -> (d1), ...]} ins(%x, %max : ...)
          ^bb0(%a, %m, %out): %0 = arith.subf %a, %m

    becomes one with `tensor.extract %max[%i1]`, of `linalg.index 1`, in place of `%m`. Shapes are static.

    IREE 3.13 makes one SPIR-V kernel of both: the threads that reduce leave their results in
    workgroup memory, and others read them without a barrier between (`SPIRVBaseDistribute`), which
    gives wrong numbers unless the sizes suit the other pipeline. Where the dimensions come first,
    each thread reads what it wrote itself.
    """

    name = "fungible-separate-reductions"

    def run(self, module: ir.Operation) -> None:
        known: dict[ir.Operation, bool] = {}
        for view in operations(module):
            op = view.operation
            if op.name != "linalg.generic" or not is_parallel(op):
                continue
            for number, attribute in enumerate(op.attributes["indexing_maps"]):
                if number >= len(view.inputs):
                    break
                dimensions = _dimensions(ir.AffineMapAttr(attribute).value)
                if dimensions is None or 0 in view.inputs[number].type.shape:
                    continue
                if _leads(dimensions) or not follows_reduction(op.operands[number], known):
                    continue
                _read_in_body(op, number, dimensions)
