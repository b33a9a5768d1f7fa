"""What an optimizer keeps from step to step is found before a step is traced, or refused; nothing here is compiled."""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from fungible import Program, capture
from fungible.errors import CaptureError
from fungible.frontend import optimizers
from fungible.frontend.optimizers import numbers
from fungible.training.eager import EagerTwin
from programs import make_batch, make_state, make_step


class Own(torch.optim.Optimizer):
    """Calls `update(optimizer, parameter, state, group)` for each parameter that has a gradient."""

    def __init__(self, params, update, **options):
        super().__init__(params, {"lr": 0.1, **options})
        self.update = update
        self.count = 0

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    self.update(self, p, self.state[p], group)


def _capture(make, layer=None):
    model = layer or nn.Linear(4, 2)
    optimizer = make(model.parameters())
    return capture(make_step(model, optimizer), model=model, optimizer=optimizer, example=make_batch())


def _refused(update, match, **options):
    with pytest.raises(CaptureError, match=match):
        _capture(lambda params: Own(params, update, **options))


@pytest.mark.parametrize("kind, reason", [(torch.optim.LBFGS, "evaluates"), (torch.optim.SparseAdam, "sparse")])
def test_optimizers_that_no_graph_holds(kind, reason):
    with pytest.raises(CaptureError, match=f"optimizer {kind.__name__} is not supported: .*{reason}.*; use "):
        _capture(kind)


def test_lazily_created_state_has_its_values_before_the_first_step():
    state = make_state(_capture(lambda params: torch.optim.Rprop(params, lr=0.25)))
    assert torch.equal(state["optimizer.state.weight.step_size"].initial, torch.full((2, 4), 0.25))
    step = state["optimizer.param_groups.0.step"]
    assert step.initial == 0 and step.role == "counter"
    state = make_state(_capture(lambda params: torch.optim.ASGD(params, lr=0.5)))
    assert state["optimizer.param_groups.0.eta"].initial == 0.5 and state["optimizer.param_groups.0.mu"].initial == 1


def test_state_that_is_copied_from_parameters():
    layer = nn.Linear(4, 2)

    def update(optimizer, p, state, group):
        state.setdefault("slow", p.clone())
        p.sub_(p.grad, alpha=group["lr"])
        p.lerp_(state["slow"], 0.5)

    state = make_state(_capture(lambda params: Own(params, update), layer))
    assert torch.equal(state["optimizer.state.weight.slow"].initial, layer.weight)


def test_numbers_that_change_are_state_and_others_constants():
    def update(optimizer, p, state, group):
        if not state:
            state.update(step=0, decay=1.0, factor=0.5, kind="plain", nothing=None)
        state["step"] += 1
        state["decay"] *= 0.9
        group["seen"] = group["seen"] + 1
        optimizer.state["all"] = optimizer.state.get("all", 0)
        p.sub_(p.grad, alpha=group["lr"] * state["factor"] * state["decay"] / math.sqrt(state["step"] + group["seen"]))

    state = make_state(_capture(lambda params: Own(params, update, seen=3)))
    assert state["optimizer.param_groups.0.step"].initial.dtype == torch.int32
    assert state["optimizer.param_groups.0.decay"].initial == 1.0
    assert state["optimizer.param_groups.0.seen"].initial == 3
    assert not [name for name in state if name.endswith(("factor", "kind", "nothing", "all"))]


def test_state_that_depends_on_the_first_gradient():
    def update(optimizer, p, state, group):
        state["mean"] = state["mean"].lerp(p.grad, 0.1) if "mean" in state else p.grad.clone()
        p.sub_(state["mean"], alpha=group["lr"])

    _refused(update, "Own's state 'mean' of weight starts with a value that depends on the first gradient")
    with pytest.raises(CaptureError, match="'momentum_buffer' of weight"):
        _capture(lambda params: type("Mine", (torch.optim.SGD,), {})(params, lr=0.1, momentum=0.9))


def test_a_first_step_that_differs():
    def update(optimizer, p, state, group):
        state["step"] = state.get("step", 0) + 1
        p.sub_(p.grad, alpha=group["lr"] / state["step"])

    _refused(update, "the first step of optimizer Own differs from those after it .*create its state in __init__")


def test_values_that_change_outside_of_the_state():
    def update(optimizer, p, state, group):
        optimizer.count += 1
        p.sub_(p.grad, alpha=group["lr"] / optimizer.count)

    _refused(update, r"keeps a value that steps change in self\.count; keep it in self\.state\[p\]")

    def flag(optimizer, p, state, group):
        state["warm"] = "warm" in state
        p.sub_(p.grad, alpha=group["lr"])

    _refused(flag, "'warm' of weight is a bool that steps change")

    def history(optimizer, p, state, group):
        state.setdefault("history", []).append(p.grad.clone())

    _refused(history, "'history' of weight is a list that steps change|is a list with tensors")


def test_a_branch_on_a_number_that_changes_is_located():
    def update(optimizer, p, state, group):
        if not state:
            state["step"] = 0
        state["step"] += 1
        if state["step"] % 5 == 0:
            p.sub_(p.grad, alpha=group["lr"])

    _refused(update, r"test_optimizers\.py:\d+: .*branches on the value of a tensor")


def test_a_first_step_that_fails_is_said_in_one_line():
    def update(optimizer, p, state, group):
        raise ValueError("not today")

    _refused(update, "its first step, made on a copy to see its state, fails: ValueError: not today$")


def test_counters_that_parameters_change_differently_are_kept_once_a_parameter():
    def update(optimizer, p, state, group):
        if not state:
            state["step"] = torch.tensor(0.0)
        state["step"] += p.dim()
        p.sub_(p.grad, alpha=group["lr"] / state["step"])

    state = make_state(_capture(lambda params: Own(params, update)))
    assert {"optimizer.state.weight.step", "optimizer.state.bias.step"} <= set(state)

    class Part(nn.Linear):
        def forward(self, x):
            return F.linear(x, self.weight)

    state = make_state(_capture(torch.optim.NAdam, Part(4, 2)))
    assert {"optimizer.state.weight.step", "optimizer.state.weight.mu_product"} <= set(state)
    assert "optimizer.param_groups.0.step" not in state


def test_the_users_optimizer_is_left_as_it_was():
    def update(optimizer, p, state, group):
        state.setdefault("mean", torch.zeros_like(p))
        state["mean"].lerp_(p.grad, 0.1)
        p.sub_(state["mean"], alpha=group["lr"])

    layer = nn.Linear(4, 2)
    optimizer = Own(layer.parameters(), update)
    before = dict(vars(optimizer))
    weight, sqrt = layer.weight.detach().clone(), math.sqrt
    capture(make_step(layer, optimizer), model=layer, optimizer=optimizer, example=make_batch())
    assert vars(optimizer) == before and not optimizer.state
    assert torch.equal(layer.weight, weight) and math.sqrt is sqrt and "max" not in globals()
    assert not torch.compiler.is_compiling()


def test_names_of_several_models_and_optimizers():
    models = {"train": nn.Linear(4, 4), "b": nn.Linear(4, 2)}
    trained = [torch.optim.Adam(models["train"].parameters()), torch.optim.RMSprop(models["b"].parameters())]

    def step(batch):
        loss = F.cross_entropy(models["b"](models["train"](batch[0])), batch[1])
        loss.backward()
        for optimizer in trained:
            optimizer.step()
            optimizer.zero_grad()
        return loss

    state = make_state(capture(step, model=models, optimizer=tuple(trained), example=make_batch()))
    assert {"model.train.weight", "optimizer.0.state.train.weight.exp_avg"} <= set(state)
    assert "optimizer.0.param_groups.0.step" in state
    assert {"model.b.bias", "optimizer.1.state.b.weight.square_avg", "optimizer.1.param_groups.0.lr"} <= set(state)


@pytest.mark.parametrize(
    "model, optimizer, match",
    [
        ([], None, "model= is empty"),
        ([1], None, "model= holds a int as '0'"),
        ({"a.b": nn.Linear(1, 1)}, None, "model= has the key 'a.b'"),
        (nn.Linear(1, 1), 3, "optimizer is a int; expects a torch.optim.Optimizer"),
        (nn.Linear(1, 1), {1: None}, "optimizer= has the key 1"),
    ],
)
def test_what_is_no_model_or_optimizer(model, optimizer, match):
    with pytest.raises(CaptureError, match=match):
        capture(lambda batch: batch, model=model, optimizer=optimizer, example=torch.zeros(1))


def test_an_optimizer_that_is_passed_twice():
    optimizer = torch.optim.SGD(nn.Linear(1, 1).parameters(), lr=0.1)
    with pytest.raises(CaptureError, match="the same optimizer twice"):
        optimizers.named([optimizer, optimizer])


def test_differences_of_powers_keep_their_digits():
    step = torch.tensor(3.0)
    with numbers.allowed(torch.optim.RAdam):
        ours, negative = 1 - 0.9999**step, 0.9999**step - 1
        power = 0.9999**step
        power += 1
        changed = 1 - power
        doubled = torch.sub(0.5**step, 1, alpha=2)
    exact = -math.expm1(3 * math.log(0.9999))
    assert abs(float(ours) / exact - 1) < 3e-7 and float(negative) == -float(ours)
    assert abs(float(changed) + 1) < 1e-3 and float(doubled) == 0.125 - 2
    assert abs(float(1 - 0.9999**step) / exact - 1) > 1e-5  # what float32 gives otherwise


def test_scalar_tensors_as_numbers():
    x, y, z = (torch.rand(3, dtype=torch.float64) + 0.5 for _ in range(3))
    a = torch.tensor(0.25, dtype=torch.float64)
    with numbers.allowed(torch.optim.SGD):
        found = [
            x.add(y, alpha=a),
            torch.sub(x, y, alpha=a),
            x.clone().addcmul_(y, z, value=a),
            x.addcdiv(y, z, value=-a),
            x.clone().add_(a, y),
        ]
    wanted = [x + 0.25 * y, x - 0.25 * y, x + 0.25 * y * z, x - 0.25 * y / z, x + 0.25 * y]
    torch.testing.assert_close(found, wanted)


def test_scalars_of_16_bit_tensors_keep_their_digits():
    x, y = (torch.rand(64) + 0.5 for _ in range(2))
    x, y, rate = x.bfloat16(), y.bfloat16(), torch.tensor(0.001)
    with numbers.allowed(torch.optim.SGD):
        found = [x * rate, rate * x, x / rate, x.clone().mul_(rate), x.lerp(y, rate), x.add(y, alpha=rate), x * y]
    wanted = [x * 0.001, x * 0.001, x / 0.001, x * 0.001, x.lerp(y, 0.001), x.add(y, alpha=0.001), x * y]
    for ours, expected in zip(found, wanted):
        assert ours.dtype == torch.bfloat16
        assert float((ours != expected).float().mean()) < 0.05  # 0.001 has other last digits in float64


@pytest.mark.parametrize("kind", [torch.optim.SGD, torch.optim.RMSprop])
def test_hooks_around_a_step_are_traced(kind):
    model, kept = nn.Linear(4, 2), nn.Linear(4, 2)
    optimizer = kind(model.parameters(), lr=0.1)

    def keep(*_):
        with torch.no_grad():
            for p, e in zip(model.parameters(), kept.parameters()):
                e.lerp_(p, 0.5)

    optimizer.register_step_post_hook(keep)
    program = capture(make_step(model, optimizer), model=[model, kept], optimizer=optimizer, example=make_batch())
    assert ("state", "model.1.weight") in program.captured().functions[0].results


def test_the_eager_twin_of_an_own_step():
    def update(optimizer, p, state, group):
        if not state:
            state.update(step=0, factor=0.5, mean=torch.zeros_like(p))
        state["step"] += 1
        state["mean"].lerp_(p.grad, 0.1)
        p.sub_(state["mean"], alpha=group["lr"] * state["factor"] / state["step"])

    layer = nn.Linear(4, 2)
    optimizer = Own(layer.parameters(), update)
    program = Program(
        model=layer, optimizer=[optimizer], step=make_step(layer, optimizer), batches=[make_batch()], seed=0
    )
    twin, state = EagerTwin(program), program.initial_state()
    state["optimizer.0.param_groups.0.step"] = np.int32(6)
    state["optimizer.0.param_groups.0.lr"] = np.float32(0.125)
    twin.load(state)
    for name, value in state.items():
        np.testing.assert_array_equal(twin.read(name), value, err_msg=name)
    twin.step(make_batch())
    assert optimizer.state[layer.weight]["step"] == 7 and optimizer.param_groups[0]["lr"] == 0.125
