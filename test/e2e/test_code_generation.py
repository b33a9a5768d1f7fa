"""Programs that came out wrong, or not at all, before a flag or a form of ours kept them from it."""

import numpy as np
import torch
from torch import nn

from fungible import Program


def _agrees(model, step, batch):
    session = Program(model=model, optimizer=None, step=step, batches=[batch], seed=0).compile().on("cpu")
    for ours, eager in zip(session.step(batch), step(batch), strict=True):
        np.testing.assert_allclose(np.asarray(ours), eager.detach().numpy(), rtol=1e-6, atol=1e-6)


def test_a_value_and_its_negation_in_slices_of_larger_tensors():
    """Aggressive fusion lost one of the two (`targets/_fusion.py`)."""
    torch.manual_seed(0)
    model = nn.ParameterList([torch.randn(2, 3), torch.randn(2, 3)])

    def step(gradient):
        out = torch.cumulative_trapezoid(*model)
        return [out, *torch.autograd.grad(out, list(model), gradient)]

    _agrees(model, step, torch.randn(2, 2))


def test_indices_of_32_bits():
    model = nn.Embedding(5, 3)

    def step(index):
        out = model.weight[index] * 2 + model.weight.index_select(0, index)
        return [out, *torch.autograd.grad(out.sum(), [model.weight])]

    _agrees(model, step, torch.tensor([3, 1, 0], dtype=torch.int32))
