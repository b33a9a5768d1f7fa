"""Every learning-rate scheduler of PyTorch: the rates that it gives in eager, or a refusal that says why."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.optim import lr_scheduler
from torch.optim.swa_utils import SWALR

from fungible import capture
from fungible.errors import CaptureError, FungibleError
from fungible.frontend import schedule

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

SCHEDULERS = {
    "LambdaLR": lambda o: lr_scheduler.LambdaLR(o, lambda epoch: min(1.0, (epoch + 1) / 4)),
    "MultiplicativeLR": lambda o: lr_scheduler.MultiplicativeLR(o, lambda epoch: 0.95),
    "StepLR": lambda o: lr_scheduler.StepLR(o, 2),
    "MultiStepLR": lambda o: lr_scheduler.MultiStepLR(o, [2, 4]),
    "ConstantLR": lambda o: lr_scheduler.ConstantLR(o, total_iters=3),
    "LinearLR": lambda o: lr_scheduler.LinearLR(o, total_iters=3),
    "ExponentialLR": lambda o: lr_scheduler.ExponentialLR(o, 0.9),
    "PolynomialLR": lambda o: lr_scheduler.PolynomialLR(o, total_iters=5, power=2),
    "CosineAnnealingLR": lambda o: lr_scheduler.CosineAnnealingLR(o, 4),
    "CosineAnnealingWarmRestarts": lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, 2, 2),
    "CyclicLR": lambda o: lr_scheduler.CyclicLR(o, 0.01, 0.1, step_size_up=3, cycle_momentum=False),
    "OneCycleLR": lambda o: lr_scheduler.OneCycleLR(o, 0.1, total_steps=8, cycle_momentum=False),
    "SequentialLR": lambda o: lr_scheduler.SequentialLR(
        o, [lr_scheduler.LinearLR(o, total_iters=2), lr_scheduler.ExponentialLR(o, 0.5)], [2]
    ),
    "ChainedScheduler": lambda o: lr_scheduler.ChainedScheduler(
        [lr_scheduler.ConstantLR(o, total_iters=2), lr_scheduler.ExponentialLR(o, 0.9)]
    ),
    "SWALR": lambda o: SWALR(o, swa_lr=0.01, anneal_epochs=4),
}
REFUSED = {
    "ReduceLROnPlateau": (lambda o: lr_scheduler.ReduceLROnPlateau(o), "depends on a measured value; call it outside"),
    "CyclicLR of momentum": (lambda o: lr_scheduler.CyclicLR(o, 0.01, 0.1), "changes more than the learning rate"),
    "OneCycleLR of momentum": (lambda o: lr_scheduler.OneCycleLR(o, 0.1, total_steps=8), "changes more than the learning rate"),
}


def _groups():
    parameters = nn.Parameter(torch.zeros(2)), nn.Parameter(torch.zeros(3))
    return torch.optim.SGD([{"params": parameters[:1]}, {"params": parameters[1:], "lr": 0.3}], lr=0.1, momentum=0.9)


def test_the_list_is_complete():
    """A class that PyTorch adds has to be looked at."""
    kinds = {kind.__name__ for kind in schedule._scheduler_kinds() if kind.__module__.startswith("torch.optim")}
    assert kinds - {"LRScheduler", "_LRScheduler"} == {*SCHEDULERS, "ReduceLROnPlateau"}


@pytest.mark.parametrize("before", [0, 2])
@pytest.mark.parametrize("name", SCHEDULERS)
def test_tables_are_what_the_scheduler_does(name, before):
    optimizer = _groups()
    scheduler = SCHEDULERS[name](optimizer)

    def move():
        optimizer.step()
        scheduler.step()
        return [float(group["lr"]) for group in optimizer.param_groups]

    for _ in range(before):
        move()
    rates = [float(group["lr"]) for group in optimizer.param_groups]
    table = schedule.tabulate(scheduler, 64)
    assert rates == [float(group["lr"]) for group in optimizer.param_groups]
    np.testing.assert_allclose(table[:, :7].T, [rates, *(move() for _ in range(6))], rtol=1e-6)
    assert table.shape[1] == (64 if name != "OneCycleLR" else 9 - before)


@pytest.mark.parametrize("name", REFUSED)
def test_what_more_than_the_step_decides_is_refused(name):
    make, message = REFUSED[name]
    with pytest.raises(CaptureError, match=message):
        schedule.tabulate(make(_groups()), 64)


def _training(make, horizon, schedulers=1, calls=1):
    torch.manual_seed(0)
    model = nn.Linear(4, 3)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    made = [make(optimizer) for _ in range(schedulers)]
    batch = torch.randn(8, 4), torch.arange(8) % 3

    def step(batch):
        x, y = batch
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        for scheduler in made * calls:
            scheduler.step()
        return loss

    program = capture(step, model=model, optimizer=optimizer, example=batch, horizon=horizon, scheduler=made)
    return program, optimizer, step, batch


@pytest.mark.parametrize("name", ["CosineAnnealingWarmRestarts", "SequentialLR"])
def test_a_compiled_step_follows_the_schedule(name):
    program, optimizer, step, batch = _training(SCHEDULERS[name], 32)
    session = program.compile().on("cpu")
    for _ in range(6):
        np.testing.assert_allclose(session.step(batch), float(step(batch).detach()), rtol=2e-5)
        np.testing.assert_allclose(session.state["optimizer.param_groups.0.lr"], optimizer.param_groups[0]["lr"], rtol=1e-6)
    assert session.state["scheduler.last_epoch"] == 6


def test_no_step_is_made_past_the_end_of_the_schedule(tmp_path):
    program, _, _, batch = _training(SCHEDULERS["StepLR"], 3)
    session = program.compile().on("cpu")
    for _ in range(2):
        session.step(batch)
    session.save(tmp_path / "two.safetensors")
    assert np.isfinite(session.step(batch))
    before = session.state_digest()
    for _ in range(2):
        with pytest.raises(FungibleError, match="the learning-rate schedule ends at step 3"):
            session.step(batch)
    assert session.state_digest() == before
    # Whoever sets the counter, or comes back to an earlier state, goes on from there.
    session.restore(tmp_path / "two.safetensors")
    assert np.isfinite(session.step(batch))
    session.state["scheduler.last_epoch"] = 1
    session.state["optimizer.param_groups.0.lr"] = 0.1
    assert np.isfinite([session.step(batch) for _ in range(2)]).all()
    with pytest.raises(FungibleError, match="ends at step 3"):
        session.step(batch)
    session.reset()
    assert np.isfinite([session.step(batch) for _ in range(3)]).all()


def test_a_step_that_moves_the_schedule_twice_ends_in_half_the_steps():
    program, _, _, batch = _training(SCHEDULERS["StepLR"], 4, calls=2)
    session = program.compile().on("cpu")
    assert np.isfinite([session.step(batch) for _ in range(2)]).all()
    with pytest.raises(FungibleError, match="ends at step 4"):
        session.step(batch)


def test_several_schedulers_have_to_be_one():
    with pytest.raises(CaptureError, match="several learning-rate schedulers, StepLR and StepLR; make them one"):
        _training(SCHEDULERS["StepLR"], 8, schedulers=2)
