"""fungible-extend-when-read"""

from dataclasses import dataclass

from torch_mlir import ir
from torch_mlir.dialects import arith, linalg, tensor

from .._linalg import RESHAPES, empty, is_elementwise, pointwise
from .._pass import Pass
from .._rewrite import apply

#: Ops whose result has the elements of the first operand, in other places.
_MOVING = (*RESHAPES, "linalg.transpose")


def _extended(value: ir.Value) -> ir.Value | None:
    """The tensor whose elements these are in a wider type, or None."""
    owner = value.owner
    if isinstance(owner, ir.Block):
        return None
    op = owner.operation
    if op.name not in _MOVING:
        return op.operands[0] if _only_extends(op) else None
    narrow = _extended(op.operands[0])
    if narrow is None:
        return None
    type_ = ir.RankedTensorType.get(value.type.shape, narrow.type.element_type)
    with ir.InsertionPoint(op), op.location:
        if op.name == "linalg.transpose":
            made = linalg.transpose(narrow, outs=[empty(type_)], permutation=op.attributes["permutation"])
            return made.operation.results[0]
        attributes = {name: op.attributes[name] for name in op.attributes}
        return ir.Operation.create(op.name, [type_], [narrow, *op.operands[1:]], attributes).result


def _only_extends(op: ir.Operation) -> bool:
    if not is_elementwise(op) or len(op.operands) != 2:
        return False
    maps = [ir.AffineMapAttr(map_).value for map_ in op.attributes["indexing_maps"]]
    first, *rest = op.regions[0].blocks[0].operations
    return (
        all(map_ == ir.AffineMap.get_identity(map_.n_dims) for map_ in maps)
        and first.operation.name == "arith.extf"
        and first.operation.operands[0] == op.regions[0].blocks[0].arguments[0]
        and [other.operation.name for other in rest] == ["linalg.yield"]
    )


def _read_narrow(op: ir.OpView) -> list[ir.Value] | None:
    whole, *places = op.operation.operands
    narrow = _extended(whole)
    return None if narrow is None else [arith.extf(whole.type.element_type, tensor.extract(narrow, places))]


def _sliced_narrow(op: ir.OpView) -> list[ir.Value] | None:
    op = op.operation
    if all(stride == 1 for stride in ir.DenseI64ArrayAttr(op.attributes["static_strides"])):
        return None
    whole, *places = op.operands
    narrow = _extended(whole)
    if narrow is None:
        return None
    type_ = op.result.type
    sliced = ir.RankedTensorType.get(type_.shape, narrow.type.element_type)
    attributes = {name: op.attributes[name] for name in op.attributes}
    taken = ir.Operation.create(op.name, [sliced], [narrow, *places], attributes).result
    return [pointwise(type_, [taken], lambda x: x.to(type_.element_type))]


@dataclass(frozen=True)
class FungibleExtendWhenRead(Pass):
    """Extends 16-bit floats where they are read by index or in strides.

        %0 = linalg.generic ... ins(%x : tensor<8x4xbf16>) ... { arith.extf }
        linalg.generic ... { tensor.extract %0[%i, %j] : tensor<8x4xf32> }

    becomes `arith.extf` of a `tensor.extract` of `%x`, and likewise a `tensor.extract_slice` with strides is taken of `%x` and extended
    then. IREE computes an extension again in each kernel that uses it, one that is read by index as a whole there, in the memory of one
    workgroup; and its code for GPUs cannot fuse one that is read in strides, such as the kernel of a strided convolution.
    """

    name = "fungible-extend-when-read"

    def run(self, module: ir.Operation) -> None:
        apply(module, {"tensor.extract": _read_narrow, "tensor.extract_slice": _sliced_narrow})
