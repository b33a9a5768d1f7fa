"""Autocast and loss scaling in compiled steps, against PyTorch eager under the same autocast."""

import copy
import os

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from fungible import CaptureError, Program, capture
from local_devices import runs_here

slow = pytest.mark.skipif(os.environ.get("FUNGIBLE_TEST_SLOW") != "1", reason="slow: as the others, run lit with --param slow=1")


def _scaled_step(model, optimizer, scaler, clip=True):
    """A step as `torch.amp`'s examples write it."""

    def step(batch):
        x, y = batch
        optimizer.zero_grad()
        with torch.autocast("cpu", dtype=torch.float16):
            loss = F.cross_entropy(model(x), y)
        scaler.scale(loss).backward()
        if clip:
            scaler.unscale_(optimizer)
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        scaler.step(optimizer)
        scaler.update()
        return loss

    return step


def _mlp():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(8, 16), nn.LayerNorm(16), nn.Tanh(), nn.Linear(16, 3))


def _batches(count):
    generator = torch.Generator().manual_seed(1)
    return [
        (torch.randn(32, 8, generator=generator), torch.randint(0, 3, (32,), generator=generator))
        for _ in range(count)
    ]


OPTIMIZERS = {
    "adamw": (lambda p: torch.optim.AdamW(p, lr=0.01), True),
    "sgd momentum, without clipping": (lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9), False),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_updates_whose_scale_overflows_are_skipped(name):
    make, clip = OPTIMIZERS[name]
    model = _mlp()
    optimizer = make(model.parameters())
    scaler = torch.amp.GradScaler("cpu", init_scale=2.0**40, growth_factor=8.0, backoff_factor=2.0**-7, growth_interval=3)
    step = _scaled_step(model, optimizer, scaler, clip)
    batches = _batches(24)
    program = capture(step, model=model, optimizer=optimizer, example=batches[0])
    assert scaler._scale is None, "capturing leaves the scaler as it was"
    session = program.compile().on("cpu")
    skipped = 0
    for index, batch in enumerate(batches):
        before = {key: np.array(session.state[key]) for key in session.state}
        compiled, eager = float(session.step(batch)), float(step(batch).detach())
        np.testing.assert_allclose(compiled, eager, rtol=2e-3, err_msg=f"step {index}")
        assert float(session.state["scaler.scale"]) == scaler.get_scale(), f"step {index}"
        assert int(session.state["scaler.growth_tracker"]) == scaler._get_growth_tracker()
        if float(session.state["scaler.scale"]) < before["scaler.scale"]:
            skipped += 1
            for key, value in before.items():
                if not key.startswith("scaler."):
                    np.testing.assert_array_equal(session.state[key], value, err_msg=key)
        if name == "adamw":
            steps = {float(state["step"]) for state in optimizer.state.values()} or {0.0}
            assert steps == {float(session.state["optimizer.param_groups.0.step"])}
    assert skipped > 3, "the scale overflows at first, and after it has grown"
    for key, parameter in model.named_parameters():
        np.testing.assert_allclose(session.state[f"model.{key}"], parameter.detach(), rtol=1e-2, atol=2e-3)


class _Trainer:
    """Keeps its scaler where no function names it."""

    def __init__(self, **options):
        self.model = _mlp()
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.1)
        self.scaler = torch.amp.GradScaler("cpu", **options)

    def step(self, batch):
        x, y = batch
        self.optimizer.zero_grad()
        self.scaler.scale(F.cross_entropy(self.model(x), y)).backward()
        self.scaler.step(self.optimizer)
        self.scaler.update()
        return self.scaler.get_scale()


def _state_of(program):
    return {tensor.name: tensor.initial for tensor in program.captured().state}


def test_a_scaler_is_found_while_tracing():
    trainer = _Trainer(init_scale=8.0)
    program = capture(trainer.step, model=trainer.model, optimizer=trainer.optimizer, example=_batches(1)[0])
    assert float(_state_of(program)["scaler.scale"]) == 8.0
    # A scaler that has been in use begins where it is.
    trainer.scaler.scale(torch.ones(()))
    trainer.scaler._scale.fill_(4.0)
    program = capture(trainer.step, model=trainer.model, optimizer=trainer.optimizer, example=_batches(1)[0])
    assert float(_state_of(program)["scaler.scale"]) == 4.0 == trainer.scaler.get_scale()


def test_a_disabled_scaler_is_no_state():
    model = _mlp()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    step = _scaled_step(model, optimizer, torch.amp.GradScaler("cpu", enabled=False))
    program = capture(step, model=model, optimizer=optimizer, example=_batches(1)[0])
    assert not [name for name in _state_of(program) if name.startswith("scaler")]


def test_misuse_of_a_scaler_is_an_error():
    trainer = _Trainer()
    options = {"model": trainer.model, "optimizer": trainer.optimizer}

    def without_update(batch):
        trainer.scaler.scale(trainer.model(batch[0]).sum()).backward()
        trainer.scaler.step(trainer.optimizer)

    def twice(batch):
        trainer.scaler.scale(trainer.model(batch[0]).sum()).backward()
        trainer.scaler.unscale_(trainer.optimizer)
        trainer.scaler.unscale_(trainer.optimizer)

    def evaluate(batch):
        return trainer.scaler.scale(trainer.model(batch[0]).sum())

    for step, message in ((without_update, r"add scaler\.update\(\)"), (twice, "called again")):
        with pytest.raises(CaptureError, match=message):
            capture(step, example=_batches(1)[0], **options)
    with pytest.raises(CaptureError, match="outside of the training step"):
        Program(step=trainer.step, evaluate=evaluate, batches=_batches(1), **options).captured()


def _images():
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.GELU(), nn.GroupNorm(2, 8), nn.Flatten(2),
        nn.Linear(16, 16), nn.LayerNorm(16), nn.MultiheadAttention(16, 4, batch_first=True),
    )


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_gradients_accumulated_under_autocast_are_as_exact_as_eagers(dtype):
    model = _images()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def step(batch, enabled=True):
        optimizer.zero_grad()
        for x, y in zip(batch[0].chunk(2), batch[1].chunk(2)):
            with torch.autocast("cpu", dtype=dtype, enabled=enabled):
                hidden = model[:-1](x)
                loss = F.cross_entropy(model[-1](hidden, hidden, hidden, need_weights=False)[0].mean(1), y)
            (loss / 2).backward()
        return loss, [parameter.grad * 1 for parameter in model.parameters()]

    generator = torch.Generator().manual_seed(1)
    batch = torch.randn(4, 3, 4, 4, generator=generator), torch.randint(0, 16, (4,), generator=generator)
    _require_as_exact_as_eager(model, optimizer, step, batch)


def _require_as_exact_as_eager(model, optimizer, step, batch):
    """Gradients of `step(batch, enabled)`, which returns loss and gradients, with autocast, against those without."""
    gradients = capture(step, model=model, optimizer=optimizer, example=batch).compile().on("cpu").step(batch)[1]
    state = copy.deepcopy(model.state_dict())
    half = step(batch)[1]
    model.load_state_dict(state)
    exact = step(batch, enabled=False)[1]
    for (name, _), compiled, eager, reference in zip(model.named_parameters(), gradients, half, exact):
        size = reference.norm()
        error = (torch.tensor(np.asarray(compiled)) - reference).norm() / size
        assert error <= 3 * (eager - reference).norm() / size + 1e-3, name


@pytest.mark.parametrize("kind", [nn.LSTM, *(pytest.param(kind, marks=slow) for kind in (nn.GRU, nn.RNN))])
def test_recurrent_networks_under_autocast_are_as_exact_as_eager(kind):
    torch.manual_seed(0)
    recurrent = kind(8, 16, 2, bidirectional=True, batch_first=True)
    model = nn.ModuleDict({"tokens": nn.Embedding(11, 8), "recurrent": recurrent, "head": nn.Linear(32, 4)})
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def step(batch, enabled=True):
        optimizer.zero_grad()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=enabled):
            hidden, states = model["recurrent"](model["tokens"](batch))
            loss = model["head"](hidden).square().mean() + sum(state.float().square().mean() for state in states)
        loss.backward()
        return loss, [parameter.grad * 1 for parameter in model.parameters()]

    batch = torch.randint(0, 11, (6, 3), generator=torch.Generator().manual_seed(1))
    _require_as_exact_as_eager(model, optimizer, step, batch)


@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU, nn.RNN])
def test_recurrent_networks_under_autocast_return_eagers_dtypes(kind):
    torch.manual_seed(0)
    model = kind(8, 16)

    def step(batch):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            return model(batch)[0]

    batch = torch.randn(6, 3, 8)
    compiled = capture(step, model=model, optimizer=None, example=batch).compile().on("cpu").step(batch)
    assert str(step(batch).dtype) == f"torch.{np.asarray(compiled).dtype}"


@pytest.mark.parametrize("target", ["cpu", "vulkan:llvmpipe"])
def test_every_result_of_bfloat16_is_rounded(target):
    if not runs_here(target):
        pytest.skip(f"{target} does not run here")
    x, w = torch.randn(2, 16, 16, generator=torch.Generator().manual_seed(0))

    def step(batch):
        x, w = batch
        half = x.bfloat16()
        return [(half * 3).float(), (half * half + half).float(), ((x + w).bfloat16().T * w.bfloat16()).float() * 0.3]

    program = Program(model=nn.Module(), optimizer=None, step=step, batches=[(x, w)], seed=0)
    results = program.compile(targets=[target]).on(target).step((x, w))
    for own, expected in zip(results, step((x, w))):
        np.testing.assert_array_equal(np.asarray(own), expected.numpy())
