"""fungible-recompute"""

from dataclasses import dataclass

from torch_mlir import ir

from .._attributes import integer
from .._liveness import Block, Node, Value
from .._pass import Pass, fail
from .._recomputation import Clones, cost, is_cheap, is_repeatable
from .._rewrite import operations

#: So many ops in a row are run again at most for one value.
_LONGEST = 64

#: Steps without a lower peak after which there is no hope for one.
_PATIENCE = 100


#: Attribute of a module: its budget in bytes.
_BUDGET = "fungible.memory_budget"


def set_budget(module: ir.Operation, budget: int) -> None:
    """Makes the pass keep a module within so many bytes."""
    with module.context:
        module.attributes[_BUDGET] = integer(budget)


@dataclass(frozen=True)
class FungibleRecompute(Pass):
    """Computes activations a second time for the backward pass instead of keeping them.

    While more than `budget` bytes are live at one place of a training step, a value that is live
    there, and used after it, is computed again in front of its first use after it. Values that
    free many bytes for few operations come first; matrix products, convolutions and attention
    come only where nothing cheaper is left.

        %1 = "fungible.dropout"(%0, %seed, %step) {...}
        ...                                                   // the peak
        %8 = "fungible.layer_norm_backward"(%7, %1, ...)

    becomes

        %1 = "fungible.dropout"(%0, %seed, %step) {...}
        ...
        %5 = "fungible.barrier"(%0, %7)
        %6 = "fungible.dropout"(%5, %seed, %step) {...}
        %8 = "fungible.layer_norm_backward"(%7, %6, ...)

    Live bytes are those of all tensors between their definition and their last use, in the order of the ops:
    without arguments and state, and before ops are fused, so that the device needs less. Budget 0 is the
    module's attribute `fungible.memory_budget`, or no limit where it has none.

    Fails where the budget cannot be met, with the smallest number of bytes that was reached.
    """

    name = "fungible-recompute"

    budget: int = 0

    def run(self, module: ir.Operation) -> None:
        budget = self.budget
        if budget <= 0:
            if _BUDGET not in module.attributes:
                return
            budget = ir.IntegerAttr(module.attributes[_BUDGET]).value
        for op in operations(module):
            if op.operation.name != "func.func":
                continue
            name = ir.StringAttr(op.operation.attributes["sym_name"]).value
            if name == "step" or name.startswith("step_"):
                reached = _recompute(Block(op.operation.regions[0].blocks[0]), budget)
                if reached > budget:
                    message = f"'{name}' needs {reached} bytes of memory for intermediate tensors"
                    fail(op, f"{message} with all recomputation that helps; the budget is {budget} bytes")


def _recompute(block: Block, budget: int) -> int:
    """The smallest peak that was reached, in bytes; at most `budget` where it can be met."""
    best, since = None, 0
    while True:
        at, peak = max(block.live(), key=lambda pair: pair[1])
        if best is None or peak < best:
            best, since = peak, 0
        since += 1
        plan = None if peak <= budget or since > _PATIENCE else _best_plan(block, at)
        if plan is None:
            return best
        clones = Clones(block, plan.first, plan.chain, plan.after)
        for value, users in plan.late.items():
            block.replace(value, clones.value(value), users)


@dataclass
class _Plan:
    """To run `chain` again in front of `first` for the `late` users of values; `after` is computed just before."""

    chain: list[Node]
    first: Node
    late: dict[Value, list[Node]]
    after: Value
    gain: float


def _best_plan(block: Block, peak: Node) -> _Plan | None:
    last = block.last_uses()
    for admissible in (is_cheap, is_repeatable):
        plans = [
            plan
            for node in block.nodes[: peak.position]
            if is_repeatable(node) and admissible(node)
            for plan in [_plan(block, node, peak, last)]
            if plan is not None
        ]
        if plans:
            return max(plans, key=lambda plan: plan.gain)
    return None


def _plan(block: Block, node: Node, peak: Node, last: dict[Value, int]) -> _Plan | None:
    """How the results of a node leave the peak, and the bytes that this frees for each operation."""
    freed = [r for r in node.results if r.root is r and r.bytes and last[r] > peak.position]
    late = {
        view: users
        for result in freed
        for view in result.views
        if view.node.position <= peak.position
        for users in [[user for user in view.users if user.position > peak.position]]
        if users
    }
    if not late:
        return None
    first = min((user for users in late.values() for user in users), key=lambda user: user.position)
    after = block.latest(first)
    if after is None:
        return None
    chain: dict[Node, None] = {}
    longer: set[Value] = set()  # memory that would be kept for the chain

    def need(value: Value) -> None:
        maker, root = value.node, value.root
        if value.is_kept or maker in chain:
            return
        if root not in freed:
            if last[root] >= first.position:
                return
            if last[root] > peak.position or not (is_repeatable(maker) and is_cheap(maker)) or len(chain) > _LONGEST:
                longer.add(root)
                return
        for operand in maker.operands:
            need(operand)
        chain[maker] = None

    for value in late:
        need(value)
    gain = sum(root.bytes for root in freed) - sum(root.bytes for root in longer if last[root] <= peak.position)
    if gain <= 0:
        return None
    return _Plan(list(chain), first, late, after, gain / (1 + sum(cost(made) for made in chain)))
