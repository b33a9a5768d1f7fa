"""`optim_db`: five steps of a small model with each sample configuration of each optimizer."""

from __future__ import annotations

import torch
from torch import nn
from torch.testing._internal.common_optimizers import optim_db

from case import Case, Skipped

STEPS = 5


def names() -> list[str]:
    return [info.optim_cls.__name__ for info in optim_db]


def case(name: str, target: str) -> Case:
    info = next(info for info in optim_db if info.optim_cls.__name__ == name)
    configurations = [i.kwargs for i in info.optim_inputs_func(device="cpu")]
    if not configurations:
        raise Skipped("has no configurations")
    torch.manual_seed(0)
    models = nn.ModuleList(
        nn.Sequential(nn.Linear(4, 6, bias=name != "Muon"), nn.Tanh(), nn.Linear(6, 3, bias=name != "Muon"))
        for _ in configurations
    )
    optimizers = [info.optim_cls(model.parameters(), **options) for model, options in zip(models, configurations)]
    batches = [(torch.randn(8, 4), torch.randint(0, 3, (8,))) for _ in range(STEPS)]

    def step(batch):
        x, y = batch
        losses = []
        for model, optimizer in zip(models, optimizers):

            def closure():
                optimizer.zero_grad()
                loss = nn.functional.cross_entropy(model(x), y)
                loss.backward()
                return loss

            losses.append(closure())
            if name == "LBFGS":
                optimizer.step(closure)
            else:
                optimizer.step()
        return losses

    return Case(models, optimizers, step, batches, rtol=1.3e-6 * STEPS, atol=1e-5)
