"""Which ops can be run a second time, what that costs, and how they are cloned behind barriers."""

from __future__ import annotations

from collections.abc import Iterable

from torch_mlir import ir

from fungible.dialects.fungible.barrier import BarrierOp

from ._liveness import Block, Node, Value, size
from ._torch import from_builtin, to_builtin

#: Operations per element of the results; ops that are not here run a second time only where nothing else helps.
_CHEAP = {
    "fungible.batch_norm": 8,
    "fungible.batch_norm_inference": 4,
    "fungible.dropout": 16,
    "fungible.embedding": 2,
    "fungible.group_norm": 8,
    "fungible.layer_norm": 8,
    "fungible.log_softmax": 8,
    "fungible.softmax": 8,
    "fungible.uniform": 16,
    **{
        f"torch.aten.{name}": 2
        for name in (
            "abs add.Scalar add.Tensor bitwise_and.Tensor bitwise_not cat"
            " clamp clamp_max clamp_min clone cos div.Scalar"
            " div.Tensor elu eq.Scalar eq.Tensor erf exp full ge.Scalar ge.Tensor gelu gt.Scalar gt.Tensor hardsigmoid"
            " hardswish le.Scalar le.Tensor leaky_relu log log1p logical_and logical_not lt.Scalar lt.Tensor"
            " masked_fill.Scalar maximum minimum mul.Scalar mul.Tensor ne.Scalar ne.Tensor neg ones_like"
            " pow.Tensor_Scalar reciprocal relu rsqrt sigmoid silu sin softplus sqrt stack sub.Scalar sub.Tensor tanh"
            " where.ScalarOther where.ScalarSelf where.self zeros_like _to_copy"
        ).split()
    },
}

#: What an op that is not cheap costs per element of its results: a matrix product of middling depth.
_DEAR = 1000

#: Ops that have to run once.
_ONCE = ("fungible.state_", "fungible.barrier", "func.", "torch.operator")


def is_cheap(node: Node) -> bool:
    return node.name in _CHEAP or all(result.root is not result for result in node.results)


def is_repeatable(node: Node) -> bool:
    return not node.name.startswith(_ONCE) and not node.op.regions


def cost(node: Node) -> int:
    """Operations that the op takes, roughly."""
    return _CHEAP.get(node.name, _DEAR) * sum(result.bytes for result in node.results) // 4


class Clones:
    """Puts clones of ops in front of a node, behind barriers; each value is made once for it."""

    def __init__(self, block: Block, before: Node, chain: Iterable[Node], after: Value):
        self._block = block
        self._before = before
        self._after = after
        self._ops: list[ir.Operation] = []
        self._new: dict[Value, ir.Value] = {}
        with ir.InsertionPoint(before.op), before.op.location:
            for node in chain:
                self._clone(node)
        block.insert(self._ops, before)

    def value(self, old: Value) -> Value:
        """The clone's result in place of a result of a cloned op."""
        return self._block.value(self._new[old])

    def _clone(self, node: Node) -> None:
        behind = {operand for operand in node.operands if operand not in self._new and not operand.is_kept}
        made = any(operand in self._new for operand in node.operands)
        if not made and not behind:
            # Nothing else would tell it from the op itself.
            tensors = [operand for operand in node.operands if size(operand.ssa.type)]
            behind = {min(tensors, key=lambda value: size(value.ssa.type))} if tensors else set()
        operands = [
            self._barrier(operand) if operand in behind else self._new.get(operand, operand.ssa)
            for operand in node.operands
        ]
        op = node.op.clone()
        for index, operand in enumerate(operands):
            op.operands[index] = operand
        self._ops.append(op.operation)
        self._new |= {old: new for old, new in zip(node.results, op.operation.results)}

    def _barrier(self, value: Value) -> ir.Value:
        operands = [self._builtin(value.ssa), self._builtin(self._after.ssa)]
        result = BarrierOp.create([operands[0].type], operands)
        self._ops.append(result.operation)
        new = result.operation.results[0]
        if value.ssa.type != new.type:
            new = from_builtin(new, value.ssa.type)
            self._ops.append(new.owner)
        self._new[value] = new
        return new

    def _builtin(self, value: ir.Value) -> ir.Value:
        if isinstance(value.type, ir.RankedTensorType):
            return value
        result = to_builtin(value)
        if result not in self._block:
            self._ops.append(result.owner)
        return result
