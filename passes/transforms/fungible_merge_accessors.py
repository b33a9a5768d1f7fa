"""fungible-merge-accessors"""

import json
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from torch_mlir import ir
from torch_mlir.dialects import cf, func

from .._accessors import GET, REPLACE, SET, STATES, formats, getter, is_public, name_of, set_formats, setter, states, type_of
from .._pass import Pass


def _move(function: func.FuncOp, block: ir.Block, arguments: Iterable[ir.Value]) -> list[ir.Value]:
    """Moves the body of a function to the end of a block; returns what it returned."""
    body = function.regions[0].blocks[0]
    for argument, value in zip(body.arguments, arguments, strict=True):
        argument.replace_all_uses_with(value)
    *ops, end = body.operations
    for op in ops:
        block.append(op)
    returned = list(end.operands)
    function.operation.erase()
    return returned


def _merge(name: str, names: list[str], functions: list[func.FuncOp]) -> None:
    """A function that does what the one of `functions` does whose place is its last argument."""
    type_ = functions[0].type
    with functions[0].location as location:
        number = ir.IntegerType.get_signless(32)
        merged = func.FuncOp(name, ([*type_.inputs, number], type_.results))
        merged.operation.attributes["iree.reflection"] = ir.DictAttr.get({STATES: ir.StringAttr.get(json.dumps(names))})
        entry = merged.add_entry_block()
        *arguments, chosen = entry.arguments
        cases = [merged.regions[0].blocks.append() for _ in functions]
        end = merged.regions[0].blocks.append(*type_.results, arg_locs=[location] * len(type_.results))
        with ir.InsertionPoint(end):
            func.ReturnOp(end.arguments)
        for function, case in zip(functions, cases, strict=True):
            returned = _move(function, case, arguments)
            with ir.InsertionPoint(case):
                cf.BranchOp(returned, end)
        values = ir.DenseElementsAttr.get(np.arange(1, len(cases), dtype=np.int32)) if len(cases) > 1 else None
        with ir.InsertionPoint(entry):
            cf.SwitchOp(chosen, [], [], [0] * (len(cases) - 1), cases[0], cases[1:], case_values=values)


@dataclass(frozen=True)
class FungibleMergeAccessors(Pass):
    """Makes one function of those that read state of one type, and one of those that set it.

        ml_program.public_global_accessors = {get = "get:{0}", set = "set:{0}"}
        ml_program.global public mutable @a(dense<0.0> : tensor<4xf32>) : tensor<4xf32>
        ml_program.global public mutable @b(dense<0.0> : tensor<4xf32>) : tensor<4xf32>

    become private state and the functions `set:4xf32` and

        func.func @"get:4xf32"(%state: i32) -> tensor<4xf32> attributes {iree.reflection = {fungible.states = "[\\"a\\", \\"b\\"]"}} {
          cf.switch %state : i32, [default: ^bb1, 1: ^bb2]
        ^bb1:
          %a = ml_program.global_load @a : tensor<4xf32>
          ...

    IREE keeps what is in `iree.reflection`, which tells the runtime the number of each state. A function that a host calls passes through
    all that IREE does with a program, and takes some 50 ms of CPU time: those of the 165 states of a GPT took half of its compilation.
    """

    name = "fungible-merge-accessors"

    def run(self, module: ir.Operation) -> None:
        forms = formats(module)
        groups: dict[ir.Type, list[str]] = {}
        for state in states(module):
            groups.setdefault(type_of(state), []).append(name_of(state))
            if is_public(state) and "get" in forms:
                getter(forms["get"], state, lambda value: value)
            if is_public(state) and "set" in forms:
                setter(forms["set"], state, lambda value, _: value)
            state.operation.attributes["sym_visibility"] = ir.StringAttr.get("private", module.context)
        set_formats(module, {})
        body = module.regions[0].blocks[0]
        functions = {op.name.value: op for op in body.operations if isinstance(op, func.FuncOp)}
        # Behind all states: IREE converts loads and stores of those that it has seen already.
        with ir.InsertionPoint(body):
            for type_, names in groups.items():
                shape = "x".join(map(str, (*type_.shape, type_.element_type)))
                for form, unnamed in ((GET, None), (SET, REPLACE)):
                    found = [name for name in names if form.format(name) in functions]
                    made = [form.format(name) for name in found] + [unnamed.format(name) for name in names if unnamed]
                    if found:
                        _merge(form.format(shape), found, [functions[name] for name in made if name in functions])
