"""A program of few kernels, for tests that compile one many times."""

import torch
from torch import nn
from torch.nn import functional as F

import fungible


def build():
    model = nn.Linear(3, 8)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def step(batch):
        x, labels = batch
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), labels)
        loss.backward()
        optimizer.step()
        return loss

    batches = [(torch.randn(4, 3), torch.arange(4)) for _ in range(4)]
    return fungible.Program(model=model, optimizer=optimizer, step=step, batches=batches, steps=12)
