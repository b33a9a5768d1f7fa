"""Compiled steps against PyTorch eager: optimizers with their options, schedules, and what a step may do.

Every program trains a few steps in both; losses, parameters and optimizer state agree to
what float32 allows.
"""

import os

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from fungible import capture
from fungible.frontend.random import CounterBased

slow = pytest.mark.skipif(os.environ.get("FUNGIBLE_TEST_SLOW") != "1", reason="slow: as the others, run lit with --param slow=1")

STEPS = 6


def _model():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 3))


def _batches():
    generator = torch.Generator().manual_seed(1)
    return [
        (torch.randn(16, 4, generator=generator), torch.randint(0, 3, (16,), generator=generator))
        for _ in range(STEPS)
    ]


def _step(model, optimizer, scheduler=None):
    def step(batch):
        x, y = batch
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        if scheduler is not None:
            scheduler.step()
        return loss

    return step


def _agree(model, optimizer, step, **options):
    """Trains compiled, then eager from the same start, and compares all that both have."""
    batches = _batches()
    program = capture(step, model=model, optimizer=optimizer, example=batches[0], **options)
    artifact = program.compile()
    session = artifact.on("cpu")
    compiled = [float(session.step(batch)) for batch in batches]
    seed, counter = (artifact.state.get(f"rng.{name}") for name in ("seed", "step"))
    eager = []
    for index, batch in enumerate(batches):
        if seed is None:
            eager.append(float(step(batch).detach()))
            continue
        with CounterBased(torch.tensor(seed), torch.tensor(int(counter) + index, dtype=torch.int32)):
            eager.append(float(step(batch).detach()))
    np.testing.assert_allclose(compiled, eager, rtol=2e-5)
    for name, tensor in (*model.named_parameters(), *model.named_buffers()):
        value = session.state[f"model.{name}"]
        np.testing.assert_allclose(value, tensor.detach().numpy(), rtol=2e-4, atol=2e-6, err_msg=name)
    if optimizer is None:
        return session
    names = {id(p): name for name, p in model.named_parameters()}
    for parameter, state in optimizer.state.items():
        for key, value in state.items():
            name = f"optimizer.state.{names[id(parameter)]}.{key}"
            if key != "step" and value is not None and name in session.state:
                np.testing.assert_allclose(session.state[name], value.numpy(), rtol=2e-4, atol=2e-6, err_msg=name)
    for index, group in enumerate(optimizer.param_groups):
        rate = session.state[f"optimizer.param_groups.{index}.lr"]
        np.testing.assert_allclose(rate, float(group["lr"]), rtol=1e-6)
    return session


OPTIMIZERS = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.1),
    "sgd weight decay, maximize": lambda p: torch.optim.SGD(p, lr=0.1, weight_decay=0.1, maximize=True),
    "sgd momentum": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.01),
    "sgd dampening": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, dampening=0.3),
    "sgd nesterov": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
    "adam": lambda p: torch.optim.Adam(p, lr=0.01, betas=(0.8, 0.95), eps=1e-6),
    "adam amsgrad, weight decay": lambda p: torch.optim.Adam(p, lr=0.01, amsgrad=True, weight_decay=0.1),
    "adamw": lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.1),
    "adamw amsgrad, maximize": lambda p: torch.optim.AdamW(p, lr=0.01, amsgrad=True, maximize=True),
    "adamw fused, tensor rate": lambda p: torch.optim.AdamW(p, lr=torch.tensor(0.01), fused=True),
}


#: The options of the others are in these or, without a step around them, in `unit/lowering/test_optimizer.py`.
_ALWAYS = ("sgd momentum", "sgd nesterov", "adam amsgrad, weight decay", "adamw", "adamw fused, tensor rate")


@pytest.mark.parametrize("name", [pytest.param(name, marks=() if name in _ALWAYS else slow) for name in OPTIMIZERS])
def test_optimizers(name):
    model = _model()
    optimizer = OPTIMIZERS[name](model.parameters())
    _agree(model, optimizer, _step(model, optimizer))


@pytest.mark.parametrize("name", ["sgd dampening", "adamw"])
def test_an_optimizer_that_has_stepped_before(name):
    model = _model()
    optimizer = OPTIMIZERS[name](model.parameters())
    step = _step(model, optimizer)
    for batch in _batches()[:2]:
        step(batch)
    _agree(model, optimizer, step)


def test_parameter_groups():
    model = _model()
    optimizer = torch.optim.AdamW(
        [
            {"params": model[0].parameters(), "lr": 0.01},
            {"params": model[2].parameters(), "lr": 0.001, "weight_decay": 0.0, "betas": (0.5, 0.9)},
        ]
    )
    _agree(model, optimizer, _step(model, optimizer))


def test_frozen_parameters():
    model = _model()
    model[0].requires_grad_(False)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    _agree(model, optimizer, _step(model, optimizer))


class _Partial(nn.Module):
    """A layer that no step uses, and statistics that nobody updates."""

    def __init__(self):
        super().__init__()
        self.used, self.unused = nn.Linear(4, 3), nn.Linear(2, 2)
        self.norm = nn.BatchNorm1d(3).eval()

    def forward(self, x):
        return self.norm(self.used(x))


def test_parts_of_the_model_that_a_step_leaves_alone():
    model = _Partial()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    session = _agree(model, optimizer, _step(model, optimizer))
    assert {f"model.{name}" for name in model.state_dict()} <= set(session.state)


def test_gradients_of_which_a_step_clears_some():
    model = _model()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def step(batch):
        model[0].zero_grad()
        loss = F.cross_entropy(model(batch[0]), batch[1])
        loss.backward()
        optimizer.step()
        return loss

    _agree(model, optimizer, step)


def test_float64_parameters():
    model = nn.Sequential(nn.Linear(4, 3).double())
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)

    def step(batch):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(batch[0].double()), batch[1])
        loss.backward()
        optimizer.step()
        return loss

    _agree(model, optimizer, step)


@pytest.mark.parametrize("need_weights", [False, True])
def test_dropout_inside_of_multi_head_attention(need_weights):
    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.attention = nn.MultiheadAttention(4, 2, dropout=0.3)
            self.head = nn.Linear(4, 3)

        def forward(self, x):
            return self.head(self.attention(x, x, x, need_weights=need_weights)[0])

    torch.manual_seed(0)
    model = Model()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    _agree(model, optimizer, _step(model, optimizer))


def test_gradients_kept_over_calls():
    model = _model()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def step(batch):
        loss = F.cross_entropy(model(batch[0]), batch[1])
        loss.backward()
        optimizer.step()
        return loss

    _agree(model, optimizer, step)


def test_accumulation_within_a_step():
    model = _model()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)

    def step(batch):
        optimizer.zero_grad()
        losses = [F.cross_entropy(model(x), y) / 2 for x, y in zip(batch[0].chunk(2), batch[1].chunk(2))]
        for loss in losses:
            loss.backward()
        nn.utils.clip_grad_value_(model.parameters(), 0.05)
        optimizer.step()
        return sum(losses)

    _agree(model, optimizer, step)


def test_tied_weights():
    class Tied(nn.Module):
        def __init__(self):
            super().__init__()
            torch.manual_seed(0)
            self.enter, self.leave = nn.Linear(4, 3, bias=False), nn.Linear(4, 3, bias=False)
            self.leave.weight = self.enter.weight

        def forward(self, x):
            return self.enter(x) + torch.tanh(self.leave(x))

    model = Tied()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    _agree(model, optimizer, _step(model, optimizer))


RANDOM = {
    "dropout": lambda x: F.dropout(x, 0.3),
    "dropout in place": lambda x: F.dropout(x.clone(), 0.3, inplace=True),
    "feature dropout": lambda x: F.dropout1d(x.unsqueeze(2).expand(-1, -1, 3), 0.4).mean(2),
    "noise": lambda x: x + 0.1 * torch.randn_like(x),
    "uniform": lambda x: x * torch.rand(x.shape),
    "bernoulli": lambda x: x * torch.bernoulli(torch.full_like(x, 0.7)),
    "attention dropout": lambda x: F.scaled_dot_product_attention(
        x.view(1, 1, 16, 8), x.view(1, 1, 16, 8), x.view(1, 1, 16, 8), dropout_p=0.3, is_causal=True
    ).view(16, 8),
}


@pytest.mark.parametrize("name", RANDOM)
def test_random_functions_draw_what_eager_draws(name):
    class Noisy(nn.Module):
        def __init__(self):
            super().__init__()
            torch.manual_seed(0)
            self.enter, self.leave = nn.Linear(4, 8), nn.Linear(8, 3)

        def forward(self, x):
            return self.leave(RANDOM[name](self.enter(x)))

    model = Noisy()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    session = _agree(model, optimizer, _step(model, optimizer), seed=5)
    assert session.state["rng.step"] == STEPS


def test_another_seed_draws_other_masks():
    model = nn.Sequential(nn.Linear(4, 3), nn.Dropout(0.5))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    batch = _batches()[0]
    losses = [
        float(
            capture(_step(model, optimizer), model=model, optimizer=optimizer, example=batch, seed=seed)
            .compile()
            .on("cpu")
            .step(batch)
        )
        for seed in (0, 1, 2**32, 0)
    ]
    assert len(set(losses)) == 3 and losses[0] == losses[3]
