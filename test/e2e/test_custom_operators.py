"""Operators of `torch.library` with lowerings of the user's: as exact as eager, forward and backward."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

import fungible
from fungible.errors import CaptureError, CompilationError
from fungible.passes import custom


@torch.library.custom_op("fungible_test::squash", mutates_args=())
def squash(x: torch.Tensor, sharpness: float) -> torch.Tensor:
    return torch.tanh(sharpness * x) + 0.1 * x


@squash.register_fake
def _(x, sharpness):
    return torch.empty_like(x)


@torch.library.custom_op("fungible_test::squash_backward", mutates_args=())
def squash_backward(gradient: torch.Tensor, x: torch.Tensor, sharpness: float) -> torch.Tensor:
    return gradient * (sharpness * (1 - torch.tanh(sharpness * x) ** 2) + 0.1)


@squash_backward.register_fake
def _(gradient, x, sharpness):
    return torch.empty_like(x)


def _save(ctx, inputs, output):
    x, ctx.sharpness = inputs
    ctx.save_for_backward(x)


def _backward(ctx, gradient):
    (x,) = ctx.saved_tensors
    return squash_backward(gradient, x, ctx.sharpness), None


squash.register_autograd(_backward, setup_context=_save)


@torch.library.custom_op("fungible_test::bare", mutates_args=())
def bare(x: torch.Tensor) -> torch.Tensor:
    return x + 1


@bare.register_fake
def _(x):
    return torch.empty_like(x)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(4, 8), nn.Linear(8, 3)

    def forward(self, x):
        return self.second(squash(self.first(x), 1.5))


def _program():
    torch.manual_seed(0)
    model = Model()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    example = (torch.randn(6, 4), torch.tensor([0, 1, 2, 0, 1, 2]))

    def step(batch):
        x, y = batch
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        return loss

    return fungible.capture(step, model=model, optimizer=optimizer, example=example), model, step, example


@pytest.fixture(autouse=True)
def registry():
    """Registrations of one test are not those of the next."""
    from fungible.frontend import user_operators

    before = dict(user_operators._DECOMPOSITIONS), dict(custom.LOWERINGS)
    yield
    for table, kept in zip((user_operators._DECOMPOSITIONS, custom.LOWERINGS), before):
        table.clear()
        table.update(kept)


def _trains_like_eager():
    program, model, step, example = _program()
    session = program.compile().on("cpu")
    for _ in range(3):
        np.testing.assert_allclose(session.step(example), float(step(example).detach()), rtol=2e-5)
    for name, parameter in model.named_parameters():
        np.testing.assert_allclose(session.state[f"model.{name}"], parameter.detach().numpy(), rtol=2e-4, atol=2e-6)
    return program


def test_without_a_lowering_the_error_says_how_to_give_one():
    program, *_ = _program()
    with pytest.raises(CompilationError) as error:
        program.compile()
    text = str(error.value)
    assert "no lowering for 2 kinds of op" in text
    assert "1 x torch.fungible_test.squash  (first at" in text and "return self.second(squash(self.first(x), 1.5))" in text
    assert 'fungible.register_lowering("fungible_test::squash_backward", function)' in text


def test_a_decomposition_into_torch_operations():
    @fungible.register_lowering("fungible_test::squash")
    def _(x, sharpness):
        return torch.tanh(sharpness * x) + 0.1 * x

    @fungible.register_lowering("fungible_test::squash_backward")
    def _(gradient, x, sharpness):
        return gradient * (sharpness * (1 - torch.tanh(sharpness * x) ** 2) + 0.1)

    assert "fungible_test" not in _trains_like_eager().as_text("torch")


def test_a_lowering_to_mlir():
    from torch_mlir import ir
    from torch_mlir.dialects import arith, math

    def splat(value, type_):
        return arith.ConstantOp(type_, ir.DenseElementsAttr.get_splat(type_, ir.FloatAttr.get_f32(value))).result

    def tanh_of(x, sharpness):
        return math.TanhOp(arith.MulFOp(x, splat(custom.constant_float(sharpness), x.type)).result).result

    def forward(op, x, sharpness):
        return [arith.AddFOp(tanh_of(x, sharpness), arith.MulFOp(x, splat(0.1, x.type)).result).result]

    def backward(op, gradient, x, sharpness):
        value = tanh_of(x, sharpness)
        rest = arith.SubFOp(splat(1.0, x.type), arith.MulFOp(value, value).result).result
        slope = arith.MulFOp(rest, splat(custom.constant_float(sharpness), x.type)).result
        return arith.MulFOp(gradient, arith.AddFOp(slope, splat(0.1, x.type)).result).result

    fungible.register_lowering("fungible_test::squash", forward, level="linalg")
    fungible.register_lowering("fungible_test::squash_backward", backward, level="linalg")
    text = _trains_like_eager().as_text("fungible")
    assert 'torch.operator "torch.fungible_test.squash"' in text


def test_a_lowering_to_mlir_that_fails_is_reported_at_the_users_line():
    def forward(op, x, sharpness):
        raise ValueError("expects another sharpness")

    fungible.register_lowering("fungible_test::squash", forward, level="linalg")
    fungible.register_lowering("fungible_test::squash_backward", lambda op, *operands: [], level="linalg")
    program, *_ = _program()
    with pytest.raises(CompilationError, match=r"(?s)test_custom_operators.py:\d+.*expects another sharpness.*returns 0 values, and it has 1"):
        program.compile()


def test_a_lowering_with_other_shapes_is_refused():
    fungible.register_lowering("fungible_test::squash", lambda x, sharpness: x.sum(0))
    with pytest.raises(CaptureError, match=r"lowering of fungible_test::squash returns float32\[8\], and the operator float32\[6, 8\]"):
        _program()


def test_pytorchs_own_operators_can_be_given_one():
    """The modified Bessel function I0 by its power series, which is exact enough for small arguments."""

    @fungible.register_lowering("aten::special_i0")
    @fungible.register_lowering("aten::i0")
    def _(x):
        term, total = torch.ones_like(x), torch.ones_like(x)
        for k in range(1, 16):
            term = term * (x * x / 4) / (k * k)
            total = total + term
        return total

    model = nn.Linear(2, 2)
    x = torch.linspace(-2, 2, 8)
    program = fungible.Program(model=model, optimizer=None, step=torch.special.i0, batches=[x])
    np.testing.assert_allclose(program.compile().on("cpu").step(x), torch.special.i0(x).numpy(), rtol=1e-6)


@pytest.mark.parametrize(
    ("name", "level", "message"),
    [
        ("fungible_test::nothing", "torch", "there is no operator 'fungible_test::nothing'"),
        ("squash", "torch", "there is no operator 'squash'"),
        ("fungible_test::squash.out", "torch", "has no overload 'out'; it has: default"),
        ("fungible_test::squash", "vm", "expects torch or linalg"),
    ],
)
def test_registrations_that_make_no_sense(name, level, message):
    with pytest.raises(ValueError, match=message):
        fungible.register_lowering(name, lambda x: x, level=level)


def test_an_operator_without_autograd_is_refused_while_capturing():
    fungible.register_lowering("fungible_test::bare", lambda x: x + 1)
    model = nn.Linear(2, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with pytest.raises(CaptureError, match="autograd"):
        fungible.capture(
            model=model, optimizer=optimizer, loss=lambda y, t: bare(y).sum(), example=(torch.zeros(1, 2), torch.zeros(1))
        )
