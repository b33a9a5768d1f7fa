"""Threefry-2x32 to linalg: 32-bit integer arithmetic in the body of one elementwise op.

Every element computes both words of its block and keeps one. That is twice the work of
sharing blocks, but it stays elementwise, so it vectorizes and fuses into its consumer.
"""

from collections.abc import Callable
from math import ceil

from torch_mlir import ir
from torch_mlir.dialects import tensor

from fungible.dialects._base import integer, real

from ..._linalg import At, Out, generic, index, tensor_type
from ..._scalar import Scalar, constant, select

_ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))
_PARITY = 0x1BD11BDA
_STEP_MIX = 0x9E3779B9


def _signed(word: int) -> int:
    """The value of a 32-bit pattern as a signed integer, as attributes want it."""
    return (word & 0xFFFFFFFF) - ((word & 0x80000000) << 1)


def _key(seed: ir.Value, step: ir.Value) -> list[ir.Value]:
    """Three scalar tensors: the words of the key and their parity. Ops that share a seed share them."""
    i32 = seed.type.element_type
    scalar = tensor_type([], i32)
    words = [
        tensor.collapse_shape(
            scalar, tensor.extract_slice(tensor_type([1], i32), seed, [], [], [], [n], [1], [1]), []
        )
        for n in (0, 1)
    ]

    def mix(low, high, step):
        low, high = low ^ (step * _signed(_STEP_MIX)), high + step
        return low, high, low ^ high ^ _PARITY

    return generic(0, [At(value, ()) for value in (*words, step)], [Out(scalar, ())] * 3, mix)


def _threefry(key: list[Scalar], x0: Scalar, x1: Scalar) -> tuple[Scalar, Scalar]:
    x0, x1 = x0 + key[0], x1 + key[1]
    for group in range(5):
        for rotation in _ROTATIONS[group % 2]:
            x0 = x0 + x1
            x1 = ((x1 << rotation) | (x1 >> (32 - rotation))) ^ x0
        x0, x1 = x0 + key[(group + 1) % 3], x1 + key[(group + 2) % 3] + (group + 1)
    return x0, x1


def _position(shape: list[int], i32: ir.Type) -> Scalar:
    """The row-major number of the current element."""
    position = constant(i32, 0)
    for dimension, size in enumerate(shape):
        position = position * _signed(size) + index(dimension).to(i32)
    return position


def _draw(
    type_: ir.RankedTensorType,
    seed: ir.Value,
    step: ir.Value,
    stream: int,
    inputs: list[ir.Value],
    body: Callable[..., Scalar],
) -> ir.Value:
    """An elementwise op whose body gets the upper 24 bits of the element's word, then the inputs."""
    i32 = seed.type.element_type
    every = tuple(range(type_.rank))

    def element(*arguments):
        position = _position(list(type_.shape), i32)
        first, second = _threefry(list(arguments[:3]), position >> 1, constant(i32, _signed(stream)))
        word = select((position & 1).eq(0), first, second)
        return body(word >> 8, *arguments[3:])

    operands = [At(value, ()) for value in _key(seed, step)] + [At(value, every) for value in inputs]
    return generic(type_.rank, operands, [Out(type_, every)], element)[0]


def _uniform(op: ir.OpView) -> list[ir.Value]:
    seed, step = op.operation.operands
    type_ = op.operation.results[0].type
    # 24 bits are a positive i32, and exact in float32.
    return [_draw(type_, seed, step, integer(op, "stream"), [], lambda bits: bits.to(type_.element_type) * 2.0**-24)]


def _dropout(op: ir.OpView) -> list[ir.Value]:
    input_, seed, step = op.operation.operands
    p = real(op, "p")
    # u >= p, for u a multiple of 2^-24, without rounding p.
    threshold = ceil(p * 2.0**24)
    scale = 1.0 / (1.0 - p) if p < 1.0 else 0.0

    def keep(bits, x):
        return select(bits.ge(threshold), x * scale, constant(x.type, 0.0))

    return [_draw(input_.type, seed, step, integer(op, "stream"), [input_], keep)]


LOWERINGS = {"fungible.uniform": _uniform, "fungible.dropout": _dropout}
