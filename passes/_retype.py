"""Replaces an element type by another one throughout a module."""

from collections.abc import Callable, Mapping, Sequence

from torch_mlir import ir

from ._pass import Pass
from ._rewrite import operations

#: Makes the attribute of a constant of the new type from the old attribute.
Constant = Callable[[ir.Attribute, ir.Type], ir.Attribute]


def option_names(pass_: Pass, known: Sequence[str]) -> list[str]:
    """The element types that a pass's option `types` names.

    Raises:
        ValueError: one that is not among `known`.
    """
    names = [name.strip() for name in pass_.types.split(",") if name.strip()]
    for name in names:
        if name not in known:
            raise ValueError(f"option 'types' of pass '{pass_.name}' has no type '{name}' ({', '.join(known)})")
    return names


def element(type_: ir.Type) -> ir.Type:
    """The element type of a tensor; any other type as it is."""
    return type_.element_type if isinstance(type_, ir.ShapedType) else type_


def replaced(type_: ir.Type, table: Mapping[ir.Type, ir.Type], scalars: bool = True) -> ir.Type:
    """The type with its element type replaced as the table says; that of a scalar only with `scalars`."""
    if isinstance(type_, ir.FunctionType):
        return ir.FunctionType.get(
            [replaced(t, table, scalars) for t in type_.inputs], [replaced(t, table, scalars) for t in type_.results]
        )
    new = table.get(element(type_))
    if new is None:
        return type_
    if isinstance(type_, ir.RankedTensorType):
        return ir.RankedTensorType.get(type_.shape, new, type_.encoding)
    return new if scalars and element(type_) == type_ else type_


def retype(
    module: ir.Operation, table: Mapping[ir.Type, ir.Type], constant: Constant, scalars: bool = True
) -> None:
    """Changes, in place, the types of all values, functions, globals and constants; without
    `scalars`, of tensors alone.

    Nothing else of an op changes: casts between an old type and its new one are left as casts
    of a type to itself (see `erase_casts`).
    """
    for op in operations(module):
        op = op.operation
        for name in ("function_type", "type"):
            if op.name in ("func.func", "ml_program.global") and name in op.attributes:
                op.attributes[name] = ir.TypeAttr.get(replaced(op.attributes[name].value, table, scalars))
        if op.name in ("arith.constant", "ml_program.global") and "value" in op.attributes:
            value = op.attributes["value"]
            new = replaced(value.type, table, scalars)
            if new != value.type:
                op.attributes["value"] = constant(value, new)
        values = [*op.results, *(x for region in op.regions for block in region.blocks for x in block.arguments)]
        for value in values:
            new = replaced(value.type, table, scalars)
            if new != value.type:
                value.set_type(new)


def erase_casts(module: ir.Operation, *names: str) -> None:
    """Erases the casts of these names that lead from a type to itself."""
    for op in operations(module):
        op = op.operation
        if op.name in names and op.operands[0].type == op.results[0].type:
            op.results[0].replace_all_uses_with(op.operands[0])
            op.erase()
