"""`fungc tune` on a small program: what it keeps is honoured, and computes the same numbers."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from fungible import codegen, targets
from fungible.cli.main import main
from fungible.runtime.devices import matching
from fungible.tuning import kernels, search, whole
from fungible.tuning.database import NONE, Choice, Database, Section
from fungible.training.program_file import load_program

PROGRAM = """
import torch
from torch import nn
from torch.nn import functional as F

import fungible


def build():
    model = nn.Sequential(nn.Linear(64, 64), nn.Tanh(), nn.Linear(64, 64))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def step(x):
        optimizer.zero_grad()
        loss = F.mse_loss(model(x), x)
        loss.backward()
        optimizer.step()
        return loss

    generator = torch.Generator().manual_seed(0)
    batches = [torch.randn(128, 64, generator=generator) for _ in range(3)]
    return fungible.Program(model=model, optimizer=optimizer, step=step, batches=batches, seed=0)
"""

CHOICE = Choice("workgroup=32x32,vector=8x16x1", 1.0, 0.5)
FORWARD = "matmul nt 128x64x64 f32"


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    return str(path)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "tuning.json"


def _losses(program, tuning):
    session = program.compile(tuning=tuning).on("cpu")
    return [session.step(batch) for batch in program.batches], {name: session.state[name] for name in session.state}


def test_choices_are_visible_in_the_ir_and_compute_the_same(path, file):
    program = load_program(path)
    Database((replace(Section.of(targets.resolve("cpu")), choices={FORWARD: CHOICE}),)).save(file)
    tuned = program.as_text("legalized", tuning=file)
    assert tuned.count("distribution = [32, 32, 0], vector_common_parallel = [8, 16, 0]") == 2
    assert "compilation_info" not in program.as_text("legalized", tuning=NONE)
    # Compiled one after the other through the same cache.
    (losses, state), (plain_losses, plain_state) = _losses(program, file), _losses(program, NONE)
    np.testing.assert_allclose(losses, plain_losses, rtol=1e-6)
    for name, value in state.items():
        np.testing.assert_allclose(value, plain_state[name], rtol=1e-5, atol=1e-6, err_msg=name)
    assert program.compile(tuning=file).builds != program.compile(tuning=NONE).builds


def test_products_of_the_step_are_found(path):
    found = search.wanted(load_program(path), targets.resolve("cpu"))
    # Forward twice, the gradients of both weights, and that of what is between them.
    assert {each.kernel.key: each.count for each in found} == {FORWARD: 2, "matmul tn 64x64x128 f32": 2, "matmul nn 128x64x64 f32": 1}


def test_tune_keeps_what_it_measured(path, file, capsys, monkeypatch):
    monkeypatch.setattr(search, "_SECONDS", (0.02, 0.02, 0.02))
    monkeypatch.setattr(whole, "_SECONDS", 0.1)
    # Whatever the machine's mood: the fastest is taken, and steps are said to be faster.
    monkeypatch.setattr(search, "MARGIN", 100.0)
    monkeypatch.setattr(whole, "MARGIN", 100.0)
    assert main(["tune", path, "--out", str(file), "--json"]) == 0
    out = capsys.readouterr().out.splitlines()
    report = json.loads(out[-1])
    assert {entry["product"] for entry in report["products"]} == {FORWARD, "matmul tn 64x64x128 f32", "matmul nn 128x64x64 f32"}
    assert all(entry["tried"] > 5 and entry["choice"].startswith("workgroup=") for entry in report["products"])
    assert report["faster"] and report["not_tried"] == 0
    assert out[0].split() == ["product", "times", "default", "ms", "best", "ms", "choice"]
    kept = {entry["product"]: entry["choice"] for entry in report["products"] if entry["kept"]}
    assert kept and Database.load(file).choices(targets.resolve("cpu")) == kept

    program = load_program(path)
    text = program.as_text("legalized", tuning=file)
    assert text.count("compilation_info = ") == sum(entry["count"] for entry in report["products"] if entry["kept"])
    np.testing.assert_allclose(_losses(program, file)[0], _losses(program, NONE)[0], rtol=1e-6)


def test_a_wrong_result_never_wins(path, monkeypatch):
    def slightly_wrong(kernel, target, choices):
        text = "".join(kernel.text(name).replace("constant 0.0", "constant 0.001") for name in choices)
        return dict.fromkeys(choices, codegen.kernels(text, target))

    monkeypatch.setattr(search, "_SECONDS", (0.02, 0.02, 0.02))
    monkeypatch.setattr(search, "MARGIN", 100.0)
    monkeypatch.setattr(kernels, "candidates", slightly_wrong)
    target = targets.resolve("cpu")
    device = matching(target.name, target.driver, target.requires)[0].open()
    (found,) = search.search(search.wanted(load_program(path), target)[:1], target, device, 60.0)
    assert not found.wins and found.tried == 0


def test_ctrl_c_keeps_what_was_found(path, file, capsys, monkeypatch):
    monkeypatch.setattr(search, "_SECONDS", (0.02, 0.02, 0.02))
    monkeypatch.setattr(search, "MARGIN", 100.0)
    tried = search._Contest.best

    def interrupted(contest):
        if contest._wanted.kernel.key == FORWARD:
            return tried(contest)
        raise KeyboardInterrupt

    monkeypatch.setattr(search._Contest, "best", interrupted)
    monkeypatch.setattr(search._Contest, "lost_ms", lambda contest, rate: float(contest._wanted.kernel.key == FORWARD))
    assert main(["tune", path, "--out", str(file)]) == 130
    assert "no whole step was measured; 1 choice kept" in capsys.readouterr().out
    assert list(Database.load(file).choices(targets.resolve("cpu"))) == [FORWARD]


def test_a_program_without_products_has_nothing_to_tune(tmp_path, file, capsys):
    path = tmp_path / "program.py"
    path.write_text(PROGRAM.replace("nn.Sequential(nn.Linear(64, 64), nn.Tanh(), nn.Linear(64, 64))", "nn.LayerNorm(64)"))
    assert main(["tune", str(path), "--out", str(file)]) == 1
    assert f"error: {path}: nothing to tune: its step has no products" in capsys.readouterr().err
    assert not file.exists()


@pytest.fixture(autouse=True)
def _threads():
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)
