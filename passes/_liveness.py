"""Bytes that are live at each place of a block, if its ops run in order.

Views of a tensor and its crossings between dialects are no memory of their own; arguments,
state and its new values are not counted, since state is there all the time.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from torch_mlir import ir

from ._torch import builtin_type

#: Ops whose result is the memory of their first operand.
_VIEWS = {
    "torch_c.from_builtin_tensor",
    "torch_c.to_builtin_tensor",
    *(
        f"torch.aten.{name}"
        for name in (
            "alias detach expand permute select.int slice.Tensor squeeze squeeze.dim squeeze.dims t transpose.int"
            " unsqueeze view _unsafe_view reshape"
        ).split()
    ),
}
_STATE = {"fungible.state_read", "torch.constant.device"}


def size(type_: ir.Type) -> int:
    """Bytes of a tensor; 0 for what is none."""
    try:
        tensor = type_ if isinstance(type_, ir.RankedTensorType) else builtin_type(type_)
    except ValueError:
        return 0
    if not tensor.has_static_shape:
        return 0
    element = tensor.element_type
    width = element.width if isinstance(element, (ir.FloatType, ir.IntegerType)) else 64
    return prod(tensor.shape) * max(1, width // 8)


class Node:
    """An op of the block in a graph that is cheap to walk."""

    __slots__ = ("op", "name", "operands", "results", "position")

    def __init__(self, op: ir.Operation, operands: list[Value]):
        self.op = op
        self.name = op.name
        self.operands = operands
        self.position = 0
        self.results = [Value(result, self) for result in op.results]
        for operand in operands:
            operand.users.append(self)


class Value:
    """An SSA value: what defines it (None for arguments), who uses it, and the value whose memory it is.

    `bytes` is the size of that memory where the value is no view.
    """

    __slots__ = ("ssa", "node", "users", "root", "views", "bytes")

    def __init__(self, ssa: ir.Value, node: Node | None):
        self.ssa = ssa
        self.node = node
        self.users: list[Node] = []
        self.root: Value = self
        self.views: list[Value] = [self]
        self.bytes = 0
        if node is None or node.name in _STATE:
            return
        if node.name in _VIEWS:
            self.root = node.operands[0].root
            self.root.views.append(self)
        else:
            self.bytes = size(ssa.type)

    @property
    def is_kept(self) -> bool:
        """Whether it is there all the time: of an argument, of state, or no tensor."""
        return self.root.bytes == 0


class Block:
    """The ops of a block in order, with what they compute from."""

    def __init__(self, block: ir.Block):
        self._values: dict[ir.Value, Value] = {argument: Value(argument, None) for argument in block.arguments}
        self.nodes = [self._node(op.operation) for op in block.operations]
        self._number()
        for node in self.nodes:
            if node.name == "fungible.state_write":
                node.operands[0].root.bytes = 0  # it takes the place of the old value

    def _node(self, op: ir.Operation) -> Node:
        node = Node(op, [self._values[operand] for operand in op.operands])
        for value in node.results:
            self._values[value.ssa] = value
        return node

    def _number(self) -> None:
        for position, node in enumerate(self.nodes):
            node.position = position

    def __contains__(self, ssa: ir.Value) -> bool:
        return ssa in self._values

    def value(self, ssa: ir.Value) -> Value:
        return self._values[ssa]

    def insert(self, ops: list[ir.Operation], before: Node) -> None:
        """Takes up ops that were built in front of a node's."""
        self.nodes[before.position : before.position] = [self._node(op) for op in ops]
        self._number()

    def latest(self, before: Node) -> Value | None:
        """The last tensor that is computed in front of a node."""
        for node in reversed(self.nodes[: before.position]):
            for result in node.results:
                if result.root is result and result.bytes and node.name != "fungible.barrier":
                    return result
        return None

    def replace(self, old: Value, new: Value, users: list[Node]) -> None:
        """Makes these users of a value use another one."""
        for node in users:
            for index, operand in enumerate(node.operands):
                if operand is old:
                    node.op.operands[index] = new.ssa
                    node.operands[index] = new
                    new.users.append(node)
        old.users = [user for user in old.users if user not in users]

    def last_uses(self) -> dict[Value, int]:
        """Memory (a root) -> where it is used last; its own place where nothing uses it."""
        last: dict[Value, int] = {}
        for node in self.nodes:
            for operand in node.operands:
                last[operand.root] = node.position
            for result in node.results:
                last.setdefault(result.root, node.position)
        return last

    def live(self) -> Iterator[tuple[Node, int]]:
        """Each node, and the bytes that are live while it runs, its operands and results among them."""
        last = self.last_uses()
        ends: dict[int, int] = {}
        total = 0
        for node in self.nodes:
            for result in node.results:
                if result.root is result and result.bytes:
                    total += result.bytes
                    ends[last[result]] = ends.get(last[result], 0) + result.bytes
            yield node, total
            total -= ends.pop(node.position, 0)
