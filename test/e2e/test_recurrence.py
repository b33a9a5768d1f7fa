"""Recurrent networks train as in eager, and the size of their programs does not depend on the number of steps."""

import numpy as np
import torch
from torch import nn

import fungible
from fungible.frontend.random import CounterBased


class _Networks(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(5, 6, bidirectional=True)
        self.gru = nn.GRU(12, 4, 2, dropout=0.25)
        self.rnn = nn.RNN(4, 3, nonlinearity="relu")

    def forward(self, x):
        x, (_, cell) = self.lstm(x)
        x, _ = self.gru(x)
        x, last = self.rnn(x)
        return x, cell, last


def _program(steps):
    torch.manual_seed(0)
    model = _Networks()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    batch = torch.randn(steps, 3, 5)

    def step(batch):
        optimizer.zero_grad()
        x = batch.clone().requires_grad_()
        output, cell, last = model(x)
        loss = (output * output).mean() + (cell**3).mean() + last.sum()
        loss.backward()
        gradient = x.grad.clone()
        optimizer.step()
        return {"loss": loss, "gradient": gradient}

    return model, batch, step, fungible.Program(model=model, optimizer=optimizer, step=step, batches=[batch], seed=0)


def test_training():
    model, batch, step, program = _program(19)  # a turn of sixteen steps, and three
    session = program.compile(targets=["cpu"]).on("cpu")
    for number in range(2):
        own = session.step(batch)
        with CounterBased(torch.zeros(2, dtype=torch.int32), torch.tensor(number, dtype=torch.int32)):
            expected = step(batch)
        for key in expected:
            np.testing.assert_allclose(np.asarray(own[key]), expected[key].detach().numpy(), rtol=1e-5, atol=1e-6)
    for name, parameter in model.named_parameters():
        trained = np.asarray(session.state[f"model.{name}"])
        np.testing.assert_allclose(trained, parameter.detach().numpy(), rtol=1e-5, atol=1e-6)


def test_size_of_the_program():
    sizes = [len(_program(steps)[-1].as_text("linalg").splitlines()) for steps in (40, 120)]
    assert abs(sizes[0] - sizes[1]) <= 0.02 * sizes[0]
