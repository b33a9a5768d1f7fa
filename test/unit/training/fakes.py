"""A session without a compiler: PyTorch takes the steps, under the names of the program's state."""

from __future__ import annotations

import types

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import fungible
from fungible.runtime import checkpoint
from fungible.runtime.digest import state_digest
from fungible.schema import StateSpec
from fungible.training.eager import EagerTwin


def program(optimizer=None, dropout=0.0, scheduled=False) -> fungible.Program:
    """Two layers on 8 samples a batch; batches come from a list of 6."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(dropout), nn.Linear(8, 3))
    optimizer = (optimizer or (lambda p: torch.optim.AdamW(p, lr=1e-2)))(model.parameters())
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 2, gamma=0.5) if scheduled else None

    def step(batch):
        x, y = batch
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        if scheduler is not None:
            scheduler.step()
        return loss

    batches = [(torch.randn(8, 4), torch.randint(3, (8,))) for _ in range(6)]
    return fungible.Program(model=model, optimizer=optimizer, step=step, batches=batches, steps=6)


class TorchSession:
    """What `Artifact.on` gives, as far as a run needs it.

    `spoil` maps a step number to a function that changes the state, or the loss, after it.
    """

    def __init__(self, own: fungible.Program, spoil=None):
        self._twin = EagerTwin(own)
        self._spoil = spoil or {}
        self._steps = 0
        captured = own.captured()
        self.state = {name: np.array(value) for name, value in own.initial_state().items()}
        specs = [StateSpec(t.name, t.role, self.state[t.name].dtype.name, t.initial.shape) for t in captured.state]
        self.artifact = types.SimpleNamespace(schema=types.SimpleNamespace(state=specs))

    def step(self, batch):
        self._twin.load(self.state)
        loss = self._twin.step(batch)[0]
        counters = {}
        for name, value in self.state.items():
            new = self._twin.read(name)
            if new is not None:
                counters[name] = new
            elif name.endswith(".step"):  # of SGD, which keeps no counter
                counters[name] = value + 1
        self.state.update(counters)
        self._steps += 1
        if self._steps in self._spoil:
            loss = self._spoil[self._steps](self.state, loss)
        return np.float32(loss)

    def evaluate(self, batch):
        return {"loss": np.float32(0.5), "samples": np.float32(len(batch[0]))}

    def state_digest(self):
        return state_digest(self.state)

    def save(self, path, *, step=None, extra=None):
        checkpoint.save(path, self.state, step=step, program="test", fingerprint="", extra=extra)

    def restore(self, path):
        loaded = checkpoint.load(path, self.artifact.schema.state)
        self.state = {name: np.array(value) for name, value in loaded.state.items()}
        self._twin.walk_schedulers(self.state)
        return loaded
