"""Reads the `torch` dialect: constants behind operands, and tensors across the type border."""

import re
from collections.abc import Sequence

from torch_mlir import ir

_ELEMENTS = {"si64": "i64", "si32": "i32", "si16": "i16", "si8": "i8", "ui8": "i8"}


def _constant(value: ir.Value, kind: str) -> ir.Operation | None:
    owner = value.owner
    if isinstance(owner, ir.Block):
        return None
    operation = owner.operation
    return operation if operation.name == f"torch.constant.{kind}" else None


def is_none(value: ir.Value) -> bool:
    return _constant(value, "none") is not None


def constant_int(value: ir.Value) -> int:
    """The int behind an operand.

    Raises:
        ValueError: it is not a constant.
    """
    operation = _constant(value, "int")
    if operation is None:
        raise ValueError("expects an int that is known when compiling")
    return ir.IntegerAttr(operation.attributes["value"]).value


def constant_float(value: ir.Value) -> float:
    """The float (or int) behind an operand.

    Raises:
        ValueError: it is not a constant.
    """
    operation = _constant(value, "float")
    if operation is None:
        return float(constant_int(value))
    return ir.FloatAttr(operation.attributes["value"]).value


def constant_bool(value: ir.Value) -> bool:
    """The bool behind an operand.

    Raises:
        ValueError: it is not a constant.
    """
    operation = _constant(value, "bool")
    if operation is None:
        raise ValueError("expects a bool that is known when compiling")
    return bool(ir.IntegerAttr(operation.attributes["value"]).value)


def constant_string(value: ir.Value) -> str:
    """The string behind an operand.

    Raises:
        ValueError: it is not a constant.
    """
    operation = _constant(value, "str")
    if operation is None:
        raise ValueError("expects a string that is known when compiling")
    return ir.StringAttr(operation.attributes["value"]).value


def list_elements(value: ir.Value) -> list[ir.Value]:
    """The values in a `torch.prim.ListConstruct`.

    Raises:
        ValueError: the list is made by something else.
    """
    owner = value.owner
    if isinstance(owner, ir.Block) or owner.operation.name != "torch.prim.ListConstruct":
        raise ValueError("expects a list that is known when compiling")
    return list(owner.operation.operands)


def constant_ints(value: ir.Value) -> list[int]:
    """A list of constant ints."""
    return [constant_int(element) for element in list_elements(value)]


def builtin_type(type_: ir.Type) -> ir.RankedTensorType:
    """`!torch.vtensor<[2,3],f32>` as `tensor<2x3xf32>`.

    Raises:
        ValueError: not a value tensor of known rank and dtype.
    """
    match = re.fullmatch(r"!torch\.vtensor<\[([^\]]*)\],(?!unk>)(\w+)>", str(type_))
    if match is None:
        raise ValueError(f"expects a tensor of known rank and dtype, but it is {type_}")
    dims, element = match.groups()
    shape = [ir.ShapedType.get_dynamic_size() if d == "?" else int(d) for d in dims.split(",") if d]
    return ir.RankedTensorType.get(shape, ir.Type.parse(_ELEMENTS.get(element, element)))


def to_builtin(value: ir.Value) -> ir.Value:
    """A torch tensor as a builtin one; what was builtin just before is taken from there."""
    type_, owner = builtin_type(value.type), value.owner
    if not isinstance(owner, ir.Block) and owner.operation.name == "torch_c.from_builtin_tensor":
        source = owner.operation.operands[0]
        if source.type == type_:
            return source
    return ir.Operation.create("torch_c.to_builtin_tensor", results=[type_], operands=[value]).result


def from_builtin(value: ir.Value, type_: ir.Type) -> ir.Value:
    """A builtin tensor as a torch tensor of type `type_`."""
    return ir.Operation.create("torch_c.from_builtin_tensor", results=[type_], operands=[value]).result


def none() -> ir.Value:
    """Python's None."""
    return ir.Operation.create("torch.constant.none", results=[ir.Type.parse("!torch.none")]).result


def from_builtins(values: Sequence[ir.Value], op: ir.OpView) -> list[ir.Value]:
    """Builtin results as the torch types of the results of the op that they replace.

    Where the op leaves a result out (by its output mask), its type is None's.
    """
    return [
        none() if str(result.type) == "!torch.none" else from_builtin(value, result.type)
        for value, result in zip(values, op.operation.results, strict=True)
    ]
