"""Recurrent layers over time: one layer in one direction, forward and backward.

The products of the inputs with their weights are taken beforehand, for all steps at once. Sizes: T steps,
B rows of the batch, H hidden units.
"""

from torch_mlir import ir

from .._base import Operand, Pure, Result, Tensor, expect, expect_like, expect_rank, string
from .numerics import RoundingOp

NONLINEARITIES = ("relu", "tanh")


class _RecurrentOp(RoundingOp):
    """Shared checks."""

    def _sizes(self, name: str, gates: int) -> tuple[list[int], ir.Value]:
        """T, B and H of the first operand, `[T, B, gates * H]`, and the operand."""
        first = self.operation.operands[0]
        type_ = expect_rank(first, name, 3)
        steps, rows, width = type_.shape
        expect(str(type_.element_type) in ("f16", "bf16", "f32", "f64"), f"expects {name} of floats, but it is {type_}")
        expect(width % gates == 0, f"expects the last dimension of {name} to be {gates} times H, but it is {type_}")
        return [steps, rows, width // gates], first

    def _expect(self, like: ir.Value, operands: dict[str, list[int]], results: dict[str, list[int]]) -> None:
        """The shapes of the operands behind the first, and of the results."""
        for (name, shape), value in zip(operands.items(), list(self.operation.operands)[1:], strict=True):
            expect_like(value, name, shape, like, "the first operand")
        for (name, shape), value in zip(results.items(), self.operation.results, strict=True):
            expect_like(value, name, shape, like, "the first operand")


class LstmOp(_RecurrentOp, name="lstm", traits=[Pure]):
    """Long short-term memory.

        gates[t] = products[t] + h[t-1] * weight^T             i, f, g and o, side by side
        c[t] = sigmoid(f) * c[t-1] + sigmoid(i) * tanh(g)
        h[t] = sigmoid(o) * tanh(c[t])

    Operands: products `[T, B, 4H]`, hidden and cell `[B, H]` (h[-1] and c[-1]), weight `[4H, H]`.
    Results: output and cells `[T, B, H]`, and gates `[T, B, 4H]` for the backward pass.
    Source: `torch.nn.LSTM`.
    """

    products: Operand[Tensor]
    hidden: Operand[Tensor]
    cell: Operand[Tensor]
    weight: Operand[Tensor]
    output: Result[Tensor]
    cells: Result[Tensor]
    gates: Result[Tensor]

    def check(self) -> None:
        (t, b, h), first = self._sizes("products", 4)
        self._expect(
            first,
            {"hidden": [b, h], "cell": [b, h], "weight": [4 * h, h]},
            {"output": [t, b, h], "cells": [t, b, h], "gates": [t, b, 4 * h]},
        )


class LstmBackwardOp(_RecurrentOp, name="lstm_backward", traits=[Pure]):
    """Gradients of `fungible.lstm`; that of the weight is a product over all steps of the first result.

    Operands: gates `[T, B, 4H]`, grad_output, grad_cells and cells `[T, B, H]`, cell `[B, H]`, weight `[4H, H]`.
    Results: grad_products `[T, B, 4H]`, grad_hidden and grad_cell `[B, H]`.
    Source: the derivative of the formulas of `fungible.lstm`.
    """

    gates: Operand[Tensor]
    grad_output: Operand[Tensor]
    grad_cells: Operand[Tensor]
    cells: Operand[Tensor]
    cell: Operand[Tensor]
    weight: Operand[Tensor]
    grad_products: Result[Tensor]
    grad_hidden: Result[Tensor]
    grad_cell: Result[Tensor]

    def check(self) -> None:
        (t, b, h), first = self._sizes("gates", 4)
        whole = [t, b, h]
        self._expect(
            first,
            {"grad_output": whole, "grad_cells": whole, "cells": whole, "cell": [b, h], "weight": [4 * h, h]},
            {"grad_products": [t, b, 4 * h], "grad_hidden": [b, h], "grad_cell": [b, h]},
        )


class GruOp(_RecurrentOp, name="gru", traits=[Pure]):
    """Gated recurrent unit.

        recurrent[t] = h[t-1] * weight^T + bias                r, z and n, side by side, as in products
        r, z = sigmoid(products[t] + recurrent[t])
        n = tanh(products[t] + r * recurrent[t])
        h[t] = (1 - z) * n + z * h[t-1]

    Operands: products `[T, B, 3H]`, hidden `[B, H]` (h[-1]), weight `[3H, H]`, bias `[3H]`.
    Results: output `[T, B, H]`, and recurrent `[T, B, 3H]` for the backward pass.
    Source: `torch.nn.GRU`.
    """

    products: Operand[Tensor]
    hidden: Operand[Tensor]
    weight: Operand[Tensor]
    bias: Operand[Tensor]
    output: Result[Tensor]
    recurrent: Result[Tensor]

    def check(self) -> None:
        (t, b, h), first = self._sizes("products", 3)
        self._expect(
            first,
            {"hidden": [b, h], "weight": [3 * h, h], "bias": [3 * h]},
            {"output": [t, b, h], "recurrent": [t, b, 3 * h]},
        )


class GruBackwardOp(_RecurrentOp, name="gru_backward", traits=[Pure]):
    """Gradients of `fungible.gru`; those of weight and bias are sums over all steps of the second result.

    Operands: products `[T, B, 3H]`, grad_output `[T, B, H]`, recurrent `[T, B, 3H]`, output `[T, B, H]`,
    hidden `[B, H]`, weight `[3H, H]`. Results: grad_products and grad_recurrent `[T, B, 3H]`, grad_hidden `[B, H]`.
    Source: the derivative of the formulas of `fungible.gru`.
    """

    products: Operand[Tensor]
    grad_output: Operand[Tensor]
    recurrent: Operand[Tensor]
    output: Operand[Tensor]
    hidden: Operand[Tensor]
    weight: Operand[Tensor]
    grad_products: Result[Tensor]
    grad_recurrent: Result[Tensor]
    grad_hidden: Result[Tensor]

    def check(self) -> None:
        (t, b, h), first = self._sizes("products", 3)
        wide = [t, b, 3 * h]
        self._expect(
            first,
            {"grad_output": [t, b, h], "recurrent": wide, "output": [t, b, h], "hidden": [b, h], "weight": [3 * h, h]},
            {"grad_products": wide, "grad_recurrent": wide, "grad_hidden": [b, h]},
        )


class RnnOp(_RecurrentOp, name="rnn", traits=[Pure]):
    """Elman's network: `h[t] = nonlinearity(products[t] + h[t-1] * weight^T)`.

    Operands: products `[T, B, H]`, hidden `[B, H]` (h[-1]), weight `[H, H]`. Result: output like products.
    Source: `torch.nn.RNN`; nonlinearity is `tanh` or `relu`.
    """

    products: Operand[Tensor]
    hidden: Operand[Tensor]
    weight: Operand[Tensor]
    output: Result[Tensor]
    nonlinearity: ir.StringAttr

    def check(self) -> None:
        (t, b, h), first = self._sizes("products", 1)
        _check_nonlinearity(self)
        self._expect(first, {"hidden": [b, h], "weight": [h, h]}, {"output": [t, b, h]})


class RnnBackwardOp(_RecurrentOp, name="rnn_backward", traits=[Pure]):
    """Gradients of `fungible.rnn`; that of the weight is a product over all steps of the first result.

    Operands: output and grad_output `[T, B, H]`, weight `[H, H]`.
    Results: grad_products `[T, B, H]`, grad_hidden `[B, H]`.
    Source: the derivative of the formula of `fungible.rnn`.
    """

    output: Operand[Tensor]
    grad_output: Operand[Tensor]
    weight: Operand[Tensor]
    grad_products: Result[Tensor]
    grad_hidden: Result[Tensor]
    nonlinearity: ir.StringAttr

    def check(self) -> None:
        (t, b, h), first = self._sizes("output", 1)
        _check_nonlinearity(self)
        self._expect(
            first, {"grad_output": [t, b, h], "weight": [h, h]}, {"grad_products": [t, b, h], "grad_hidden": [b, h]}
        )


def _check_nonlinearity(op: RoundingOp) -> None:
    kind = string(op, "nonlinearity")
    expect(kind in NONLINEARITIES, f"expects nonlinearity to be relu or tanh, but it is {kind}")
