"""Recognises losses over classes.

`cross_entropy` reaches us as a log-softmax and a negative log likelihood. Where nobody else
uses the log probabilities the two become one op, and so do their gradients.
"""

from torch_mlir import ir

from fungible.dialects.fungible import loss, numerics

from ..._attributes import integer, string
from ..._torch import builtin_type, constant_int, from_builtins, is_none, to_builtin

#: PyTorch's numbers for the reductions.
_REDUCTIONS = ("none", "mean", "sum")

#: What may use the log probabilities of a cross entropy.
_CROSS_ENTROPY_USERS = {
    "torch.aten.nll_loss_forward",
    "torch.aten.nll_loss_backward",
    "torch.aten.nll_loss2d_forward",
    "torch.aten.nll_loss2d_backward",
    "torch.aten._log_softmax_backward_data",
}


def _attributes(reduction: ir.Value, ignore_index: ir.Value) -> dict[str, ir.Attribute]:
    return {
        "reduction": string(_REDUCTIONS[constant_int(reduction)]),
        "ignore_index": integer(constant_int(ignore_index)),
        "numerics": numerics.fast(),
    }


def _weights(weight: ir.Value) -> list[ir.Value]:
    return [] if is_none(weight) else [to_builtin(weight)]


def _producer(value: ir.Value, name: str) -> ir.Operation | None:
    """The op of that name whose result this is, seen through the cast to a torch tensor."""
    owner = value.owner
    if not isinstance(owner, ir.Block) and owner.operation.name == "torch_c.from_builtin_tensor":
        owner = owner.operation.operands[0].owner
    return None if isinstance(owner, ir.Block) or owner.operation.name != name else owner.operation


def _scores(log_probabilities: ir.Value) -> ir.Value | None:
    """The scores, where these are their log probabilities and good for nothing but the loss."""
    softmax = _producer(log_probabilities, "fungible.log_softmax")
    rank = len(builtin_type(log_probabilities.type).shape)
    if softmax is None or ir.IntegerAttr(softmax.attributes["dim"]).value != loss.class_dimension(rank):
        return None
    if any(use.owner.operation.name not in _CROSS_ENTROPY_USERS for use in log_probabilities.uses):
        return None
    return softmax.operands[0]


def _forward(op: ir.OpView) -> list[ir.Value]:
    log_probabilities, target, weight, reduction, ignore_index = op.operation.operands
    attributes = _attributes(reduction, ignore_index)
    types = [builtin_type(result.type) for result in op.operation.results]
    scores = _scores(log_probabilities)
    if scores is None:
        operands = [to_builtin(log_probabilities), to_builtin(target), *_weights(weight)]
        return from_builtins(loss.NllLossOp.create(types, operands, attributes).results, op)
    target = to_builtin(target)
    samples = ir.RankedTensorType.get(target.type.shape, scores.type.element_type)
    raised = loss.CrossEntropyOp.create(
        [*types, samples, samples], [scores, target, *_weights(weight)], attributes
    )
    return from_builtins(raised.results[:2], op)


def _backward(op: ir.OpView) -> list[ir.Value]:
    grad_output, _, target, weight, reduction, ignore_index, total_weight = op.operation.operands
    raised = loss.NllLossBackwardOp.create(
        [builtin_type(op.operation.results[0].type)],
        [to_builtin(grad_output), to_builtin(target), to_builtin(total_weight), *_weights(weight)],
        _attributes(reduction, ignore_index),
    )
    return from_builtins(raised.results, op)


def cross_entropy_backward(op: ir.OpView) -> list[ir.Value] | None:
    """The gradient of a log-softmax as that of a cross entropy, where it is one."""
    grad_output, log_probabilities, _, _ = op.operation.operands
    gradient = _producer(grad_output, "fungible.nll_loss_backward")
    softmax = _producer(log_probabilities, "fungible.log_softmax")
    if gradient is None or softmax is None:
        return None
    incoming, target, total_weight, *weights = gradient.operands
    forward = _producer(total_weight, "fungible.cross_entropy")
    if forward is None or forward.operands[0] != softmax.operands[0]:
        return None
    operands = [incoming, softmax.operands[0], target, total_weight, *list(forward.results)[2:], *weights]
    attributes = {name: gradient.attributes[name] for name in ("reduction", "ignore_index", "numerics")}
    raised = loss.CrossEntropyBackwardOp.create([softmax.operands[0].type], operands, attributes)
    return from_builtins(raised.results, op)


RAISINGS = {
    "torch.aten.nll_loss_forward": _forward,
    "torch.aten.nll_loss2d_forward": _forward,
    "torch.aten.nll_loss_backward": _backward,
    "torch.aten.nll_loss2d_backward": _backward,
}
