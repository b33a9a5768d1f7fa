"""The examples have eager's losses where `torch.compile` runs their models on fungible; the optimizer is eager's."""

import importlib
import os
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "examples"))

STEPS = 20

slow = pytest.mark.skipif(
    os.environ.get("FUNGIBLE_TEST_SLOW") != "1", reason="slow: a GPT for 20 steps, run lit with --param slow=1"
)
digits = pytest.mark.skipif(importlib.util.find_spec("sklearn") is None, reason="needs scikit-learn")


def _losses(name: str, backend: str) -> list[float]:
    """The losses of the first steps; dropout, whose masks are of other generators, is off."""
    torch._dynamo.reset()
    torch._dynamo.utils.counters.clear()
    torch.manual_seed(0)
    program = importlib.import_module(name).build()
    for module in program.model.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
    # The example's functions know the module by its name: what is compiled is its `forward`.
    program.model.forward = torch.compile(program.model.forward, backend=backend)
    torch.manual_seed(1)
    losses = []
    for batch, _ in zip(program.batches, range(STEPS)):
        losses.append(float(program.step(batch).detach()))
    # PyTorch leaves some modules uncompiled without a word.
    assert torch._dynamo.utils.counters["stats"]["unique_graphs"] == 1
    return losses


def _compare(name: str) -> None:
    compiled, eager = _losses(name, "fungible"), _losses(name, "eager")
    assert len(compiled) == STEPS
    assert eager[-1] < eager[0]
    np.testing.assert_allclose(compiled, eager, rtol=1e-3)


@pytest.mark.parametrize("name", ["mlp", pytest.param("digits", marks=digits), pytest.param("gpt", marks=slow)])
def test_losses_are_eagers(name):
    _compare(name)


def test_losses_of_a_small_gpt_are_eagers(monkeypatch):
    gpt = importlib.import_module("gpt")
    for setting, value in {"LAYERS": 1, "WIDTH": 32, "HEADS": 2, "CONTEXT": 16}.items():
        monkeypatch.setattr(gpt, setting, value)
    _compare("gpt")


def test_a_gpt_with_dropout_learns(monkeypatch):
    gpt = importlib.import_module("gpt")
    for setting, value in {"LAYERS": 1, "WIDTH": 32, "HEADS": 2, "CONTEXT": 16}.items():
        monkeypatch.setattr(gpt, setting, value)
    torch._dynamo.reset()

    def run():
        torch.manual_seed(0)
        program = gpt.build()
        program.model.forward = torch.compile(program.model.forward, backend="fungible")
        torch.manual_seed(1)
        batch = next(iter(program.batches))
        return [float(program.step(batch).detach()) for _ in range(STEPS)]

    losses = run()
    assert losses[-1] < losses[0] - 0.1
    assert run() == losses
