"""A convolutional network that reads handwritten digits (scikit-learn's, 8x8 pixels, 1797 of them).

    pip install 'fungible[examples]'
    fungc train examples/digits.py
"""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

import fungible

BATCH, EPOCHS = 64, 20


def read_digits() -> tuple[TensorDataset, TensorDataset]:
    """1437 images to train on and 360 to test on; (1, 8, 8) float32 in [0, 1] and a label each."""
    digits = load_digits()
    images = torch.tensor(digits.images, dtype=torch.float32).unsqueeze(1) / 16
    labels = torch.tensor(digits.target, dtype=torch.long)
    order = torch.randperm(len(images), generator=torch.Generator().manual_seed(0))
    test, train = order[:360], order[360:]
    return TensorDataset(images[train], labels[train]), TensorDataset(images[test], labels[test])


def build() -> fungible.Program:
    train, test = read_digits()
    model = nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1, bias=False),
        nn.BatchNorm2d(32),
        nn.SiLU(),
        nn.Conv2d(32, 32, 3, padding=1, bias=False),
        nn.BatchNorm2d(32),
        nn.SiLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1, bias=False),
        nn.BatchNorm2d(64),
        nn.SiLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(64 * 2 * 2, 10),
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9, nesterov=True, weight_decay=5e-4)

    def step(batch):
        images, labels = batch
        model.train()
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels, label_smoothing=0.1)
        loss.backward()
        optimizer.step()
        return loss

    @torch.no_grad()
    def evaluate(batch):
        images, labels = batch
        model.eval()
        scores = model(images)
        return {"loss": F.cross_entropy(scores, labels), "accuracy": (scores.argmax(1) == labels).float().mean()}

    # A compiled step takes batches of one shape: the last, smaller one is dropped, and 360 is 5 times 72.
    return fungible.Program(
        model=model,
        optimizer=optimizer,
        step=step,
        steps=EPOCHS * (len(train) // BATCH),
        batches=DataLoader(train, BATCH, shuffle=True, drop_last=True),
        evaluate=evaluate,
        evaluate_batches=DataLoader(test, 72),
    )
