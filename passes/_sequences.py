"""Loops over the first dimension of tensors, one slice a turn."""

from collections.abc import Callable, Sequence

from torch_mlir import ir
from torch_mlir.dialects import tensor

from ._linalg import empty, like
from ._loops import repeat
from ._scalar import Scalar, constant, int32

_DYNAMIC = ir.ShapedType.get_dynamic_size()

#: Steps of one turn.
_TURN = 16

#: The new state, and a slice for each result.
Step = Callable[..., tuple[Sequence[ir.Value], Sequence[ir.Value]]]


def read(sequence: ir.Value, number: Scalar) -> ir.Value:
    """`sequence[number]`, which has one dimension less."""
    rest = list(sequence.type.shape)[1:]
    offset = number.to(ir.IndexType.get()).value
    offsets, sizes = [_DYNAMIC, *[0] * len(rest)], [1, *rest]
    return tensor.extract_slice(like(sequence, rest), sequence, [offset], [], [], offsets, sizes, [1] * len(sizes))


def _write(value: ir.Value, sequence: ir.Value, number: Scalar | int) -> ir.Value:
    """`sequence` with one slice, or several, from `number` on."""
    shape = list(value.type.shape)
    sizes = shape if len(shape) == sequence.type.rank else [1, *shape]
    offsets, dynamic = [number, *[0] * (len(sizes) - 1)], []
    if isinstance(number, Scalar):
        offsets[0], dynamic = _DYNAMIC, [number.to(ir.IndexType.get()).value]
    return tensor.insert_slice(value, sequence, dynamic, [], [], offsets, sizes, [1] * len(sizes))


def _written_out(
    count: int, first: Scalar | int, state: Sequence[ir.Value], types: Sequence[ir.Type], body: Step, backwards: bool
) -> tuple[Sequence[ir.Value], list[ir.Value]]:
    """The steps from `first` on, one behind the other; if backwards, the last of them comes first in the sequences."""
    sequences = [empty(ir.RankedTensorType.get([count, *type_.shape[1:]], type_.element_type)) for type_ in types]
    for number in range(count):
        state, slices = body(first + number, *state)
        place = count - 1 - number if backwards else number
        sequences = [_write(*pair, place) for pair in zip(slices, sequences, strict=True)]
    return state, sequences


def over_steps(
    count: int, state: Sequence[ir.Value], results: Sequence[ir.RankedTensorType], body: Step, backwards: bool = False
) -> tuple[list[ir.Value], list[ir.Value]]:
    """`body(number, *state)` for each i32 number from 0 to below `count`, or from the last one down.

    It returns the new state, and a slice for each of `results`, which have a dimension of size `count` in front of it.
    The result is the state at the end and the sequences of slices.

    Each turn of the loop is several steps: IREE copies the whole of a sequence when a loop writes to it, so that it
    has to write seldom.
    """

    def step(number: Scalar, *state: ir.Value) -> tuple[Sequence[ir.Value], Sequence[ir.Value]]:
        return body(count - 1 - number if backwards else number, *state)

    kept, size = len(state), min(count, _TURN)
    whole = count // size

    def turn(number: Scalar, *carried: ir.Value) -> list[ir.Value]:
        start = number * size
        new, slices = _written_out(size, start, carried[:kept], results, step, backwards)
        place = count - size - start if backwards else start
        return [*new, *(_write(*pair, place) for pair in zip(slices, carried[kept:], strict=True))]

    found = repeat(whole, [*state, *map(empty, results)], turn)
    state, sequences, rest = found[:kept], found[kept:], count - whole * size
    if rest:
        first = constant(int32(), whole * size)
        state, slices = _written_out(rest, first, state, results, step, backwards)
        place = 0 if backwards else whole * size
        sequences = [_write(*pair, place) for pair in zip(slices, sequences, strict=True)]
    return state, sequences
