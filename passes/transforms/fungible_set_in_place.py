"""fungible-set-in-place"""

from dataclasses import dataclass
from math import prod

from torch_mlir import ir
from torch_mlir.dialects import func, ml_program

from .._kernels import allow, copied_over
from .._pass import Pass

#: Smaller state is not worth a kernel.
LEAST_ELEMENTS = 4096

_ACCESSORS = "ml_program.public_global_accessors"

#: Types of which there are enough numbers to start each state from another one.
_COUNTABLE = ("f32", "f64", "i32", "i64")


def _type(state: ml_program.GlobalOp) -> ir.RankedTensorType:
    return ir.RankedTensorType(ir.TypeAttr(state.operation.attributes["type"]).value)


def _is_set_in_place(state: ml_program.GlobalOp) -> bool:
    return prod(_type(state).shape) >= LEAST_ELEMENTS and str(_type(state).element_type) in _COUNTABLE


def _splat(type_: ir.RankedTensorType, number: int) -> ir.Attribute:
    element = type_.element_type
    made = ir.FloatAttr.get(element, number) if isinstance(element, ir.FloatType) else ir.IntegerAttr.get(element, number)
    return ir.DenseElementsAttr.get_splat(type_, made)


def _setter(name: str, symbol: ir.Attribute, type_: ir.RankedTensorType, in_place: bool) -> None:
    """A function, at the current insertion point, that copies its argument over the state, or stores it."""
    setter = func.FuncOp(name, ([type_], []))
    with ir.InsertionPoint(setter.add_entry_block()):
        (value,) = setter.arguments
        if in_place:
            value = copied_over(ml_program.global_load(type_, symbol), value)
        ml_program.global_store(symbol, value)
        func.ReturnOp([])


@dataclass(frozen=True)
class FungibleSetInPlace(Pass):
    """Copies what state is set to into the memory that the state has.

        ml_program.public_global_accessors = {get = "get:{0}", set = "set:{0}"}
        ml_program.global public mutable @w(dense<0.0> : tensor<64x64xf32>)

    become `{get = "get:{0}", set = "replace:{0}"}`, a function `set:w` whose kernel writes over the old value, and a state that
    starts from a number of its own, since IREE gives states that start alike one memory; a host sets them all before it calls
    another function. IREE's accessor, which is `replace:w` then, gives the value memory of its own and frees the old one:
    state of many sizes that is set one after the other leaves gaps then, a third of its size for a GPT. It has to be
    there, since IREE takes state for a constant that no function gives memory of its own. State of fewer than 4096
    elements, and of types of 8 and 16 bits, is stored as before.
    """

    name = "fungible-set-in-place"

    def run(self, module: ir.Operation) -> None:
        if _ACCESSORS not in module.attributes:
            return
        states = [op for op in module.regions[0].blocks[0].operations if isinstance(op, ml_program.GlobalOp)]
        states = [state for state in states if "is_mutable" in state.operation.attributes]
        if not any(map(_is_set_in_place, states)):
            return
        allow(module.context)
        formats = {named.name: named.attr for named in ir.DictAttr(module.attributes[_ACCESSORS])}
        setter = ir.StringAttr(formats["set"]).value
        for number, state in enumerate(states, start=1):
            attributes, in_place = state.operation.attributes, _is_set_in_place(state)
            name = ir.StringAttr(attributes["sym_name"]).value
            if in_place:
                attributes["value"] = _splat(_type(state), number)
            with ir.InsertionPoint.after(state), state.location:
                _setter(setter.replace("{0}", name), ir.FlatSymbolRefAttr.get(name), _type(state), in_place)
        formats["set"] = ir.StringAttr.get("replace:{0}")
        module.attributes[_ACCESSORS] = ir.DictAttr.get(formats)
