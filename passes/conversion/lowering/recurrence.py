"""Recurrent layers to a loop over time; what does not depend on the step before is outside of it."""

from torch_mlir import ir
from torch_mlir.dialects import linalg

from fungible.dialects._base import string

from ..._linalg import At, Out, empty, filled, generic, index, like, pointwise, reshape
from ..._scalar import Scalar, constant, int32, maximum, select, sigmoid, tanh
from ..._sequences import over_steps, read


def _matmul(left: ir.Value, right: ir.Value, other: ir.Value | None = None) -> ir.Value:
    """`left * right + other`."""
    zero = filled(like(left, [left.type.shape[0], right.type.shape[1]]), 0)
    product = linalg.matmul(left, right, outs=[zero])
    # Not as what the product starts from: IREE does not distribute a product that starts from one row of a slice.
    return product if other is None else pointwise(product.type, [product, other], lambda x, y: x + y)


def _transposed(weight: ir.Value) -> ir.Value:
    rows, columns = weight.type.shape
    return linalg.transpose(weight, outs=[empty(like(weight, [columns, rows]))], permutation=[1, 0]).operation.result


def _in_gates(value: ir.Value, gates: int) -> ir.Value:
    """`[..., gates * H]` as `[..., gates, H]`."""
    *outer, width = value.type.shape
    return reshape(value, [*outer, gates, width // gates])


def _gate(value: ir.Value, number: int) -> At:
    """Of `[B, gates, H]`, over the domain (B, H)."""
    return At(value, (0, ir.AffineConstantExpr.get(number), 1))


def _gate_number(dimension: int) -> Scalar:
    return index(dimension).to(int32())


def _activated(gates: ir.Value, with_tanh: int) -> ir.Value:
    """The sigmoid of `[T, B, gates, H]`, for one gate the hyperbolic tangent."""

    def body(x):
        return select(_gate_number(2).eq(with_tanh), tanh(x), sigmoid(x))

    return pointwise(gates.type, [gates], body)


def _before(first: ir.Value, sequence: ir.Value, number: Scalar) -> ir.Value:
    """`sequence[number - 1]`, or `first` in front of it."""
    earlier = read(sequence, maximum(number - 1, 0))
    return pointwise(first.type, [first, earlier], lambda a, b: select(number.eq(0), a, b))


def _lstm(op: ir.OpView) -> list[ir.Value]:
    products, hidden, cell, weight = op.operation.operands
    by_hidden = _transposed(weight)
    output, cells, gates = (result.type for result in op.operation.results)

    def step(number, hidden, cell):
        pre = _matmul(hidden, by_hidden, read(products, number))
        parts = _in_gates(pre, 4)

        def body(i, f, g, o, c):
            c = sigmoid(f) * c + sigmoid(i) * tanh(g)
            return sigmoid(o) * tanh(c), c

        inputs = [*(_gate(parts, k) for k in range(4)), At(cell, (0, 1))]
        hidden, cell = generic(2, inputs, [Out(hidden.type, (0, 1)), Out(cell.type, (0, 1))], body)
        return [hidden, cell], [hidden, cell, pre]

    return over_steps(products.type.shape[0], [hidden, cell], [output, cells, gates], step)[1]


def _lstm_backward(op: ir.OpView) -> list[ir.Value]:
    gates, grad_output, grad_cells, cells, cell, weight = op.operation.operands
    steps, rows, units = cells.type.shape
    activated = _activated(_in_gates(gates, 4), 2)
    zero = filled(cell.type, 0)

    def step(number, grad_hidden, grad_cell):
        parts = read(activated, number)
        inputs = [grad_hidden, grad_cell, read(grad_output, number), read(grad_cells, number), read(cells, number)]
        inputs = [At(value, (0, 1)) for value in (*inputs, _before(cell, cells, number))]

        def body(i, f, g, o, grad_h, grad_c, own_h, own_c, c, earlier):
            grad_h, c = grad_h + own_h, tanh(c)
            grad_c = grad_c + own_c + grad_h * o * (1.0 - c * c)
            return (
                grad_c * f,
                grad_c * g * (i * (1.0 - i)),
                grad_c * earlier * (f * (1.0 - f)),
                grad_c * i * (1.0 - g * g),
                grad_h * c * (o * (1.0 - o)),
            )

        outputs = [Out(cell.type, (0, 1)) for _ in range(5)]
        grad_cell, *grads = generic(2, [*(_gate(parts, k) for k in range(4)), *inputs], outputs, body)
        grad = reshape(_side_by_side(grads), [rows, 4 * units])
        return [_matmul(grad, weight), grad_cell], [grad]

    (grad_hidden, grad_cell), (grad,) = over_steps(steps, [zero, zero], [gates.type], step, backwards=True)
    return [grad, grad_hidden, grad_cell]


def _side_by_side(parts: list[ir.Value]) -> ir.Value:
    """Tensors `[B, H]` as `[B, parts, H]`."""
    rows, units = parts[0].type.shape

    def body(*values):
        result = values[-1]
        for number in reversed(range(len(values) - 1)):
            result = select(_gate_number(1).eq(number), values[number], result)
        return result

    return pointwise(like(parts[0], [rows, len(parts), units]), [At(part, (0, 2)) for part in parts], body)


def _gru(op: ir.OpView) -> list[ir.Value]:
    products, hidden, weight, bias = op.operation.operands
    output, recurrent = (result.type for result in op.operation.results)
    by_hidden = _transposed(weight)
    start = pointwise(like(products, list(products.type.shape)[1:]), [At(bias, (1,))], lambda b: b)

    def step(number, hidden):
        own = _matmul(hidden, by_hidden, start)
        x, h = _in_gates(read(products, number), 3), _in_gates(own, 3)

        def body(xr, xz, xn, hr, hz, hn, before):
            z, n = sigmoid(xz + hz), tanh(xn + sigmoid(xr + hr) * hn)
            return (1.0 - z) * n + z * before

        inputs = [*(_gate(x, k) for k in range(3)), *(_gate(h, k) for k in range(3)), At(hidden, (0, 1))]
        (hidden,) = generic(2, inputs, [Out(hidden.type, (0, 1))], body)
        return [hidden], [hidden, own]

    return over_steps(products.type.shape[0], [hidden], [output, recurrent], step)[1]


def _gru_backward(op: ir.OpView) -> list[ir.Value]:
    products, grad_output, recurrent, output, hidden, weight = op.operation.operands
    steps, rows, units = output.type.shape
    x, h = _in_gates(products, 3), _in_gates(recurrent, 3)
    flat = like(output, [steps, rows, units])

    def gate(value, number):
        return At(value, (0, 1, ir.AffineConstantExpr.get(number), 2))

    def activate(xr, xz, xn, hr, hz, hn):
        r, z = sigmoid(xr + hr), sigmoid(xz + hz)
        return r, z, tanh(xn + r * hn)

    r, z, n = generic(
        3,
        [*(gate(x, k) for k in range(3)), *(gate(h, k) for k in range(3))],
        [Out(flat, (0, 1, 2)) for _ in range(3)],
        activate,
    )

    def step(number, grad_hidden):
        values = [grad_hidden, read(grad_output, number), read(r, number), read(z, number), read(n, number)]
        values = [At(value, (0, 1)) for value in (*values, _before(hidden, output, number))]

        def body(grad, own, r, z, n, before, hn):
            grad = grad + own
            grad_n = grad * (1.0 - z) * (1.0 - n * n)
            grad_z = grad * (before - n) * (z * (1.0 - z))
            grad_r = grad_n * hn * (r * (1.0 - r))
            return grad * z, grad_r, grad_z, grad_n, grad_n * r

        outputs = [Out(hidden.type, (0, 1)) for _ in range(5)]
        direct, grad_r, grad_z, grad_n, grad_hn = generic(2, [*values, _gate(read(h, number), 2)], outputs, body)
        of_products = reshape(_side_by_side([grad_r, grad_z, grad_n]), [rows, 3 * units])
        of_recurrent = reshape(_side_by_side([grad_r, grad_z, grad_hn]), [rows, 3 * units])
        return [_matmul(of_recurrent, weight, direct)], [of_products, of_recurrent]

    types = [products.type, recurrent.type]
    (grad_hidden,), grads = over_steps(steps, [filled(hidden.type, 0)], types, step, backwards=True)
    return [*grads, grad_hidden]


def _rnn(op: ir.OpView) -> list[ir.Value]:
    products, hidden, weight = op.operation.operands
    by_hidden, nonlinearity = _transposed(weight), string(op, "nonlinearity")

    def activate(x: Scalar) -> Scalar:
        return tanh(x) if nonlinearity == "tanh" else maximum(x, 0.0)

    def step(number, hidden):
        pre = _matmul(hidden, by_hidden, read(products, number))
        hidden = pointwise(hidden.type, [pre], activate)
        return [hidden], [hidden]

    return over_steps(products.type.shape[0], [hidden], [products.type], step)[1]


def _rnn_backward(op: ir.OpView) -> list[ir.Value]:
    output, grad_output, weight = op.operation.operands
    nonlinearity = string(op, "nonlinearity")

    def slope(grad: Scalar, own: Scalar, y: Scalar) -> Scalar:
        grad, zero = grad + own, constant(y.type, 0)
        return grad * (1.0 - y * y) if nonlinearity == "tanh" else select(zero.ge(y), zero, grad)

    def step(number, grad_hidden):
        grad = pointwise(grad_hidden.type, [grad_hidden, read(grad_output, number), read(output, number)], slope)
        return [_matmul(grad, weight)], [grad]

    steps, rows, units = output.type.shape
    zero = filled(like(output, [rows, units]), 0)
    (grad_hidden,), (grad,) = over_steps(steps, [zero], [output.type], step, backwards=True)
    return [grad, grad_hidden]


LOWERINGS = {
    "fungible.gru": _gru,
    "fungible.gru_backward": _gru_backward,
    "fungible.lstm": _lstm,
    "fungible.lstm_backward": _lstm_backward,
    "fungible.rnn": _rnn,
    "fungible.rnn_backward": _rnn_backward,
}
