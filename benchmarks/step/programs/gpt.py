"""A GPT with learned positions and a head of its own."""

import torch
from torch import nn
from torch.nn import functional as F

from .transformer import Block, jax_block


class GPT(nn.Module):
    def __init__(self, layers: int, width: int, heads: int, length: int, vocabulary: int):
        super().__init__()
        self.tokens, self.positions = nn.Embedding(vocabulary, width), nn.Embedding(length, width)
        for table in (self.tokens, self.positions):
            nn.init.normal_(table.weight, std=0.02)
        self.blocks = nn.Sequential(*(Block(width, heads) for _ in range(layers)))
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, vocabulary, bias=False)

    def forward(self, tokens):
        x = self.tokens(tokens) + self.positions(torch.arange(tokens.shape[1], device=tokens.device))
        return self.head(self.norm(self.blocks(x)))


def torch_step(layers: int, width: int, heads: int, length: int, batch: int, vocabulary: int):
    from . import in_torch as torch_

    model = GPT(layers, width, heads, length, vocabulary)
    batches = torch_.text(batch, length, vocabulary)

    def loss_of(x, y):
        return F.cross_entropy(model(x).flatten(0, 1), y.flatten())

    return torch_.TorchStep(model, torch_.adamw(model), loss_of, batches)


def jax_step(parameters: dict, layers: int, heads: int, **_):
    from . import in_jax as jax_

    def loss_of(p, tokens, y):
        x = p["tokens.weight"][tokens] + p["positions.weight"][: tokens.shape[1]]
        for layer in range(layers):
            x = jax_block(p, f"blocks.{layer}", x, heads)
        return jax_.cross_entropy(jax_.linear(p, "head", jax_.layer_norm(p, "norm", x)), y)

    return jax_.JaxStep.of(parameters, loss_of, jax_.adamw())
