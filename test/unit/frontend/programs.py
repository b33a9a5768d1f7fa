"""Small models and steps that the tests of capture share."""

import torch
import torch.nn.functional as F
from torch import nn


def make_model():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.1), nn.Linear(8, 2))


def make_batch():
    return torch.randn(6, 4), torch.randint(0, 2, (6,))


def make_step(model, optimizer, scheduler=None, clip=True):
    def step(batch):
        x, y = batch
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        if clip:
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if scheduler is not None:
            scheduler.step()
        return loss

    return step


def make_state(program):
    return {tensor.name: tensor for tensor in program.captured().state}
