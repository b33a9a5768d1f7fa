"""`torch.compile(..., backend="fungible")` does to values, gradients, strides and buffers what eager does."""

import copy

import pytest
import torch
import torch.utils.checkpoint
from torch import nn
from torch.nn import functional as F
from torch.utils import _pytree as pytree


@pytest.fixture(autouse=True)
def fresh():
    torch._dynamo.reset()
    torch.manual_seed(0)


def compiled(function):
    return torch.compile(function, backend="fungible")


def _run(function, owner, inputs, differentiable):
    """Results, gradients of parameters and inputs, buffers, and the inputs afterwards."""
    inputs = [x.clone().requires_grad_(i in differentiable) for i, x in enumerate(inputs)]
    results = pytree.tree_leaves(function(*inputs))
    losses = [x.square().sum() for x in results if isinstance(x, torch.Tensor) and x.requires_grad]
    if losses:
        sum(losses).backward()
    tensors = [*(owner.parameters() if owner else ()), *inputs]
    kept = [*(owner.buffers() if owner else ()), *(x.detach() for x in inputs)]
    return [*results, *(x.grad for x in tensors), *kept]


def check(model, *inputs, differentiable=(), rtol=1e-5):
    owner = model if isinstance(model, nn.Module) else None
    own = copy.deepcopy(model)
    expected = _run(model, owner, inputs, differentiable)
    got = _run(compiled(own), own if owner else None, inputs, differentiable)
    assert len(got) == len(expected)
    for mine, eagers in zip(got, expected):
        if isinstance(eagers, torch.Tensor):
            assert mine.stride() == eagers.stride()
            torch.testing.assert_close(mine, eagers, rtol=rtol, atol=1e-5)
        else:
            assert mine == eagers


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.norm, self.second = nn.Linear(4, 6), nn.BatchNorm1d(6), nn.Linear(6, 2)

    def forward(self, x):
        hidden = self.norm(self.first(x)).relu()
        return self.second(hidden), hidden.t(), None, 3


@pytest.mark.parametrize("train", [True, False])
def test_batch_norm_and_several_results(train):
    check(Network().train(train), torch.randn(8, 4), differentiable=[0])


def test_parameters_without_gradients():
    network = Network()
    network.first.weight.requires_grad_(False)
    check(network, torch.randn(8, 4))


def test_a_graph_break_makes_two_graphs():
    def function(x):
        y = x.sin()
        torch._dynamo.graph_break()
        return y.transpose(0, 1) * 2

    check(function, torch.randn(3, 4), differentiable=[0])


def test_writes_to_buffers_inputs_and_results():
    class Counter(nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("calls", torch.zeros((), dtype=torch.long))
            self.register_buffer("average", torch.ones(3))

        def forward(self, x, y):
            self.calls += 1
            self.average.mul_(0.5).add_(x.detach().mean(0), alpha=0.5)
            y.add_(1)
            x = x.clone()
            x[0] = 1
            return x * self.average, y.view(-1), self.calls

    check(Counter(), torch.randn(2, 3), torch.randn(2, 2), differentiable=[0])


def test_dtypes_and_numbers():
    def function(half, integer, flag, double):
        made = torch.arange(3), torch.ones(2, 2)
        computed = half * 2.5, integer + 1, integer > 1, ~flag, double.sqrt(), half.to(torch.float64)
        return computed, integer.shape[0], made

    tensors = torch.randn(3, 3).bfloat16(), torch.arange(3), torch.tensor([True, False]), torch.rand(2).double()
    check(function, *tensors)


def test_layouts():
    def function(x, empty):
        return x.permute(0, 2, 1) * 2, (x + 1).permute(2, 0, 1), x.view(-1), x, empty + 1

    check(function, torch.randn(3, 5, 4).transpose(1, 2).contiguous(), torch.randn(0, 4), differentiable=[0])
    check(lambda x: x.t() @ x, torch.randn(5, 4).t(), differentiable=[0])


def test_checkpoints():
    class Checkpointed(Network):
        def forward(self, x):
            function = lambda v: self.second(self.first(v).tanh())  # noqa: E731
            return torch.utils.checkpoint.checkpoint(function, x, use_reentrant=False)

    check(Checkpointed(), torch.randn(3, 4), differentiable=[0])


def test_large_results_are_not_copied_and_not_shared():
    @compiled
    def function(x):
        return x + 1, x * 2

    x = torch.randn(600, 600)
    with torch.no_grad():
        first, second = function(x)
        kept = second.clone()
        first.zero_()
        function(x)
    torch.testing.assert_close(second, kept, rtol=0, atol=0)
    torch.testing.assert_close(second, x * 2)


def test_each_shape_and_number_is_a_graph_of_its_own():
    @compiled
    def function(x, factor):
        return x * factor + x.shape[0]

    for length in (3, 4, 5, 3):
        torch.testing.assert_close(function(torch.ones(length, 2), length), torch.full((length, 2), 2.0 * length))
    for factor in (0.5, 0.25, 0.125):
        assert float(compiled(lambda x, by: x * by)(torch.ones(()), factor)) == factor


def test_random_functions_draw_from_torchs_generator():
    @compiled
    def function(x):
        return F.dropout(x, 0.25), torch.rand_like(x), torch.randn(2, 3)

    x = torch.ones(4096, requires_grad=True)
    torch.manual_seed(1)
    dropped, uniform, normal = function(x)
    (gradient,) = torch.autograd.grad(dropped.sum(), x)
    torch.testing.assert_close(gradient, dropped.detach(), rtol=0, atol=0)
    assert set(dropped.tolist()) == {0.0, float(torch.tensor(1 / 0.75))}
    assert abs(float((dropped == 0).float().mean()) - 0.25) < 0.03
    assert abs(float(uniform.mean()) - 0.5) < 0.03
    another = function(x)
    assert not torch.equal(another[0], dropped) and not torch.equal(another[2], normal)
    torch.manual_seed(1)
    again = function(x)
    for mine, before in zip(again, (dropped, uniform, normal)):
        assert torch.equal(mine, before)


def _refusal(function, *inputs) -> str:
    with pytest.raises(torch._dynamo.exc.BackendCompilerFailed) as caught:
        compiled(function)(*inputs)
    return str(caught.value)


def test_ops_without_lowering_are_named_with_their_lines():
    def function(x):
        return torch.special.airy_ai(x) + torch.special.airy_ai(x + 1) + torch.special.bessel_y0(x)

    message = _refusal(function, torch.ones(3))
    assert "CompilationError" in message and "no lowering for 2 kinds of op" in message
    assert f"2 x torch.aten.special_airy_ai  (first at {__file__}:" in message
    assert "1 x torch.aten.special_bessel_y0" in message


def test_suppress_errors_is_the_way_back_to_eager():
    with torch._dynamo.config.patch(suppress_errors=True):
        found = compiled(lambda x: torch.special.airy_ai(x) + 1)(torch.ones(3))
    assert torch.equal(found, torch.special.airy_ai(torch.ones(3)) + 1)


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"options": {"targt": "cpu"}}, "has no option 'targt'; did you mean 'target'?"),
        ({"options": {"target": "cpx"}}, "unknown target 'cpx'; did you mean 'cpu'?"),
        ({"mode": "max-autotune"}, "leave mode= out"),
    ],
)
def test_wrong_options_are_named(arguments, message):
    function = torch.compile(lambda x: x + 1, backend="fungible", **arguments)
    with pytest.raises(torch._dynamo.exc.BackendCompilerFailed) as caught:
        function(torch.ones(1))
    assert message in str(caught.value)


def test_another_target():
    function = torch.compile(lambda x: x * 2, backend="fungible", options={"target": "cpu:generic"})
    torch.testing.assert_close(function(torch.ones(2)), torch.full((2,), 2.0))


def test_pytorch_lists_the_backend():
    assert "fungible" in torch._dynamo.list_backends()
