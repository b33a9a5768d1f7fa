"""The functions by which a host reads the state of a module and sets it."""

from __future__ import annotations

from collections.abc import Callable

from torch_mlir import ir
from torch_mlir.dialects import func, ml_program

#: Attribute of a module: the names of the functions that IREE makes of each public state.
_ATTRIBUTE = "ml_program.public_global_accessors"

#: Read and set a state.
GET, SET = "get:{0}", "set:{0}"

#: Gives state a value in memory of its own; no host calls it. IREE takes state for a constant that no function gives any.
REPLACE = "replace:{0}"

#: In a function's `iree.reflection`: the states that it is for, a JSON list; the last argument is a place in it.
STATES = "fungible.states"


def formats(module: ir.Operation) -> dict[str, str]:
    """`get` and `set` -> the name of the function with `{0}` for that of the state; empty for a module without."""
    if _ATTRIBUTE not in module.attributes:
        return {}
    return {named.name: ir.StringAttr(named.attr).value for named in ir.DictAttr(module.attributes[_ATTRIBUTE])}


def set_formats(module: ir.Operation, names: dict[str, str]) -> None:
    if not names:
        if _ATTRIBUTE in module.attributes:
            del module.attributes[_ATTRIBUTE]
        return
    with module.context:
        module.attributes[_ATTRIBUTE] = ir.DictAttr.get({name: ir.StringAttr.get(text) for name, text in names.items()})


def type_of(state: ml_program.GlobalOp) -> ir.RankedTensorType:
    return ir.RankedTensorType(ir.TypeAttr(state.operation.attributes["type"]).value)


def name_of(state: ml_program.GlobalOp) -> str:
    return ir.StringAttr(state.operation.attributes["sym_name"]).value


def is_public(state: ml_program.GlobalOp) -> bool:
    return ir.StringAttr(state.operation.attributes["sym_visibility"]).value == "public"


def states(module: ir.Operation) -> list[ml_program.GlobalOp]:
    """Those of a module that hosts or other functions set."""
    ops = (op for op in module.regions[0].blocks[0].operations if isinstance(op, ml_program.GlobalOp))
    return [op for op in ops if "is_mutable" in op.operation.attributes]


def getter(form: str, state: ml_program.GlobalOp, read: Callable[[ir.Value], ir.Value]) -> None:
    """A function after a state that returns what `read` makes of it."""
    type_ = type_of(state)
    with ir.InsertionPoint.after(state), state.location:
        made = func.FuncOp(form.replace("{0}", name_of(state)), ([], [type_]))
        with ir.InsertionPoint(made.add_entry_block()):
            func.ReturnOp([read(ml_program.global_load(type_, ir.FlatSymbolRefAttr.get(name_of(state))))])


def setter(form: str, state: ml_program.GlobalOp, written: Callable[[ir.Value, Callable[[], ir.Value]], ir.Value]) -> None:
    """A function after a state that sets it to what `written` makes of its argument; it may load the old value."""
    type_ = type_of(state)
    with ir.InsertionPoint.after(state), state.location:
        made = func.FuncOp(form.replace("{0}", name_of(state)), ([type_], []))
        with ir.InsertionPoint(made.add_entry_block()):
            symbol = ir.FlatSymbolRefAttr.get(name_of(state))
            ml_program.global_store(symbol, written(made.arguments[0], lambda: ml_program.global_load(type_, symbol)))
            func.ReturnOp([])
