"""Operators for one recurrent layer in one direction, which the dialect keeps whole.

    fungible::lstm, gru, rnn        and their backward operators

The formulas are in `dialects/fungible/recurrence.py`. The products of the inputs with their weights
are taken beforehand, and the gradients of weights are products over all steps afterwards, so that
the loop over time holds nothing but what depends on the step before. The CPU kernels serve the tests.
"""

from __future__ import annotations

import torch
from torch import Tensor

SCHEMAS = {
    "lstm": "(Tensor products, Tensor hidden, Tensor cell, Tensor weight) -> (Tensor, Tensor, Tensor)",
    "lstm_backward": (
        "(Tensor gates, Tensor grad_output, Tensor grad_cells, Tensor cells, Tensor cell, Tensor weight)"
        " -> (Tensor, Tensor, Tensor)"
    ),
    "gru": "(Tensor products, Tensor hidden, Tensor weight, Tensor bias) -> (Tensor, Tensor)",
    "gru_backward": (
        "(Tensor products, Tensor grad_output, Tensor recurrent, Tensor output, Tensor hidden, Tensor weight)"
        " -> (Tensor, Tensor, Tensor)"
    ),
    "rnn": "(Tensor products, Tensor hidden, Tensor weight, str nonlinearity) -> Tensor",
    "rnn_backward": "(Tensor output, Tensor grad_output, Tensor weight, str nonlinearity) -> (Tensor, Tensor)",
}


def lstm(products: Tensor, hidden: Tensor, cell: Tensor, weight: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Hidden states and cells `[T, B, H]`, and the gates before their nonlinearities `[T, B, 4H]`.

    Args:
        products: `[T, B, 4H]`, gates i, f, g and o side by side.
        hidden, cell: `[B, H]`.
        weight: `[4H, H]`.
    """
    outputs, cells, gates = [], [], []
    for x in products:
        gates.append(x + hidden @ weight.t())
        i, f, g, o = gates[-1].chunk(4, -1)
        cell = f.sigmoid() * cell + i.sigmoid() * g.tanh()
        hidden = o.sigmoid() * cell.tanh()
        outputs.append(hidden)
        cells.append(cell)
    return torch.stack(outputs), torch.stack(cells), torch.stack(gates)


def lstm_backward(
    gates: Tensor, grad_output: Tensor, grad_cells: Tensor, cells: Tensor, cell: Tensor, weight: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Gradients of products, hidden and cell."""
    grad_hidden, grad_cell, grads = torch.zeros_like(cell), torch.zeros_like(cell), []
    for t in reversed(range(len(gates))):
        i, f, g, o = gates[t].chunk(4, -1)
        i, f, g, o, tanh = i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid(), cells[t].tanh()
        grad_hidden = grad_hidden + grad_output[t]
        grad_cell = grad_cell + grad_cells[t] + grad_hidden * o * (1 - tanh * tanh)
        before = cells[t - 1] if t else cell
        parts = (
            grad_cell * g * i * (1 - i), grad_cell * before * f * (1 - f),
            grad_cell * i * (1 - g * g), grad_hidden * tanh * o * (1 - o),
        )  # fmt: skip
        grads.append(torch.cat(parts, -1))
        grad_hidden, grad_cell = grads[-1] @ weight, grad_cell * f
    return torch.stack(grads[::-1]), grad_hidden, grad_cell


def gru(products: Tensor, hidden: Tensor, weight: Tensor, bias: Tensor) -> tuple[Tensor, Tensor]:
    """Hidden states `[T, B, H]`, and `h * weight^T + bias` of the state before, `[T, B, 3H]`.

    Args:
        products: `[T, B, 3H]`, gates r, z and n side by side.
        hidden: `[B, H]`.
        weight: `[3H, H]`.
        bias: `[3H]`.
    """
    outputs, recurrent = [], []
    for x in products:
        recurrent.append(hidden @ weight.t() + bias)
        (xr, xz, xn), (hr, hz, hn) = x.chunk(3, -1), recurrent[-1].chunk(3, -1)
        z, n = (xz + hz).sigmoid(), (xn + (xr + hr).sigmoid() * hn).tanh()
        hidden = (1 - z) * n + z * hidden
        outputs.append(hidden)
    return torch.stack(outputs), torch.stack(recurrent)


def gru_backward(
    products: Tensor, grad_output: Tensor, recurrent: Tensor, output: Tensor, hidden: Tensor, weight: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Gradients of products, of what the state gives to the gates, and of hidden."""
    grad, of_products, of_recurrent = torch.zeros_like(hidden), [], []
    for t in reversed(range(len(products))):
        (xr, xz, xn), (hr, hz, hn) = products[t].chunk(3, -1), recurrent[t].chunk(3, -1)
        r, z = (xr + hr).sigmoid(), (xz + hz).sigmoid()
        n = (xn + r * hn).tanh()
        grad = grad + grad_output[t]
        before = output[t - 1] if t else hidden
        grad_n = grad * (1 - z) * (1 - n * n)
        grad_r, grad_z = grad_n * hn * r * (1 - r), grad * (before - n) * z * (1 - z)
        of_products.append(torch.cat([grad_r, grad_z, grad_n], -1))
        of_recurrent.append(torch.cat([grad_r, grad_z, grad_n * r], -1))
        grad = grad * z + of_recurrent[-1] @ weight
    return torch.stack(of_products[::-1]), torch.stack(of_recurrent[::-1]), grad


def rnn(products: Tensor, hidden: Tensor, weight: Tensor, nonlinearity: str) -> Tensor:
    """Hidden states `[T, B, H]`.

    Args:
        products: `[T, B, H]`.
        hidden: `[B, H]`.
        weight: `[H, H]`.
        nonlinearity: tanh or relu.
    """
    outputs = []
    for x in products:
        hidden = getattr(torch, nonlinearity)(x + hidden @ weight.t())
        outputs.append(hidden)
    return torch.stack(outputs)


def rnn_backward(output: Tensor, grad_output: Tensor, weight: Tensor, nonlinearity: str) -> tuple[Tensor, Tensor]:
    """Gradients of products and hidden."""
    grad, grads = torch.zeros_like(output[0]), []
    for t in reversed(range(len(output))):
        slope = 1 - output[t] * output[t] if nonlinearity == "tanh" else (output[t] > 0).to(grad.dtype)
        grads.append((grad + grad_output[t]) * slope)
        grad = grads[-1] @ weight
    return torch.stack(grads[::-1]), grad


def _like(*tensors: Tensor) -> tuple[Tensor, ...]:
    return tuple(tensor.new_empty(tensor.shape) for tensor in tensors)


def _states(products: Tensor, hidden: Tensor) -> Tensor:
    return products.new_empty([products.size(0), *hidden.shape])


_FAKES = {
    "lstm": lambda x, h, c, w: (_states(x, h), _states(x, h), *_like(x)),
    "lstm_backward": lambda gates, *rest: _like(gates, rest[-2], rest[-2]),
    "gru": lambda x, h, w, b: (_states(x, h), *_like(x)),
    "gru_backward": lambda x, grad, r, y, h, w: _like(x, r, h),
    "rnn": lambda x, h, w, nonlinearity: _like(x)[0],
    "rnn_backward": lambda y, grad, w, nonlinearity: _like(y, y[0]),
}
_KERNELS = {
    "lstm": lstm, "lstm_backward": lstm_backward, "gru": gru, "gru_backward": gru_backward, "rnn": rnn,
    "rnn_backward": rnn_backward,
}  # fmt: skip


def _of_weight(grad: Tensor, output: Tensor, hidden: Tensor) -> Tensor:
    """The sum over all steps and rows of `grad[t]^T * h[t-1]`."""
    before = torch.cat([hidden.unsqueeze(0), output[:-1]])
    return grad.flatten(0, 1).t() @ before.flatten(0, 1)


def _save_lstm(ctx, inputs, output) -> None:
    _, hidden, cell, weight = inputs
    ctx.save_for_backward(hidden, cell, weight, *output)
    ctx.mark_non_differentiable(output[2])


def _lstm_gradients(ctx, grad_output, grad_cells, _):
    hidden, cell, weight, output, cells, gates = ctx.saved_tensors
    grad, grad_hidden, grad_cell = torch.ops.fungible.lstm_backward(gates, grad_output, grad_cells, cells, cell, weight)
    return grad, grad_hidden, grad_cell, _of_weight(grad, output, hidden)


def _save_gru(ctx, inputs, output) -> None:
    products, hidden, weight, _ = inputs
    ctx.save_for_backward(products, hidden, weight, *output)
    ctx.mark_non_differentiable(output[1])


def _gru_gradients(ctx, grad_output, _):
    products, hidden, weight, output, recurrent = ctx.saved_tensors
    grad, grad_recurrent, grad_hidden = torch.ops.fungible.gru_backward(
        products, grad_output, recurrent, output, hidden, weight
    )
    return grad, grad_hidden, _of_weight(grad_recurrent, output, hidden), grad_recurrent.sum((0, 1))


def _save_rnn(ctx, inputs, output) -> None:
    _, hidden, weight, ctx.nonlinearity = inputs
    ctx.save_for_backward(hidden, weight, output)


def _rnn_gradients(ctx, grad_output):
    hidden, weight, output = ctx.saved_tensors
    grad, grad_hidden = torch.ops.fungible.rnn_backward(output, grad_output, weight, ctx.nonlinearity)
    return grad, grad_hidden, _of_weight(grad, output, hidden), None


_GRADIENTS = {
    "lstm": (_lstm_gradients, _save_lstm),
    "gru": (_gru_gradients, _save_gru),
    "rnn": (_rnn_gradients, _save_rnn),
}


def _register() -> torch.library.Library:
    library = torch.library.Library("fungible", "FRAGMENT")
    for name, schema in SCHEMAS.items():
        library.define(name + schema)
        library.impl(name, _KERNELS[name], "CPU")
        torch.library.register_fake(f"fungible::{name}", _FAKES[name], lib=library)
    for name, (backward, save) in _GRADIENTS.items():
        torch.library.register_autograd(f"fungible::{name}", backward, setup_context=save, lib=library)
    return library


# A reload runs this again in the same namespace, and an operator is defined once a process.
if "_LIBRARY" not in globals():
    _LIBRARY = _register()
