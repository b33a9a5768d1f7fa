"""The convolutional network of RepDL's example, on random images of the size of MNIST's."""

import torch
from torch import nn
from torch.nn import functional as F

BATCH = 100


def network() -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2, 2),
        nn.Conv2d(6, 16, 5),
        nn.ReLU(),
        nn.MaxPool2d(2, 2),
        nn.Flatten(),
        nn.Linear(16 * 5 * 5, 120),
        nn.ReLU(),
        nn.Linear(120, 84),
        nn.ReLU(),
        nn.Linear(84, 10),
    )


def images() -> list[tuple[torch.Tensor, torch.Tensor]]:
    """(BATCH, 1, 28, 28) float32 in [0, 1] and a label each."""
    return [(torch.rand(BATCH, 1, 28, 28), torch.randint(10, (BATCH,))) for _ in range(8)]


def build():
    import fungible

    model = network()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)

    def step(batch):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(batch[0]), batch[1])
        loss.backward()
        optimizer.step()
        return loss

    return fungible.Program(model=model, optimizer=optimizer, step=step, batches=images(), steps=200)
