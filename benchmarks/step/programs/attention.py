"""One block over 1024 tokens, most of whose arithmetic is attention; batch 2."""

import numpy as np
import torch

from .transformer import Block, jax_block

BATCH, LENGTH, WIDTH, HEADS = 2, 1024, 256, 8


def torch_step():
    from . import in_torch as torch_

    model = Block(WIDTH, HEADS)
    random = np.random.default_rng(0)
    batches = [tuple(random.standard_normal((2, BATCH, LENGTH, WIDTH), np.float32)) for _ in range(4)]
    return torch_.TorchStep(model, torch_.adamw(model), lambda x, y: torch.mean((model(x) - y) ** 2), batches)


def jax_step(parameters: dict):
    from . import in_jax as jax_

    def loss_of(p, x, y):
        own = {f"block.{name}": value for name, value in p.items()}
        return ((jax_block(own, "block", x, HEADS) - y) ** 2).mean()

    return jax_.JaxStep.of(parameters, loss_of, jax_.adamw())
