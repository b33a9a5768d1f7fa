"""Programs of small tensors, which the calling thread computes itself."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

import fungible
from fungible.runtime.build import Build


def _artifact(width: int) -> fungible.Artifact:
    torch.manual_seed(0)
    model = torch.nn.Linear(width, width)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def step(x):
        optimizer.zero_grad()
        loss = model(x).square().mean()
        loss.backward()
        optimizer.step()
        return loss

    return fungible.Program(model=model, optimizer=optimizer, step=step, batches=[torch.ones(4, width)], seed=0).compile(["cpu"])


@pytest.fixture(scope="module")
def small():
    return _artifact(8)


def _digest(session: fungible.Session) -> str:
    for _ in range(20):
        session.step(torch.ones(4, 8).numpy())
    return session.state_digest()


def test_only_a_small_program_is_computed_in_the_calling_thread(small):
    large = _artifact(128)
    assert [build.is_small for artifact in (small, large) for build in artifact.builds] == [True, False]
    assert small.on("cpu").device.name == "cpu, 1 thread"
    assert small.on("cpu").device is not large.on("cpu").device


def test_it_computes_the_same(small, monkeypatch):
    here = _digest(small.on("cpu"))
    monkeypatch.setattr(Build, "is_small", False)
    assert _digest(small.on("cpu")) == here


def test_threads_of_the_caller_do_not_disturb_each_other(small):
    sessions = [small.on("cpu") for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(_digest, sessions))) == 1
