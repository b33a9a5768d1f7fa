"""Every form that a convolution and its gradients take, in one step, against float64."""

import copy

import numpy as np
import pytest
import torch
from torch import nn

import fungible
from local_devices import runs_here


class Convolutions(nn.Module):
    """Rows that vectors divide and others; groups, strides, dilations, 1x1; one dimension; a long sum; many places and few."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 16, 3, padding=1)
        self.dilated = nn.Conv2d(16, 16, 5, padding=4, dilation=2)
        self.halved = nn.Conv2d(16, 32, 3, 2, padding=1)
        self.grouped = nn.Conv2d(32, 32, (3, 2), padding=1, dilation=(1, 2), groups=2)
        self.deep = nn.Conv2d(32, 64, 3, 2, padding=1)
        self.long_sum = nn.Conv2d(64, 64, 3, padding=1)
        self.enlarged = nn.ConvTranspose2d(64, 64, 4, 2, padding=1)
        self.pointwise = nn.Conv2d(64, 64, 1, 2)
        self.few_places = nn.Conv2d(64, 400, 3, 2, padding=1)
        self.row = nn.Conv1d(400, 16, 3, padding=1)

    def forward(self, x):
        for layer in (self.first, self.dilated, self.halved, self.grouped, self.deep, self.long_sum, self.enlarged, self.pointwise):
            x = torch.tanh(layer(x))
        return self.row(self.few_places(x).flatten(2))


def _step_of(model):
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)

    def step(batch):
        optimizer.zero_grad()
        loss = model(batch[0]).square().sum()
        loss.backward()
        optimizer.step()
        return loss.detach()

    return optimizer, step


@pytest.mark.parametrize("target", ["cpu", "vulkan"])
def test_gradients_of_every_form(target):
    if not runs_here(target):
        pytest.skip(f"no device for {target}")
    torch.manual_seed(0)
    model, x = Convolutions(), torch.randn(8, 3, 32, 32)
    exact = copy.deepcopy(model).double()
    optimizer, step = _step_of(model)
    program = fungible.Program(model=model, optimizer=optimizer, step=step, batches=[(x,)], seed=0)
    session = program.compile(targets=[target]).on(target)
    loss = float(session.step((x,)))
    _, exact_step = _step_of(exact)
    before = {name: value.detach().clone() for name, value in exact.named_parameters()}
    np.testing.assert_allclose(loss, float(exact_step((x.double(),))), rtol=1e-5)
    state = session.state
    for name, value in exact.named_parameters():
        (found,) = (np.asarray(state[key]) for key in state if key.endswith(f".{name}"))
        largest = float((value.detach() - before[name]).abs().max())
        np.testing.assert_allclose(found, value.detach().numpy(), rtol=0, atol=1e-5 * largest, err_msg=name)
