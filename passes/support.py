"""Which ops of a module have no lowering: each kind is tried on its own.

torch-mlir's conversions stop at the first op that they cannot convert. This finds the
others, so that a user learns of all of them at once. It runs after a failure only.
"""

from collections.abc import Sequence

from torch_mlir import ir

from . import _leftovers, custom, isolation, manager, pipelines
from ._leftovers import Leftover
from ._rewrite import operations
from .diagnostics import Collector

#: What the reason of an op says that makes torch-mlir's or MLIR's native code crash.
CRASHES = "it crashes the compiler"

#: From an op of the torch stage on; state is hoisted of whole functions.
_PIPELINE = ("raise-torch-to-fungible", "canonicalize", *pipelines.find("linalg").pipeline)


def _producers(op: ir.Operation, found: dict[ir.Value, ir.Operation]) -> None:
    """The constants and lists behind the operands, in the order in which they are needed."""
    for operand in op.operands:
        owner = operand.owner
        if isinstance(owner, ir.Block) or operand in found:
            continue
        name = owner.operation.name
        if name.startswith("torch.constant.") or name in ("torch.prim.ListConstruct", "torch.vtensor.literal"):
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
    """The `torch` ops of a module, at the `torch` or the `fungible` stage, that cannot become linalg.

    Each kind is lowered in a process of its own, since what failed may have crashed. The context
    of the module must not be multithreaded.
    """
    kinds: dict[str, list[ir.OpView]] = {}
    for op in operations(module):
        name = op.operation.name
        if name.startswith("torch.") and not name.startswith(("torch.constant.", "torch.prim.")) and op.results:
            types = ", ".join(str(value.type) for value in op.operation.operands)
            kinds.setdefault(f"{_leftovers.op_name(op)}({types})", []).append(op)
    failing: list[ir.OpView] = []
    reasons: dict[str, str] = {}
    for ops in kinds.values():
        reason = _reason(ops[0])
        if reason is not None:
            failing += ops
            reasons.setdefault(_leftovers.op_name(ops[0]), reason)
    found = _leftovers.count(failing)
    for entry in found:
        entry.reason = reasons[entry.name]
    return found


def _reason(op: ir.OpView) -> str | None:
    """Why the op alone cannot become linalg; None where it can, and empty where it simply has no lowering."""
    name = _leftovers.op_name(op)
    if op.operation.name == "torch.operator" and name not in custom.LOWERINGS and not _is_raised(name):
        return ""
    text = _alone(op.operation)
    try:
        return isolation.call(lambda: _lowered(op.context, text, _PIPELINE))
    except isolation.Crashed as crash:
        return f"{CRASHES} ({crash})"


def _is_raised(name: str) -> bool:
    from .conversion.raising import RAISINGS

    return name in RAISINGS


def _lowered(context: ir.Context, text: str, pipeline: Sequence[str]) -> str | None:
    with context, Collector(context) as collected:
        try:
            manager.run(ir.Module.parse(text).operation, pipeline)
        except ir.MLIRError:
            # Of our own passes alone: torch-mlir says no more than that it failed to legalize the op.
            own = [error.message for error in collected.errors if error.message.startswith("'torch.")]
            return own[0].partition(": ")[2] if own and "failed to legalize" not in own[0] else ""
    return None
