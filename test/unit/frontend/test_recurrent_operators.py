"""Recurrent layers by one operator each, against `torch.nn`: values, gradients, and what has no form."""

import pytest
import torch
from torch import nn

from fungible.errors import CaptureError
from fungible.frontend import recurrent_operators
from fungible.frontend.functions import WithoutValues
from fungible.frontend.random import CounterBased

T, B, H = 5, 3, 4


def _tensors(*shapes):
    generator = torch.Generator().manual_seed(0)
    return tuple(torch.randn(shape, generator=generator, dtype=torch.float64) for shape in shapes)


FORWARD = {
    "lstm": (_tensors((T, B, 4 * H), (B, H), (B, H), (4 * H, H)), ()),
    "gru": (_tensors((T, B, 3 * H), (B, H), (3 * H, H), (3 * H,)), ()),
    "rnn": (_tensors((T, B, H), (B, H), (H, H)), ("tanh",)),
}
BACKWARD = {
    "lstm_backward": _tensors((T, B, 4 * H), (T, B, H), (T, B, H), (T, B, H), (B, H), (4 * H, H)),
    "gru_backward": _tensors((T, B, 3 * H), (T, B, H), (T, B, 3 * H), (T, B, H), (B, H), (3 * H, H)),
    "rnn_backward": (*_tensors((T, B, H), (T, B, H), (H, H)), "relu"),
}


@pytest.mark.parametrize("name", FORWARD)
def test_operator_and_its_derivative(name):
    tensors, rest = FORWARD[name]
    op = getattr(torch.ops.fungible, name)
    tensors = tuple(tensor.clone().requires_grad_() for tensor in tensors)
    torch.library.opcheck(op.default, (*tensors, *rest))
    # What is kept for the backward pass has no gradient.
    count = {"lstm": 2, "gru": 1}.get(name)
    assert torch.autograd.gradcheck(lambda *t: op(*t, *rest)[:count] if count else op(*t, *rest), tensors)


@pytest.mark.parametrize("name", BACKWARD)
def test_backward_operator(name):
    torch.library.opcheck(getattr(torch.ops.fungible, name).default, BACKWARD[name])


def test_every_operator_is_tested():
    assert {*FORWARD, *BACKWARD} == set(recurrent_operators.SCHEMAS)


NETWORKS = {
    "lstm": lambda: nn.LSTM(5, H),
    "lstm, two layers both ways": lambda: nn.LSTM(5, H, 2, bidirectional=True, bias=False),
    "gru, batch first": lambda: nn.GRU(5, H, 2, batch_first=True),
    "gru, no bias": lambda: nn.GRU(5, H, bias=False),
    "tanh, both ways": lambda: nn.RNN(5, H, bidirectional=True),
    "relu": lambda: nn.RNN(5, H, 2, nonlinearity="relu"),
    "lstm, projected": lambda: nn.LSTM(5, H, proj_size=2),
}


def _run(network, x):
    network.zero_grad()
    x = x.clone().requires_grad_()
    output, states = network(x)
    states = states if isinstance(states, tuple) else (states,)
    sum((value * value).sum() for value in (output, *states)).backward()
    return [output, *states, x.grad, *(p.grad.clone() for p in network.parameters())]


@pytest.mark.parametrize("name", NETWORKS)
def test_network(name):
    torch.manual_seed(0)
    network, x = NETWORKS[name]().double(), _tensors((T, B, 5))[0]
    expected = _run(network, x)
    with WithoutValues():
        own = _run(network, x)
    torch.testing.assert_close(own, expected)


def test_dropout_lies_between_the_layers():
    torch.manual_seed(0)
    network, (x,) = nn.GRU(5, H, 2, dropout=0.5).double(), _tensors((T, B, 5))
    seed, step = torch.zeros(2, dtype=torch.int32), torch.tensor(0, dtype=torch.int32)
    with CounterBased(seed, step):
        output, states = network(x)
    first, second = nn.GRU(5, H).double(), nn.GRU(H, H).double()
    for number, layer in enumerate((first, second)):
        keys = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        layer.load_state_dict({f"{key}_l0": getattr(network, f"{key}_l{number}") for key in keys})
    inner, _ = first(x)
    dropped = torch.ops.fungible.dropout(inner, seed, step, 0.5, 0)
    torch.testing.assert_close(output, second(dropped)[0])
    assert states.shape == (2, B, H)


def test_packed_sequences_are_an_error():
    packed = nn.utils.rnn.pack_padded_sequence(torch.rand(T, 2, 5), [5, 3])
    with WithoutValues(), pytest.raises(CaptureError, match="pad them"):
        nn.LSTM(5, H)(packed)
