"""Layers of 784, 1024, 1024 and 10; batch 128."""

from torch import nn
from torch.nn import functional as F

BATCH = 128



def torch_step(optimizer: str):
    from . import in_torch as torch_

    model = nn.Sequential(nn.Linear(784, 1024), nn.ReLU(), nn.Linear(1024, 1024), nn.ReLU(), nn.Linear(1024, 10))
    chosen = {"sgd": torch_.sgd, "adamw": torch_.adamw}[optimizer](model)
    batches = torch_.classified(BATCH, 784, classes=10)
    return torch_.TorchStep(model, chosen, lambda x, y: F.cross_entropy(model(x), y), batches)


def jax_step(parameters: dict, optimizer: str):
    import jax

    from . import in_jax as jax_

    def loss_of(p, x, y):
        x = jax.nn.relu(jax_.linear(p, "0", x))
        x = jax.nn.relu(jax_.linear(p, "2", x))
        return jax_.cross_entropy(jax_.linear(p, "4", x), y)

    return jax_.JaxStep.of(parameters, loss_of, {"sgd": jax_.sgd, "adamw": jax_.adamw}[optimizer]())
