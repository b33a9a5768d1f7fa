"""The smallest program that shows the whole way: two layers learn on which spiral a point lies.

    fungc train examples/mlp.py
    fungc compile examples/mlp.py --compile-to fungible -o -
"""

import math

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

import fungible


def spirals(points: int) -> TensorDataset:
    """Points in the plane, (2,) float32, on one of two interleaved spirals, and which one, 0 or 1."""
    label = torch.arange(points) % 2
    turn = torch.rand(points)
    angle = math.pi * (2 * turn + label)
    radius = 0.1 + turn
    position = torch.stack([radius * angle.cos(), radius * angle.sin()], dim=1)
    return TensorDataset(position + 0.02 * torch.randn(points, 2), label)


def build() -> fungible.Program:
    model = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 2))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)

    def step(batch):
        points, labels = batch
        optimizer.zero_grad()
        loss = F.cross_entropy(model(points), labels)
        loss.backward()
        optimizer.step()
        return loss

    batches = DataLoader(spirals(1024), batch_size=16, shuffle=True)
    return fungible.Program(model=model, optimizer=optimizer, step=step, batches=batches, steps=1000)
