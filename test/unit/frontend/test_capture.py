"""What a captured step holds, and that capturing leaves the user's objects alone."""

import copy
import gc

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from fungible import capture
from fungible.errors import CaptureError
from fungible.frontend.capture import leaf_names
from programs import make_batch, make_model, make_state, make_step


def test_state_has_the_names_of_state_dict_and_roles():
    model = make_model()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda epoch: 1.0 / (epoch + 1))
    program = capture(make_step(model, optimizer, scheduler), model=model, optimizer=optimizer, example=make_batch())
    state = make_state(program)
    assert {name.removeprefix("model.") for name in state if name.startswith("model.")} == set(model.state_dict())
    roles = {name: tensor.role for name, tensor in state.items()}
    assert roles["model.0.weight"] == "parameter"
    assert roles["model.1.running_mean"] == "buffer"
    assert roles["optimizer.state.0.weight.exp_avg"] == "optimizer"
    assert roles["optimizer.param_groups.0.lr"] == "optimizer"
    assert roles["optimizer.param_groups.0.step"] == "counter"
    assert roles["scheduler.last_epoch"] == "counter"
    assert roles["rng.seed"] == roles["rng.step"] == "rng"


def test_only_state_that_the_step_needs_is_captured():
    model = nn.Linear(4, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    program = capture(make_step(model, optimizer), model=model, optimizer=optimizer, example=make_batch())
    assert set(make_state(program)) == {"model.weight", "model.bias", "optimizer.param_groups.0.lr"}


@pytest.mark.parametrize("used_before", [False, True])
def test_model_and_optimizer_are_left_as_they_were(used_before):
    model = make_model()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 2)
    step = make_step(model, optimizer, scheduler)
    if used_before:
        step(make_batch())
    model[1].eval()
    before = copy.deepcopy((model.state_dict(), optimizer.state_dict(), scheduler.state_dict()))
    objects = [id(p) for p in model.parameters()] + [id(p) for p in optimizer.param_groups[0]["params"]]
    modes = [module.training for module in model.modules()]
    gradients = [None if p.grad is None else p.grad.clone() for p in model.parameters()]

    capture(step, model=model, optimizer=optimizer, example=make_batch())

    after = (model.state_dict(), optimizer.state_dict(), scheduler.state_dict())
    torch.testing.assert_close(after, before, rtol=0, atol=0)
    assert [id(p) for p in model.parameters()] + [id(p) for p in optimizer.param_groups[0]["params"]] == objects
    assert [module.training for module in model.modules()] == modes
    for parameter, gradient in zip(model.parameters(), gradients):
        assert (parameter.grad is None) == (gradient is None)
        assert gradient is None or torch.equal(parameter.grad, gradient)
    step(make_batch())  # still works


def test_capture_draws_nothing_from_the_random_generator():
    model = make_model()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    example = make_batch()
    before = torch.random.get_rng_state()
    capture(make_step(model, optimizer), model=model, optimizer=optimizer, example=example)
    assert torch.equal(torch.random.get_rng_state(), before)


def test_existing_optimizer_state_is_the_initial_state():
    model = nn.Linear(4, 2)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    step = make_step(model, optimizer)
    for _ in range(3):
        step(make_batch())
    state = make_state(capture(step, model=model, optimizer=optimizer, example=make_batch()))
    assert state["optimizer.param_groups.0.step"].initial == 3
    expected = optimizer.state[model.weight]["exp_avg"]
    assert torch.equal(state["optimizer.state.weight.exp_avg"].initial, expected)


def test_what_has_one_value_everywhere_is_traced_as_any_other_and_is_a_copy():
    model = nn.Linear(4, 2)
    shared = torch.tensor(2.0)
    model.register_buffer("scale", shared.expand(2, 3))
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)

    def step(batch):
        optimizer.zero_grad()
        loss = (model(batch) ** 2).mean() * model.scale.contiguous().view(6).sum()
        loss.backward()
        optimizer.step()
        return loss

    program = capture(step, model=model, optimizer=optimizer, example=torch.ones(3, 4))
    shared.fill_(5.0)
    state = program.initial_state()
    assert (state["model.scale"] == 2).all()
    assert not state["optimizer.state.weight.exp_avg"].any() and state["optimizer.state.weight.exp_avg"].flags.c_contiguous
    examples = [node.meta["val"] for node in program.captured().functions[0].module.graph.find_nodes(op="placeholder")]
    assert all(example.is_contiguous() for example in examples)


def test_the_garbage_collector_is_on_again():
    model = make_model()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    assert gc.isenabled()
    capture(make_step(model, optimizer), model=model, optimizer=optimizer, example=make_batch())
    with pytest.raises(CaptureError):
        capture(lambda batch: 1, model=model, optimizer=optimizer, example=make_batch())
    assert gc.isenabled()


def test_parameters_with_different_step_counts_keep_their_own():
    model = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 2))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    model[1].requires_grad_(False)
    step = make_step(model, optimizer)
    step(make_batch())
    model[1].requires_grad_(True)
    state = make_state(capture(step, model=model, optimizer=optimizer, example=make_batch()))
    assert state["optimizer.state.0.weight.step"].initial == 1
    assert state["optimizer.state.1.weight.step"].initial == 0
    assert "optimizer.param_groups.0.step" not in state


def test_gradients_that_no_step_clears_are_state():
    model = nn.Linear(4, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def step(batch):
        loss = F.cross_entropy(model(batch[0]), batch[1])
        loss.backward()
        optimizer.step()
        return loss

    assert "gradient.weight" in make_state(capture(step, model=model, optimizer=optimizer, example=make_batch()))

    def clearing(batch):
        loss = step(batch)
        optimizer.zero_grad()
        return loss

    assert "gradient.weight" not in make_state(capture(clearing, model=model, optimizer=optimizer, example=make_batch()))


@pytest.mark.parametrize("set_to_none", [False, True])
def test_cleared_gradients_are_no_state(set_to_none):
    model = nn.Linear(4, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def step(batch):
        optimizer.zero_grad(set_to_none=set_to_none)
        loss = F.cross_entropy(model(batch[0]), batch[1])
        loss.backward()
        optimizer.step()
        return loss

    assert "gradient.weight" not in make_state(capture(step, model=model, optimizer=optimizer, example=make_batch()))


def test_tied_weights_are_one_state_tensor():
    class Tied(nn.Module):
        def __init__(self):
            super().__init__()
            self.embed = nn.Embedding(8, 4)
            self.head = nn.Linear(4, 8, bias=False)
            self.head.weight = self.embed.weight

        def forward(self, x):
            return self.head(self.embed(x))

    model = Tied()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    batch = torch.randint(0, 8, (6,)), torch.randint(0, 8, (6,))
    names = set(make_state(capture(make_step(model, optimizer), model=model, optimizer=optimizer, example=batch)))
    assert names == {"model.embed.weight", "optimizer.param_groups.0.lr"}


def test_a_loss_function_stands_in_for_a_step():
    model = nn.Linear(4, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    program = capture(model=model, optimizer=optimizer, loss=F.cross_entropy, example=make_batch())
    assert ("state", "model.weight") in program.captured().functions[0].results
    with pytest.raises(TypeError, match="not both"):
        capture(model=model, optimizer=optimizer, example=make_batch())


def test_a_scheduler_hidden_from_the_step_is_found():
    model = nn.Linear(4, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    holder = {"scheduler": torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.5)}

    def step(batch):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(batch[0]), batch[1])
        loss.backward()
        optimizer.step()
        holder["scheduler"].step()
        return loss

    state = make_state(capture(step, model=model, optimizer=optimizer, example=make_batch(), horizon=8))
    assert state["scheduler.lr_table"].initial.tolist() == [[0.5 * 0.5**i for i in range(8)]]


def test_item_that_is_only_reported_is_a_tensor():
    model = nn.Linear(4, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    step = make_step(model, optimizer)
    program = capture(lambda batch: step(batch).item(), model=model, optimizer=optimizer, example=make_batch())
    assert program.captured().functions[0].outputs.shape == ()


def test_leaf_names_read_like_python():
    tree = (torch.zeros(1), {"x": [torch.zeros(1)]})
    assert [name for name, _ in leaf_names(tree, "batch")] == ["batch[0]", "batch[1]['x'][0]"]
