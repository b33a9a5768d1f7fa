"""A program that compiles in a second, with a switch for each thing that can happen to a run.

TINY_INTERRUPT=N  Ctrl-C while batch N is made
TINY_NAN=N        batch N holds a NaN
TINY_SHAPE=N      batch N is too small
TINY_ORDER=1      the batches come in another order
"""

import os
import signal

import torch
from torch import nn
from torch.nn import functional as F

import fungible


def switch(name):
    return int(os.environ.get(name, "0"))


class Batches:
    def __iter__(self):
        order = torch.randperm(8)
        for place in order.flip(0) if switch("TINY_ORDER") else order:
            x = torch.randn(4, 3, generator=torch.Generator().manual_seed(int(place)))
            self.count = getattr(self, "count", 0) + 1
            # The first batch is also taken as the example, by an iterator of its own.
            if self.count == switch("TINY_INTERRUPT") + 1 > 1:
                os.kill(os.getpid(), signal.SIGINT)
            if self.count == switch("TINY_NAN") + 1 > 1:
                x[0, 0] = float("nan")
            yield x[: 3 if self.count == switch("TINY_SHAPE") + 1 > 1 else 4]


def build():
    model = nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Dropout(0.2), nn.Linear(8, 3))
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.99)

    def step(x):
        optimizer.zero_grad()
        loss = F.mse_loss(model(x), x)
        loss.backward()
        optimizer.step()
        scheduler.step()
        return loss

    def predict(x):
        model.eval()
        return model(x)

    return fungible.Program(
        model=model,
        optimizer=optimizer,
        step=step,
        steps=12,
        batches=Batches(),
        predict=predict,
        predict_example=torch.zeros(1, 3),
        finish=lambda session: f"predicts {session.predict(torch.zeros(1, 3)).shape}",
    )
