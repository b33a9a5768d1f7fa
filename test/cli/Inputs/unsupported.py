"""Calls ops that have no lowering."""

import torch
from torch import nn

import fungible


def build():
    model = nn.Linear(4, 4)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def step(batch):
        optimizer.zero_grad()
        loss = model(batch).sum()
        loss.backward()
        optimizer.step()
        weight = model.weight.detach()
        odd = torch.special.airy_ai(weight).sum() + torch.special.airy_ai(batch).sum()
        return loss + odd + torch.special.bessel_j0(weight).sum() + torch.igamma(batch, batch).sum()

    return fungible.Program(model=model, optimizer=optimizer, step=step, batches=[torch.ones(2, 4)])
