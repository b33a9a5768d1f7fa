"""Losses over classes to linalg.

The score of a target is read at its index, and a gradient is written by comparing the class
with the target: no scatter. Targets are compared and clamped in 32 bits.
"""

from collections.abc import Callable
from math import inf, nan

from torch_mlir import ir

from fungible.dialects._base import integer, string
from fungible.dialects.fungible.loss import class_dimension

from ..._linalg import At, extract, index, like, pointwise, reduce_, tensor_type
from ..._scalar import constant, exp, int32, log, maximum, minimum, narrow_index, Scalar, select
from ..._sums import precise_sum


def _samples(scores: ir.RankedTensorType) -> tuple[int, ...]:
    """The dimensions that count samples."""
    return tuple(d for d in range(scores.rank) if d != class_dimension(scores.rank))


def _narrow(target: ir.Value) -> ir.Value:
    """Targets in 32 bits, where they are compared once for each class."""
    return pointwise(tensor_type(target.type.shape, int32()), [target], narrow_index)


def _clamped(target: Scalar, classes: int) -> Scalar:
    """The target as an index that is safe to read at."""
    return minimum(maximum(target, 0), classes - 1).to(ir.IndexType.get())


def _reduced(
    op: ir.OpView,
    scores: ir.Value,
    target: ir.Value,
    weights: list[ir.Value],
    statistics: list[ir.Value],
    loss_of: Callable[..., Scalar],
) -> list[ir.Value]:
    """Loss and total weight; `loss_of(score, *statistics)` is the loss of one sample, before weight."""
    ignored, reduction = integer(op, "ignore_index"), string(op, "reduction")
    dim, rank = class_dimension(scores.type.rank), scores.type.rank
    classes = scores.type.shape[dim]
    type_ = like(scores, list(target.type.shape))

    def weight_of(t):
        t = narrow_index(t)
        weight = extract(weights[0], _clamped(t, classes)) if weights else constant(type_.element_type, 1)
        return select(t.ne(ignored), weight, 0.0)

    def weighted_loss(t, weight, *statistics):
        t = narrow_index(t)
        position = [index(d) for d in range(rank - 1)]
        score = extract(scores, *position[:dim], _clamped(t, classes), *position[dim:])
        inside = t.ge(0) & t.lt(classes)
        value = select(inside, loss_of(score, *statistics) * weight, nan)
        return select(t.ne(ignored), value, 0.0)

    sample_weights = pointwise(type_, [target], weight_of)
    losses = pointwise(type_, [target, sample_weights, *statistics], weighted_loss)
    everything = tuple(range(type_.rank))
    total_weight = precise_sum(sample_weights, everything)
    if reduction == "none":
        return [losses, total_weight]
    total = precise_sum(losses, everything)
    if reduction == "mean":
        total = pointwise(total.type, [total, total_weight], lambda x, w: x / w)
    return [total, total_weight]


def _gradient_of_loss(op: ir.OpView, grad: ir.Value, total_weight: ir.Value) -> ir.Value:
    """The incoming gradient of each sample's weighted loss; a scalar unless the reduction is none."""
    if string(op, "reduction") != "mean":
        return grad
    return pointwise(grad.type, [grad, total_weight], lambda g, w: g / w)


def _nll_loss(op: ir.OpView) -> list[ir.Value]:
    log_probabilities, target, *weights = op.operation.operands
    return _reduced(op, log_probabilities, target, weights, [], lambda score: -score)


def _nll_loss_backward(op: ir.OpView) -> list[ir.Value]:
    grad, target, total_weight, *weights = op.operation.operands
    type_, ignored = op.operation.results[0].type, integer(op, "ignore_index")
    dim, samples = class_dimension(type_.rank), _samples(type_)
    grad = _gradient_of_loss(op, grad, total_weight)

    def write(t, g, weight=None):
        hit = index(dim).to(int32()).eq(t) & t.ne(ignored)
        return select(hit, -(g if weight is None else weight * g), 0.0)

    at_sample = At(grad, samples if grad.type.rank else ())
    return [
        pointwise(type_, [At(_narrow(target), samples), at_sample, *(At(w, (dim,)) for w in weights)], write)
    ]


def _cross_entropy(op: ir.OpView) -> list[ir.Value]:
    scores, target, *weights = op.operation.operands
    dim, samples = class_dimension(scores.type.rank), _samples(scores.type)
    top = reduce_(scores, (dim,), -inf, maximum)
    powers = pointwise(scores.type, [scores, At(top, samples)], lambda x, m: exp(x - m))
    normalizer = precise_sum(powers, (dim,))
    loss = _reduced(
        op, scores, target, weights, [top, normalizer], lambda x, m, total: log(total) - (x - m)
    )
    return [*loss, top, normalizer]


def _cross_entropy_backward(op: ir.OpView) -> list[ir.Value]:
    grad, scores, target, total_weight, top, normalizer, *weights = op.operation.operands
    type_, ignored = scores.type, integer(op, "ignore_index")
    dim, samples = class_dimension(type_.rank), _samples(type_)
    grad = _gradient_of_loss(op, grad, total_weight)

    def factor_of(t, g):
        t = narrow_index(t)
        if weights:
            g = g * extract(weights[0], _clamped(t, type_.shape[dim]))
        return select(t.ne(ignored), g, 0.0)

    factor = pointwise(top.type, [target, grad], factor_of)
    share = pointwise(top.type, [factor, normalizer], lambda f, total: f / total)

    def gradient(x, t, m, f, s):
        probable = exp(x - m) * s
        return select(index(dim).to(int32()).eq(t), probable - f, probable)

    per_sample = [At(value, samples) for value in (_narrow(target), top, factor, share)]
    return [pointwise(type_, [scores, *per_sample], gradient)]


LOWERINGS = {
    "fungible.nll_loss": _nll_loss,
    "fungible.nll_loss_backward": _nll_loss_backward,
    "fungible.cross_entropy": _cross_entropy,
    "fungible.cross_entropy_backward": _cross_entropy_backward,
}
