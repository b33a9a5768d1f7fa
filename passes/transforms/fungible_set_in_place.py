"""fungible-set-in-place"""

from dataclasses import dataclass
from math import prod

from torch_mlir import ir
from torch_mlir.dialects import ml_program

from .._accessors import REPLACE, formats, is_public, set_formats, setter, states, type_of
from .._kernels import allow, copied_over
from .._pass import Pass

#: Smaller state is not worth a kernel.
LEAST_ELEMENTS = 4096

#: Types of which there are enough numbers to start each state from another one.
_COUNTABLE = ("f32", "f64", "i32", "i64")


def _is_set_in_place(state: ml_program.GlobalOp) -> bool:
    return prod(type_of(state).shape) >= LEAST_ELEMENTS and str(type_of(state).element_type) in _COUNTABLE


def _splat(type_: ir.RankedTensorType, number: int) -> ir.Attribute:
    element = type_.element_type
    made = ir.FloatAttr.get(element, number) if isinstance(element, ir.FloatType) else ir.IntegerAttr.get(element, number)
    return ir.DenseElementsAttr.get_splat(type_, made)


@dataclass(frozen=True)
class FungibleSetInPlace(Pass):
    """Copies what state is set to into the memory that the state has.

        ml_program.public_global_accessors = {get = "get:{0}", set = "set:{0}"}
        ml_program.global public mutable @w(dense<0.0> : tensor<64x64xf32>)

    become `{get = "get:{0}"}`, a function `set:w` whose kernel writes over the old value, and a state that
    starts from a number of its own, since IREE gives states that start alike one memory; a host sets them all before it calls
    another function. IREE's accessor gives the value memory of its own and frees the old one:
    state of many sizes that is set one after the other leaves gaps then, a third of its size for a GPT. A function `replace:w` like it has to be
    there all the same, since IREE takes state for a constant that no function gives memory of its own. State of fewer than 4096
    elements, and of types of 8 and 16 bits, is stored as before.
    """

    name = "fungible-set-in-place"

    def run(self, module: ir.Operation) -> None:
        names = formats(module)
        if not names:
            return
        found = states(module)
        if not any(map(_is_set_in_place, found)):
            return
        allow(module.context)
        for number, state in enumerate(found, start=1):
            in_place = _is_set_in_place(state)
            if in_place:
                state.operation.attributes["value"] = _splat(type_of(state), number)
            if not is_public(state):  # it has functions of its own
                continue
            setter(names["set"], state, lambda value, old: copied_over(old(), value) if in_place else value)
            if in_place:
                setter(REPLACE, state, lambda value, _: value)
        set_formats(module, {"get": names["get"]})
