"""fungible-hoist-state"""

from dataclasses import dataclass

from torch_mlir import ir
from torch_mlir.dialects import func

from fungible.dialects.fungible.state import StateOp, StateReadOp, StateWriteOp

from .._pass import Pass, fail
from .._torch import builtin_type, from_builtin, to_builtin


def _entry(attributes: ir.Attribute | None, index: int, name: str) -> str | None:
    if attributes is None:
        return None
    entry = ir.ArrayAttr(attributes)[index]
    return ir.StringAttr(entry[name]).value if name in entry else None


@dataclass(frozen=True)
class FungibleHoistState(Pass):
    """Turns state arguments and results of functions into state of the module.

        func.func @step(%w: !torch.vtensor<[4],f32> {fungible.state = "w", fungible.role = "parameter"},
                        %x: ...) -> (..., !torch.vtensor<[4],f32> {fungible.state = "w"})

    becomes

        "fungible.state"() {sym_name = "w", role = "parameter", type = tensor<4xf32>} : () -> ()
        func.func @step(%x: ...) -> ... {
          %0 = "fungible.state_read"() {state = @w} : () -> tensor<4xf32>
          ...
          "fungible.state_write"(%1) {state = @w} : (tensor<4xf32>) -> ()

    Reads stand at the start of a function and writes at its end, so that a function sees
    one version of its state throughout. Functions that share a name share the state.

    Fails on a role or type that two functions do not agree on, on a result that names a
    state that no argument declares or another result updates, and on a function with more than
    one block.
    """

    name = "fungible-hoist-state"

    def run(self, module: ir.Operation) -> None:
        block = module.regions[0].blocks[0]
        functions = [op for op in block.operations if isinstance(op, func.FuncOp) and not op.is_external]
        declared: dict[str, tuple[str, ir.Type]] = {}
        for function in functions:
            self._declare(function, declared)
        with module.location, ir.InsertionPoint.at_block_begin(block):
            for name, (role, type_) in declared.items():
                StateOp.create(
                    [],
                    [],
                    {
                        "sym_name": ir.StringAttr.get(name),
                        "role": ir.StringAttr.get(role),
                        "type": ir.TypeAttr.get(type_),
                    },
                )
        for function in functions:
            self._hoist(function, declared)

    def _declare(self, function: func.FuncOp, declared: dict[str, tuple[str, ir.Type]]) -> None:
        attributes = function.attributes["arg_attrs"] if "arg_attrs" in function.attributes else None
        for index, argument in enumerate(function.arguments):
            name = _entry(attributes, index, "fungible.state")
            if name is None:
                continue
            role = _entry(attributes, index, "fungible.role")
            if role is None:
                fail(function, f"state '{name}' of @{function.name.value} has no fungible.role")
            try:
                found = (role, builtin_type(argument.type))
            except ValueError as error:
                fail(function, f"state '{name}' of @{function.name.value}: {error}")
            if declared.setdefault(name, found) != found:
                fail(
                    function,
                    f"state '{name}' is a {found[0]} of type {found[1]} in @{function.name.value}, but a"
                    f" {declared[name][0]} of type {declared[name][1]} elsewhere",
                )

    def _hoist(self, function: func.FuncOp, declared: dict[str, tuple[str, ir.Type]]) -> None:
        label = function.name.value
        blocks = list(function.body.blocks)
        if len(blocks) != 1:
            fail(function, f"expects @{label} to have one block, but it has {len(blocks)}")
        entry = blocks[0]
        terminator = entry.operations[len(entry.operations) - 1]
        argument_attributes = function.attributes["arg_attrs"] if "arg_attrs" in function.attributes else None
        result_attributes = function.attributes["res_attrs"] if "res_attrs" in function.attributes else None

        kept_arguments = []
        for index, argument in enumerate(list(entry.arguments)):
            name = _entry(argument_attributes, index, "fungible.state")
            if name is None:
                kept_arguments.append(index)
                continue
            with function.location, ir.InsertionPoint.at_block_begin(entry):
                read = StateReadOp.create([declared[name][1]], [], {"state": ir.FlatSymbolRefAttr.get(name)})
                value = from_builtin(read.results[0], argument.type)
            argument.replace_all_uses_with(value)
        kept_results, written = [], set()
        for index, value in enumerate(terminator.operands):
            name = _entry(result_attributes, index, "fungible.state")
            if name is None:
                kept_results.append(index)
                continue
            if name not in declared:
                fail(function, f"result {index} of @{label} updates state '{name}', which no argument declares")
            if name in written:
                fail(function, f"result {index} of @{label} updates state '{name}', which another result updates")
            written.add(name)
            with terminator.location, ir.InsertionPoint(terminator):
                StateWriteOp.create([], [to_builtin(value)], {"state": ir.FlatSymbolRefAttr.get(name)})

        results = [terminator.operands[index] for index in kept_results]
        with terminator.location, ir.InsertionPoint(terminator):
            func.ReturnOp(results)
        terminator.operation.erase()
        for index in reversed(range(len(entry.arguments))):
            if index not in kept_arguments:
                entry.erase_argument(index)
        inputs = [argument.type for argument in entry.arguments]
        function.attributes["function_type"] = ir.TypeAttr.get(
            ir.FunctionType.get(inputs, [result.type for result in results])
        )
        for key, attributes, kept in (
            ("arg_attrs", argument_attributes, kept_arguments),
            ("res_attrs", result_attributes, kept_results),
        ):
            if attributes is not None:
                array = ir.ArrayAttr(attributes)
                function.attributes[key] = ir.ArrayAttr.get([array[index] for index in kept])
