"""Architectures written out in plain PyTorch: recurrent, convolutional, generative, on graphs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from case import training


def _adam(model: nn.Module, loss: Callable[[Any], torch.Tensor], batches: list[Any]):
    return training(model, torch.optim.Adam(model.parameters(), lr=1e-3), loss, batches)


class LSTMLanguageModel(nn.Module):
    """Two layers with dropout between them and tied embeddings."""

    def __init__(self, vocabulary: int, width: int):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, width)
        self.lstm = nn.LSTM(width, width, num_layers=2, dropout=0.1, batch_first=True)
        self.head = nn.Linear(width, vocabulary)
        self.head.weight = self.embedding.weight

    def forward(self, tokens):
        return self.head(self.lstm(self.embedding(tokens))[0])


def _lstm(steps: int):
    torch.manual_seed(0)
    model = LSTMLanguageModel(64, 24)
    batches = [torch.randint(0, 64, (4, 13)) for _ in range(steps)]
    return _adam(model, lambda b: F.cross_entropy(model(b[:, :-1]).flatten(0, 1), b[:, 1:].flatten()), batches)


class _Block(nn.Sequential):
    def __init__(self, inputs: int, outputs: int):
        super().__init__(
            nn.Conv2d(inputs, outputs, 3, padding=1),
            nn.GroupNorm(4, outputs),
            nn.SiLU(),
            nn.Conv2d(outputs, outputs, 3, padding=1),
            nn.GroupNorm(4, outputs),
            nn.SiLU(),
        )


class UNet(nn.Module):
    """Two scales, skip connections, bilinear upsampling."""

    def __init__(self):
        super().__init__()
        self.down = nn.ModuleList([_Block(3, 8), _Block(8, 16)])
        self.middle = _Block(16, 16)
        self.up = nn.ModuleList([_Block(32, 8), _Block(16, 8)])
        self.head = nn.Conv2d(8, 2, 1)

    def forward(self, x):
        skips = []
        for block in self.down:
            x = block(x)
            skips.append(x)
            x = F.max_pool2d(x, 2)
        x = self.middle(x)
        for block, skip in zip(self.up, reversed(skips)):
            x = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
            x = block(torch.cat([x, skip], 1))
        return self.head(x)


def _unet(steps: int):
    torch.manual_seed(0)
    model = UNet()
    batches = [(torch.randn(2, 3, 16, 16), torch.randint(0, 2, (2, 16, 16))) for _ in range(steps)]
    return _adam(model, lambda b: F.cross_entropy(model(b[0]), b[1]), batches)


class VAE(nn.Module):
    """Convolutional encoder, transposed convolutions back, the reparameterization trick."""

    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Conv2d(1, 8, 3, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(8, 16, 3, stride=2, padding=1),
            nn.ReLU(),
            nn.Flatten(),
        )
        self.mean, self.log_variance = nn.Linear(256, 6), nn.Linear(256, 6)
        self.decoder = nn.Sequential(
            nn.Linear(6, 256),
            nn.Unflatten(1, (16, 4, 4)),
            nn.ConvTranspose2d(16, 8, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.ConvTranspose2d(8, 1, 4, stride=2, padding=1),
        )

    def forward(self, x):
        hidden = self.encoder(x)
        mean, log_variance = self.mean(hidden), self.log_variance(hidden)
        sample = mean + torch.randn_like(mean) * torch.exp(0.5 * log_variance)
        return self.decoder(sample), mean, log_variance


def _vae(steps: int):
    torch.manual_seed(0)
    model = VAE()

    def loss(x):
        image, mean, log_variance = model(x)
        divergence = -0.5 * torch.mean(1 + log_variance - mean.pow(2) - log_variance.exp())
        return F.binary_cross_entropy_with_logits(image, x) + 0.1 * divergence

    return _adam(model, loss, [torch.rand(4, 1, 16, 16) for _ in range(steps)])


def _dcgan(steps: int):
    torch.manual_seed(0)
    generator = nn.Sequential(
        nn.ConvTranspose2d(8, 16, 4),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.ConvTranspose2d(16, 8, 4, stride=2, padding=1),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.ConvTranspose2d(8, 1, 4, stride=2, padding=1),
        nn.Tanh(),
    )
    discriminator = nn.Sequential(
        nn.Conv2d(1, 8, 4, stride=2, padding=1),
        nn.LeakyReLU(0.2),
        nn.Conv2d(8, 16, 4, stride=2, padding=1),
        nn.BatchNorm2d(16),
        nn.LeakyReLU(0.2),
        nn.Conv2d(16, 1, 4),
        nn.Flatten(),
    )
    optimizers = [torch.optim.Adam(m.parameters(), lr=2e-4, betas=(0.5, 0.999)) for m in (generator, discriminator)]
    batches = [torch.rand(4, 1, 16, 16) * 2 - 1 for _ in range(steps)]

    def step(real):
        ones, zeros = torch.ones(4, 1), torch.zeros(4, 1)
        fake = generator(torch.randn(4, 8, 1, 1))
        optimizers[1].zero_grad()
        loss_d = F.binary_cross_entropy_with_logits(discriminator(real), ones)
        loss_d = loss_d + F.binary_cross_entropy_with_logits(discriminator(fake.detach()), zeros)
        loss_d.backward()
        optimizers[1].step()
        optimizers[0].zero_grad()
        loss_g = F.binary_cross_entropy_with_logits(discriminator(fake), ones)
        loss_g.backward()
        optimizers[0].step()
        return {"generator": loss_g, "discriminator": loss_d}

    return nn.ModuleList([generator, discriminator]), optimizers, step, batches


class GraphNetwork(nn.Module):
    """Messages along edges, summed at their ends by `index_add`, and averaged by degree (GraphSAGE)."""

    def __init__(self, inputs: int, width: int, classes: int):
        super().__init__()
        self.own = nn.ModuleList([nn.Linear(inputs, width), nn.Linear(width, classes)])
        self.neighbours = nn.ModuleList([nn.Linear(inputs, width), nn.Linear(width, classes)])

    def forward(self, x, edges):
        source, target = edges
        degree = torch.zeros(len(x)).scatter_add(0, target, torch.ones(target.shape)).clamp(min=1).unsqueeze(1)
        for number, (own, neighbours) in enumerate(zip(self.own, self.neighbours)):
            total = torch.zeros_like(x).index_add(0, target, x[source])
            x = own(x) + neighbours(total / degree)
            x = F.relu(x) if number == 0 else x
        return x


def _gnn(steps: int):
    torch.manual_seed(0)
    model = GraphNetwork(6, 16, 3)
    batches = [(torch.randn(20, 6), torch.randint(0, 20, (2, 50)), torch.randint(0, 3, (20,))) for _ in range(steps)]
    return _adam(model, lambda b: F.cross_entropy(model(b[0], b[1]), b[2]), batches)


ARCHITECTURES = {
    "LSTM language model": _lstm,
    "U-Net": _unet,
    "VAE": _vae,
    "DCGAN": _dcgan,
    "Graph network": _gnn,
}
