"""`--check`: passes what PyTorch does, and names what it does not."""

import numpy as np
import pytest
import torch

from fungible.training.check import Check, CheckFailed

from .fakes import TorchSession, program

OPTIMIZERS = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.1),
    "nesterov": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True, weight_decay=1e-2),
    "adam": lambda p: torch.optim.Adam(p, lr=1e-2, amsgrad=True),
    "adamw": lambda p: torch.optim.AdamW(p, lr=1e-2),
}


def run(spoil=None, steps=6, **options):
    session = TorchSession(program(**options), spoil)
    own = program(**options)
    check = Check(own, session)
    check.compare_initial()
    for step in range(1, steps + 1):
        batch = own.batches[step - 1]
        check.after(session, batch, session.step(batch), step)


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("scheduled", [False, True])
def test_pytorch_agrees_with_itself(name, scheduled):
    run(optimizer=OPTIMIZERS[name], dropout=0.5, scheduled=scheduled)


def test_a_wrong_loss_is_named_with_its_step():
    with pytest.raises(CheckFailed, match=r"step 3 differs from PyTorch eager in 1 tensors: loss: compiled"):
        run({3: lambda state, loss: loss * 1.002})


def test_a_loss_within_the_tolerance_passes():
    run({3: lambda state, loss: loss * 1.0005})


def scaled_update(name, factor):
    """The parameter as if the update of one step had been a little larger."""
    before = {}

    def remember(state, loss):
        before[name] = state[name].copy()
        return loss

    def scale(state, loss):
        state[name] = (before[name] + factor * (state[name] - before[name])).astype(np.float32)
        return loss

    return {2: remember, 3: scale}


@pytest.mark.parametrize("name", ["model.0.weight", "model.1.running_mean", "optimizer.state.4.weight.exp_avg"])
def test_a_wrong_update_is_named(name):
    with pytest.raises(CheckFailed, match=f"step 3 differs from PyTorch eager in 1 tensors: {name} at "):
        run(scaled_update(name, 1.01))
    run(scaled_update(name, 1.0))


def test_other_masks_are_noticed():
    def other_masks(state, loss):
        state["rng.step"] = state["rng.step"] + 1
        return loss

    with pytest.raises(CheckFailed, match="rng.step|loss"):
        session = TorchSession(program(dropout=0.5), {1: other_masks})
        own = program(dropout=0.5)
        check = Check(own, session)
        for step in (1, 2):
            check.after(session, own.batches[step], session.step(own.batches[step]), step)


def test_a_wrong_integer_is_named():
    def count(state, loss):
        state["model.1.num_batches_tracked"] += 1
        return loss

    with pytest.raises(CheckFailed, match="step 2 .*model.1.num_batches_tracked: compiled 3, eager 2"):
        run({2: count})


def test_another_beginning_is_noticed():
    session = TorchSession(program())
    session.state["model.0.bias"] = session.state["model.0.bias"] + np.float32(1e-7)
    with pytest.raises(CheckFailed, match="before the first step, model.0.bias"):
        Check(program(), session).compare_initial()


def test_rounding_noise_does_not_count():
    """The bias before a BatchNorm has a gradient of zero, and Adam steps by the sign of its rounding."""

    def noise(state, loss):
        state["model.0.bias"] = state["model.0.bias"] + np.float32(1e-2) * np.sign(np.random.default_rng(0).standard_normal(8)).astype(np.float32)
        return loss

    run({1: noise}, steps=1)
    with pytest.raises(CheckFailed, match="model.0.bias"):
        run({1: lambda state, loss: (state["model.0.bias"].fill(np.nan), loss)[1]}, steps=1)


def test_float64_leaves_the_twin_as_it_was():
    session, own = TorchSession(program(scheduled=True)), program(scheduled=True)
    check = Check(own, session)
    before = {name: tensor.clone() for name, tensor in own.model.state_dict().items()}
    identities = [id(parameter) for parameter in own.model.parameters()]
    with check._twin.in_float64(session.state):
        assert own.model[0].weight.dtype == torch.float64
        check._twin.step_in_float64(own.batches[0])
    assert [id(parameter) for parameter in own.model.parameters()] == identities
    assert all(tensor.dtype == before[name].dtype and tensor.equal(before[name]) for name, tensor in own.model.state_dict().items())
    assert own.optimizer.param_groups[0]["lr"] == 1e-2 and not own.optimizer.state
    assert check._twin._schedulers[0].last_epoch == 0


def test_a_count_in_python_is_noticed():
    session, own = TorchSession(program(), None), program()
    calls, step = [], own.step

    def counting(batch):
        calls.append(batch)
        return step(batch) * (1 + len(calls))

    own.step = counting
    check = Check(own, session)
    with pytest.raises(CheckFailed, match="step 1 differs .*: loss: compiled"):
        check.after(session, own.batches[0], session.step(own.batches[0]), 1)
