"""Recognises views of a tensor's bits under another dtype of the same width."""

from torch_mlir import ir

from fungible.dialects.fungible import bitcast

from ..._torch import builtin_type, from_builtins, to_builtin

_ELEMENTS = {"f32": 32, "i32": 32, "f64": 64, "i64": 64}


def _bitcast(op: ir.OpView) -> list[ir.Value] | None:
    input_, result = op.operation.operands[0], op.operation.results[0]
    source, target = (builtin_type(value.type) for value in (input_, result))
    widths = [_ELEMENTS.get(str(type_.element_type)) for type_ in (source, target)]
    if widths[0] is None or widths[0] != widths[1]:
        return None
    return from_builtins(bitcast.BitcastOp.create([target], [to_builtin(input_)]).results, op)


RAISINGS = {"torch.aten.view.dtype": _bitcast}
