"""Sorting to linalg."""

from torch_mlir import ir

from fungible.dialects._base import boolean, integer

from ..._linalg import pointwise, reshape, tensor_type
from ..._middle import in_the_middle
from ..._sorting import argsort, sort_key


def _argsort(op: ir.OpView) -> list[ir.Value]:
    (input_,) = op.operation.operands
    result = op.operation.results[0].type
    descending = boolean(op, "descending")
    values = in_the_middle(input_, integer(op, "dim"))
    key_type = tensor_type(values.type.shape, ir.IntegerType.get_signless(values.type.element_type.width))
    order = argsort(pointwise(key_type, [values], lambda x: sort_key(x, descending)))
    order = reshape(order, list(result.shape))
    return [pointwise(result, [order], lambda place: place.to(result.element_type))]


LOWERINGS = {"fungible.argsort": _argsort}
