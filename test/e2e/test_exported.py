"""A program of `torch.export` trains as the model that it was exported from."""

import copy
import functools

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

import fungible


def _model() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 3))


def _batch() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    return torch.randn(6, 4, generator=generator), torch.randint(0, 3, (6,), generator=generator)


def _losses(session, batch, steps=4) -> list[float]:
    return [float(session.step(batch)) for _ in range(steps)]


def test_an_exported_program_trains_as_eager_does():
    model, batch = _model(), _batch()
    exported = torch.export.export(copy.deepcopy(model), (batch[0],))
    optimizer = torch.optim.SGD(exported.parameters(), lr=0.1, momentum=0.9)
    program = fungible.capture(model=exported, optimizer=optimizer, loss=F.cross_entropy, example=batch)
    session = program.compile().on("cpu")
    compiled = _losses(session, batch)

    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    expected = []
    for _ in compiled:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(batch[0]), batch[1])
        loss.backward()
        optimizer.step()
        expected.append(float(loss.detach()))
    np.testing.assert_allclose(compiled, expected, rtol=1e-5)
    for name, value in model.state_dict().items():
        np.testing.assert_allclose(session.state[f"model.{name}"], value.numpy(), rtol=1e-4, atol=1e-6, err_msg=name)


def test_an_optimizer_may_be_made_of_the_parameters():
    batch = _batch()
    exported = torch.export.export(_model(), (batch[0],))
    make = functools.partial(torch.optim.AdamW, lr=1e-2)
    program = fungible.capture(model=exported, optimizer=make, loss=F.cross_entropy, example=batch)
    names = program.initial_state()
    assert "optimizer.state.0.weight.exp_avg" in names
    assert float(names["optimizer.param_groups.0.lr"]) == pytest.approx(1e-2)


def test_exported_dropout_draws_from_the_programs_seed():
    batch = _batch()
    model = nn.Sequential(nn.Linear(4, 8), nn.Dropout(0.5), nn.Linear(8, 3))
    make = functools.partial(torch.optim.SGD, lr=0.1)
    capture = functools.partial(fungible.capture, optimizer=make, loss=F.cross_entropy, example=batch, seed=5)
    of_model = capture(model=model)
    of_exported = capture(model=torch.export.export(model, (batch[0],)))
    assert "fungible.dropout" in of_exported.as_text("fungible")
    one, other = (program.compile().on("cpu") for program in (of_model, of_exported))
    np.testing.assert_array_equal(_losses(one, batch), _losses(other, batch))


def test_what_is_exported_with_its_backward_pass_is_refused():
    class Loss(nn.Module):
        def __init__(self):
            super().__init__()
            self.linear = nn.Linear(4, 1)

        def forward(self, x):
            return self.linear(x).sum()

    from torch.export.experimental import _export_forward_backward

    joint = _export_forward_backward(torch.export.export(Loss(), (torch.ones(2, 4),), strict=False))
    with pytest.raises(fungible.CaptureError, match="export the model alone"):
        fungible.capture(model=joint, optimizer=torch.optim.SGD, loss=F.mse_loss, example=_batch())


def test_a_step_takes_the_module_of_an_exported_program():
    batch = _batch()
    exported = torch.export.export(_model(), (batch[0],))
    optimizer = torch.optim.SGD(exported.parameters(), lr=0.1)
    with pytest.raises(fungible.CaptureError, match=r"call \.module\(\) of it first"):
        fungible.capture(lambda batch: batch[0], model=exported, optimizer=optimizer, example=batch)
