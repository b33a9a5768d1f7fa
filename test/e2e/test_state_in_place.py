"""Updates that overwrite the state: values that somebody else has are not overwritten with it."""

import numpy as np
import pytest
import torch

import fungible

WIDTH = 96  # a parameter of more elements than are left to IREE


class Remembering(torch.nn.Module):
    """A layer that knows its last two weights."""

    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(WIDTH, WIDTH, bias=False)
        for name in ("last", "one_before"):
            self.register_buffer(name, torch.zeros(WIDTH, WIDTH))

    def remember(self):
        with torch.no_grad():
            self.one_before.copy_(self.last)
            self.last.copy_(self.layer.weight)

    def exchange(self):
        with torch.no_grad():
            before = self.last.clone()
            self.last.copy_(self.layer.weight)
            self.layer.weight.copy_(0.5 * before + self.layer.weight)


def _program(order):
    torch.manual_seed(0)
    model = Remembering()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)

    def step(x):
        if order == "before":
            model.remember()
        optimizer.zero_grad()
        loss = model.layer(x).square().mean()
        loss.backward()
        optimizer.step()
        if order == "after":
            model.remember()
        if order == "exchanged":
            model.exchange()
        return loss

    return model, optimizer, step


@pytest.mark.parametrize("order", ["before", "after", "exchanged"])
def test_copies_of_a_parameter(order):
    x = torch.randn(8, WIDTH, generator=torch.Generator().manual_seed(1))
    model, optimizer, step = _program(order)
    program = fungible.Program(model=model, optimizer=optimizer, step=step, batches=[x], seed=0)
    session = program.compile(targets=["cpu"]).on("cpu")
    model, _, step = _program(order)
    for _ in range(4):
        np.testing.assert_allclose(session.step(x), step(x).detach(), rtol=1e-5)
        for name, value in model.state_dict().items():
            np.testing.assert_allclose(session.state[f"model.{name}"], value, atol=1e-6, err_msg=name)


def test_what_was_read_stays():
    x = torch.ones(8, WIDTH)
    model, optimizer, step = _program("none")
    program = fungible.Program(model=model, optimizer=optimizer, step=step, batches=[x], seed=0)
    artifact = program.compile(targets=["cpu"])
    session = artifact.on("cpu")
    own = np.array(session.state["model.layer.weight"])
    session.state["model.layer.weight"] = own
    read, initial = session.state["model.layer.weight"], own.copy()
    session.step(x)
    assert not np.array_equal(session.state["model.layer.weight"], initial)
    np.testing.assert_array_equal(read, initial)
    np.testing.assert_array_equal(own, initial)
    session.reset()
    np.testing.assert_array_equal(session.state["model.layer.weight"], initial)


class Wide(torch.nn.Module):
    """Two layers whose products are large enough for kernels of their own, and one that is not."""

    def __init__(self):
        super().__init__()
        self.layers = torch.nn.Sequential(
            torch.nn.Linear(160, 96), torch.nn.ReLU(), torch.nn.Linear(96, 128, bias=False), torch.nn.ReLU(), torch.nn.Linear(128, 3)
        )

    def forward(self, x):
        return self.layers(x).square().mean()


def _wide(x):
    torch.manual_seed(0)
    model = Wide()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)

    def step(x):
        optimizer.zero_grad()
        loss = model(x)
        loss.backward()
        optimizer.step()
        return loss

    program = fungible.Program(model=model, optimizer=optimizer, step=step, evaluate=model, batches=[x], seed=0)
    return program, model, step


def test_state_in_panels_is_read_and_set_as_matrices(tmp_path):
    """`cpu:x86-64-v4` keeps the weights in panels, `cpu:x86-64-v3` does not; a checkpoint goes from one to the other."""
    x = torch.randn(128, 160, generator=torch.Generator().manual_seed(1))
    program, model, step = _wide(x)
    assert program.as_text("legalized", target="cpu:x86-64-v4").count("fungible.panels") == 6
    artifact = program.compile(targets=["cpu", "cpu:x86-64-v3"])
    sessions = [artifact.on("cpu"), artifact.on("cpu:x86-64-v3")]
    for number in range(6):
        session, other = sessions if number % 2 else sessions[::-1]
        np.testing.assert_allclose(session.evaluate(x), model(x).detach(), rtol=1e-5)
        np.testing.assert_allclose(session.step(x), step(x).detach(), rtol=1e-5)
        for name, value in model.state_dict().items():
            np.testing.assert_allclose(session.state[f"model.{name}"], value, atol=1e-5, err_msg=name)
        session.save(tmp_path / "state.safetensors")
        other.restore(tmp_path / "state.safetensors")
        assert session.state_digest() == other.state_digest()
