"""Writes of a recorded graph: rewritten where they are to whole tensors, and PyTorch's to make functional elsewhere."""

import pytest
import torch
import torch.nn.functional as F
from torch.fx.experimental.proxy_tensor import make_fx

from fungible.frontend import functionalization, graph


def _optimizer_writes(x, y):
    x.add_(y)
    x.mul_(x)
    y.copy_(x)
    x.add_(1)
    return x, y


def _view_before_write(x, y):
    product = x.t() @ y
    x.copy_(product)
    return x, y


def _norm_twice(x, y):
    mean, variance = y[0], y[1]
    mean, variance = mean.clone(), variance.clone()
    for _ in range(2):
        x = F.batch_norm(x, mean, variance, training=True)
    return x, mean, variance


def _norm_without_statistics(x, y):
    return F.batch_norm(x, None, None, training=True), y


def _write_to_view(x, y):
    x.t().mul_(2)
    x[0].copy_(y[1])
    return x, y


def _view_after_write(x, y):
    view = x.t()
    x.add_(y)
    return view @ y, x


def _write_in_other_type(x, y):
    x.copy_(y[0])
    count = torch.ones(3, dtype=torch.int64)
    count.mul_(2)
    return x, count


def _recorded(function, inputs):
    module = make_fx(function, tracing_mode="fake", _allow_non_fake_inputs=True)(*inputs)
    graph._clean(module)
    return module


def _inputs():
    generator = torch.Generator().manual_seed(0)
    return [torch.randn(3, 3, generator=generator) for _ in range(2)]


@pytest.mark.parametrize(
    ("function", "is_rewritten"),
    [
        (_optimizer_writes, True),
        (_view_before_write, True),
        (_norm_twice, True),
        (_norm_without_statistics, True),
        (_write_to_view, False),
        (_view_after_write, False),
        (_write_in_other_type, False),
    ],
)
def test_computes_the_same_and_writes_to_nothing(function, is_rewritten):
    recorded = _recorded(function, _inputs())
    functional = functionalization.functionalize(recorded, _inputs(), {})
    assert (functional is recorded) == is_rewritten
    graph._clean(functional)
    targets = [node.target for node in functional.graph.nodes if isinstance(node.target, torch._ops.OpOverload)]
    assert not any(target._schema.is_mutable for target in targets)
    assert torch.ops.aten.native_batch_norm.default not in targets
    for actual, expected in zip(functional(*_inputs()), function(*_inputs()), strict=True):
        torch.testing.assert_close(actual, expected, rtol=0, atol=0)


def test_a_write_whose_op_is_decomposed_is_left_to_pytorch():
    def function(x):
        x.sinh_()
        return [x]

    def sinh(x):
        return (x.exp() - (-x).exp()) / 2

    inputs = _inputs()[:1]
    functional = functionalization.functionalize(_recorded(function, inputs), inputs, {torch.ops.aten.sinh.default: sinh})
    assert torch.ops.aten.exp.default in {node.target for node in functional.graph.nodes}


def test_a_constant_that_is_written_is_an_error():
    constant = torch.zeros(3, 3)
    inputs = _inputs()[:1]
    recorded = _recorded(lambda x: [constant.add_(x)], inputs)
    with pytest.raises(RuntimeError, match="mutating a non-functional tensor"):
        functionalization.functionalize(recorded, inputs, {})
