"""Recognises pooling."""

from torch_mlir import ir

from fungible.dialects.fungible import numerics, pooling

from ..._attributes import boolean, integer, integers
from ..._torch import (
    builtin_type,
    constant_bool,
    constant_int,
    constant_ints,
    from_builtin,
    from_builtins,
    is_none,
    to_builtin,
)

# Numbers of dtypes in PyTorch (c10::ScalarType).
_INT32, _INT64 = 3, 4


def _geometry(kernel: ir.Value, stride: ir.Value, padding: ir.Value, ceil_mode: ir.Value) -> dict[str, ir.Attribute]:
    sizes = constant_ints(kernel)
    return {
        "kernel": integers(sizes),
        "stride": integers(constant_ints(stride) or sizes),
        "padding": integers(constant_ints(padding)),
        "ceil_mode": boolean(constant_bool(ceil_mode)),
        "numerics": numerics.fast(),
    }


def _cast(value: ir.Value, dtype: int, type_: ir.Type) -> ir.Value:
    """`value.to(dtype)`, in the torch dialect."""

    def constant(kind, type_text, attributes):
        return ir.Operation.create(
            f"torch.constant.{kind}", results=[ir.Type.parse(type_text)], attributes=attributes
        ).result

    number = constant("int", "!torch.int", {"value": integer(dtype)})
    false = constant("bool", "!torch.bool", {"value": boolean(False)})
    none = constant("none", "!torch.none", {})
    return ir.Operation.create(
        "torch.aten.to.dtype", results=[type_], operands=[value, number, false, false, none]
    ).result


def _narrow(indices: ir.Value) -> ir.Value:
    """The indices as i32: what `_max_pool` widened, or any others narrowed."""
    owner = indices.owner
    if not isinstance(owner, ir.Block) and owner.operation.name == "torch.aten.to.dtype":
        source = owner.operation.operands[0]
        if str(builtin_type(source.type).element_type) == "i32":
            return to_builtin(source)
    return to_builtin(_cast(indices, _INT32, _with_element(indices.type, "si32")))


def _with_element(type_: ir.Type, element: str) -> ir.Type:
    return ir.Type.parse(str(type_).replace("si64", element))


def _max_pool(op: ir.OpView) -> list[ir.Value]:
    input_, kernel, stride, padding, dilation, ceil_mode = op.operation.operands
    output, indices = op.operation.results
    narrow = _with_element(indices.type, "si32")
    raised = pooling.MaxPoolOp.create(
        [builtin_type(output.type), builtin_type(narrow)],
        [to_builtin(input_)],
        {**_geometry(kernel, stride, padding, ceil_mode), "dilation": integers(constant_ints(dilation))},
    )
    values, places = raised.results
    return [from_builtin(values, output.type), _cast(from_builtin(places, narrow), _INT64, indices.type)]


def _max_pool_backward(op: ir.OpView) -> list[ir.Value]:
    grad_output, input_, kernel, stride, padding, dilation, ceil_mode, indices = op.operation.operands
    raised = pooling.MaxPoolBackwardOp.create(
        [builtin_type(input_.type)],
        [to_builtin(grad_output), to_builtin(input_), _narrow(indices)],
        {**_geometry(kernel, stride, padding, ceil_mode), "dilation": integers(constant_ints(dilation))},
    )
    return from_builtins(raised.results, op)


def _avg_pool(op: ir.OpView, kind: type, tensors: int) -> list[ir.Value]:
    values = [to_builtin(value) for value in op.operation.operands[:tensors]]
    kernel, stride, padding, ceil_mode, include, divisor = list(op.operation.operands)[tensors:]
    raised = kind.create(
        [builtin_type(op.operation.results[0].type)],
        values,
        {
            **_geometry(kernel, stride, padding, ceil_mode),
            "count_include_pad": boolean(constant_bool(include)),
            "divisor": integer(0 if is_none(divisor) else constant_int(divisor)),
        },
    )
    return from_builtins(raised.results, op)


def _adaptive(op: ir.OpView, kind: type, tensors: int, spatial: int) -> list[ir.Value]:
    raised = kind.create(
        [builtin_type(op.operation.results[0].type)],
        [to_builtin(value) for value in list(op.operation.operands)[:tensors]],
        {"spatial_rank": integer(spatial), "numerics": numerics.fast()},
    )
    return from_builtins(raised.results, op)


RAISINGS = {
    "torch.aten.max_pool2d_with_indices": _max_pool,
    "torch.aten.max_pool3d_with_indices": _max_pool,
    "torch.aten.max_pool2d_with_indices_backward": _max_pool_backward,
    "torch.aten.max_pool3d_with_indices_backward": _max_pool_backward,
    "torch.aten.avg_pool2d": lambda op: _avg_pool(op, pooling.AvgPoolOp, 1),
    "torch.aten.avg_pool3d": lambda op: _avg_pool(op, pooling.AvgPoolOp, 1),
    "torch.aten.avg_pool2d_backward": lambda op: _avg_pool(op, pooling.AvgPoolBackwardOp, 2),
    "torch.aten.avg_pool3d_backward": lambda op: _avg_pool(op, pooling.AvgPoolBackwardOp, 2),
    "torch.aten._adaptive_avg_pool2d": lambda op: _adaptive(op, pooling.AdaptiveAvgPoolOp, 1, 2),
    "torch.aten._adaptive_avg_pool3d": lambda op: _adaptive(op, pooling.AdaptiveAvgPoolOp, 1, 3),
    "torch.aten._adaptive_avg_pool2d_backward": lambda op: _adaptive(
        op, pooling.AdaptiveAvgPoolBackwardOp, 2, 2
    ),
    "torch.aten._adaptive_avg_pool3d_backward": lambda op: _adaptive(
        op, pooling.AdaptiveAvgPoolBackwardOp, 2, 3
    ),
}
