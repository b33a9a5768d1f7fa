"""`torch.lstm`, `torch.gru`, `torch.rnn_tanh` and `torch.rnn_relu` by one operator a layer and direction.

PyTorch would write out every step of the sequence, or call oneDNN. Under autocast, products of the inputs come in 16 bits:
then LSTMs and plain networks have their states in 16 bits as well, and GRUs those that they are given, as in PyTorch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from ..errors import CaptureError
from . import recurrent_operators  # noqa: F401  defines torch.ops.fungible.lstm and the others


def _lstm_layer(x: Tensor, hidden: tuple[Tensor, ...], w_ih: Tensor, w_hh: Tensor, b_ih=None, b_hh=None):
    bias = None if b_ih is None else b_ih + b_hh
    products = F.linear(x, w_ih, bias)
    output, cells, _ = torch.ops.fungible.lstm(products, *(like.to(products.dtype) for like in (*hidden, w_hh)))
    return output, (output[-1], cells[-1])


def _gru_layer(x: Tensor, hidden: tuple[Tensor, ...], w_ih: Tensor, w_hh: Tensor, b_ih=None, b_hh=None):
    b_hh = w_hh.new_zeros(w_hh.size(0)) if b_hh is None else b_hh
    products = F.linear(x, w_ih, b_ih).to(hidden[0].dtype)
    output, _ = torch.ops.fungible.gru(products, *hidden, w_hh.to(products.dtype), b_hh.to(products.dtype))
    return output, (output[-1],)


def _rnn_layer(nonlinearity: str):
    def layer(x: Tensor, hidden: tuple[Tensor, ...], w_ih: Tensor, w_hh: Tensor, b_ih=None, b_hh=None):
        bias = None if b_ih is None else b_ih + b_hh
        products = F.linear(x, w_ih, bias)
        output = torch.ops.fungible.rnn(products, *(like.to(products.dtype) for like in (*hidden, w_hh)), nonlinearity)
        return output, (output[-1],)

    return layer


_LAYERS = {
    torch.lstm: _lstm_layer,
    torch.gru: _gru_layer,
    torch.rnn_tanh: _rnn_layer("tanh"),
    torch.rnn_relu: _rnn_layer("relu"),
}


def is_packed(args: Sequence) -> bool:
    """Whether the arguments are those of a packed sequence: data, sizes of batches, and the rest."""
    return isinstance(args[1], Tensor) and not args[1].is_floating_point()


def by_layers(
    run: Callable,
    input: Tensor,
    hx: Tensor | Sequence[Tensor],
    params: Sequence[Tensor],
    num_layers: int,
    bidirectional: bool,
    dropout: Callable[[Tensor], Tensor] | None = None,
) -> tuple[Tensor, ...]:
    """All layers of a network: `run(x, hidden, weights)` for each layer and direction.

    Args:
        input: `[T, B, inputs]`.
        hx: the hidden state `[layers * directions, B, H]`, or several (of LSTMs hidden state and cells).
        dropout: of the outputs of each layer but the last.

    Returns:
        The output of the last layer `[T, B, H * directions]`, then states as `hx`.
    """
    directions, hx = 2 if bidirectional else 1, [hx] if isinstance(hx, Tensor) else list(hx)
    count = len(params) // (num_layers * directions)
    ends, x = [], input
    for layer in range(num_layers):
        outputs = []
        for direction in range(directions):
            number = layer * directions + direction
            weights = params[number * count : (number + 1) * count]
            output, end = run(x.flip(0) if direction else x, tuple(h[number] for h in hx), weights)
            outputs.append(output.flip(0) if direction else output)
            ends.append(end)
        x = torch.cat(outputs, -1) if bidirectional else outputs[0]
        if dropout is not None and layer < num_layers - 1:
            x = dropout(x)
    return x, *(torch.stack(states) for states in zip(*ends, strict=True))


def _whole(layer: Callable):
    """The function of torch by these layers."""

    def function(input, hx, params, *rest):
        if is_packed((input, hx)):
            raise CaptureError(
                "packed sequences have no static form; pad them (torch.nn.utils.rnn.pad_sequence) and mask the outputs"
            )
        _, num_layers, dropout, train, bidirectional, batch_first = rest
        first = hx if isinstance(hx, Tensor) else hx[0]
        projected = not isinstance(hx, Tensor) and hx[0].size(-1) != hx[1].size(-1)
        if projected or (train and dropout and num_layers > 1) or 0 in input.shape or first.dim() != 3:
            return NotImplemented
        input = input.transpose(0, 1) if batch_first else input
        output, *states = by_layers(
            lambda x, hidden, weights: layer(x, hidden, *weights), input, hx, params, num_layers, bidirectional
        )
        return output.transpose(0, 1) if batch_first else output, *states

    return function


#: Function of torch -> what stands in for it.
REPLACED = {function: _whole(layer) for function, layer in _LAYERS.items()}
