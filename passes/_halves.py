"""16-bit floats: an op on them computes in float32 and rounds once, at its end, as eager PyTorch does.

In their own type a sum stops growing early (at 65504 a float16 is infinite, at 256 a bfloat16
no longer notices a 1), and constants such as 0.999 are 1.
"""

from collections.abc import Callable

from torch_mlir import ir

from ._linalg import pointwise, tensor_type

#: Ops that choose among their operands' elements and compute none.
_CHOOSE = {"fungible.embedding", "fungible.max_pool"}


def _is_half(type_: ir.Type) -> bool:
    return isinstance(type_.element_type, ir.FloatType) and type_.element_type.width < 32


def _cast(value: ir.Value, element: ir.Type) -> ir.Value:
    type_ = tensor_type(value.type.shape, element)
    return pointwise(type_, [value], lambda x: x.to(element))


def in_float32(lower: Callable[[ir.OpView], list[ir.Value]]) -> Callable[[ir.OpView], list[ir.Value]]:
    """A lowering of ops that round; those on 16-bit floats are lowered as the same op on float32."""

    def lower_wide(op: ir.OpView) -> list[ir.Value]:
        op = op.operation
        if op.name in _CHOOSE or not any(_is_half(value.type) for value in op.operands):
            return lower(op.opview)
        f32 = ir.F32Type.get()
        wide = ir.Operation.create(
            op.name,
            results=[tensor_type(r.type.shape, f32) if _is_half(r.type) else r.type for r in op.results],
            operands=[_cast(value, f32) if _is_half(value.type) else value for value in op.operands],
            attributes={name: op.attributes[name] for name in op.attributes},
        )
        values = lower(wide.opview)
        wide.erase()
        return [
            _cast(value, result.type.element_type) if value.type != result.type else value
            for value, result in zip(values, op.results, strict=True)
        ]

    return lower_wide
