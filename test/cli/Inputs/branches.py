"""Branches on the value of a tensor."""

import torch
from torch import nn

import fungible


def build():
    model = nn.Linear(4, 4)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def step(batch):
        optimizer.zero_grad()
        loss = model(batch).sum()
        if loss > 0:
            loss = 2 * loss
        loss.backward()
        optimizer.step()
        return loss

    return fungible.Program(model=model, optimizer=optimizer, step=step, batches=[torch.ones(2, 4)])
