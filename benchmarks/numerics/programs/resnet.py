"""A small ResNet: strided and pointwise convolutions, batch norms, pooling and dropout, on random images."""

import torch
from torch import nn
from torch.nn import functional as F

import fungible

CLASSES, BATCH, SIZE = 10, 8, 16


def normed(inputs: int, outputs: int, size: int, stride: int) -> nn.Sequential:
    convolution = nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs))


class Block(nn.Module):
    def __init__(self, inputs: int, outputs: int, stride: int):
        super().__init__()
        self.first, self.second = normed(inputs, outputs, 3, stride), normed(outputs, outputs, 3, 1)
        self.direct = normed(inputs, outputs, 1, stride) if stride > 1 else nn.Identity()

    def forward(self, x):
        return F.relu(self.second(F.relu(self.first(x))) + self.direct(x))


def build() -> fungible.Program:
    model = nn.Sequential(
        normed(3, 16, 3, 1),
        nn.ReLU(),
        nn.MaxPool2d(3, 1, 1),
        Block(16, 16, 1),
        Block(16, 32, 2),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Dropout(0.2),
        nn.Linear(32, CLASSES),
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-4)

    def step(batch):
        images, labels = batch
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        return loss

    batches = [(torch.rand(BATCH, 3, SIZE, SIZE), torch.randint(CLASSES, (BATCH,))) for _ in range(16)]
    return fungible.Program(model=model, optimizer=optimizer, step=step, batches=batches, steps=200)
