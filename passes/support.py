"""Which ops of a module have no lowering: each kind is tried on its own.

torch-mlir's conversions stop at the first op that they cannot convert. This finds the
others, so that a user learns of all of them at once. It runs after a failure only.
"""

from torch_mlir import ir

from . import _leftovers, manager, pipelines
from ._leftovers import Leftover
from ._rewrite import operations
from .diagnostics import Collector


def _producers(op: ir.Operation, found: dict[ir.Value, ir.Operation]) -> None:
    """The constants and lists behind the operands, in the order in which they are needed."""
    for operand in op.operands:
        owner = operand.owner
        if isinstance(owner, ir.Block) or operand in found:
            continue
        name = owner.operation.name
        if name.startswith("torch.constant.") or name == "torch.prim.ListConstruct":
            _producers(owner.operation, found)
            found[operand] = owner.operation


def _alone(op: ir.Operation) -> str:
    """A module that holds nothing but this op; its tensors are arguments."""
    producers: dict[ir.Value, ir.Operation] = {}
    _producers(op, producers)
    names: dict[ir.Value, str] = {value: f"%c{index}" for index, value in enumerate(producers)}
    arguments = []

    def name_of(value: ir.Value) -> str:
        if value not in names:
            names[value] = f"%a{len(arguments)}"
            arguments.append(f"{names[value]}: {value.type}")
        return names[value]

    def line(operation: ir.Operation, result: str) -> str:
        operands = ", ".join(name_of(value) for value in operation.operands)
        attributes = ", ".join(f"{attribute.name} = {attribute.attr}" for attribute in _named(operation))
        types = ", ".join(str(value.type) for value in operation.operands)
        results = ", ".join(str(value.type) for value in operation.results)
        return f'{result} = "{operation.name}"({operands}) {{{attributes}}} : ({types}) -> ({results})'

    body = [line(operation, names[value]) for value, operation in producers.items()]
    count = len(op.results)
    body.append(line(op, "%r" if count == 1 else f"%r:{count}"))
    values = ["%r"] if count == 1 else [f"%r#{index}" for index in range(count)]
    types = ", ".join(str(value.type) for value in op.results)
    returned = f"return {', '.join(values)} : {types}" if count else "return"
    return f"func.func @op({', '.join(arguments)}) -> ({types}) {{\n" + "\n".join(body) + f"\n{returned}\n}}"


def _named(operation: ir.Operation) -> list[ir.NamedAttribute]:
    return [operation.attributes[index] for index in range(len(operation.attributes))]


def unsupported(module: ir.Operation) -> list[Leftover]:
    """The `torch` ops of a module at the `fungible` stage that cannot become linalg."""
    kinds: dict[str, list[ir.OpView]] = {}
    for op in operations(module):
        name = op.operation.name
        if name.startswith("torch.") and not name.startswith(("torch.constant.", "torch.prim.")) and op.results:
            types = ", ".join(str(value.type) for value in op.operation.operands)
            kinds.setdefault(f"{_leftovers.op_name(op)}({types})", []).append(op)
    failing = []
    context = module.context
    for ops in kinds.values():
        with context, Collector(context):
            try:
                alone = ir.Module.parse(_alone(ops[0].operation))
                manager.run(alone.operation, pipelines.find("linalg").pipeline)
            except ir.MLIRError:
                failing += ops
    return _leftovers.count(failing)
