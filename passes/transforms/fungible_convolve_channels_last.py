"""fungible-convolve-channels-last"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from torch_mlir import ir
from torch_mlir.dialects import linalg, tensor

from .._channels_last import convolve, suits
from .._kernels import allow, boundary
from .._linalg import At, filled, is_zero, like, pointwise, reshape
from .._pass import Pass
from .._rewrite import apply
from .._windowed import Windowed, factors

#: What a kernel computes at a time: places in a row, and channels. Where they do not divide, it is not vectorized.
PLACES, CHANNELS = 8, 16


@dataclass(frozen=True)
class _Planar:
    """A convolution of images: the domain's dimensions, and where the operands have them."""

    of: Windowed
    image: int
    outputs: tuple[int, int]
    kernel: tuple[int, int]
    inputs: int
    channels: int
    strides: tuple[int, int]
    dilations: tuple[int, int]

    @classmethod
    def of_windowed(cls, of: Windowed) -> _Planar | None:
        """None for one of other than two spatial dimensions, or of sizes that are faster as a product."""
        reads = [factors(e) for e in of.maps[0].results]
        spatial = [read for read in reads if len(read) == 2]
        if len(spatial) != 2 or len(of.columns) != 3 or len(of.summed) != 3 or len(of.rows) != 1 or len(of.batch) > 1:
            return None
        outputs = tuple(next(d for d in read if d in of.columns) for read in spatial)
        kernel = tuple(next(d for d in read if d in of.summed) for read in spatial)
        (image,) = set(of.columns) - set(outputs)
        (inputs,) = set(of.summed) - set(kernel)
        if of.sizes[outputs[1]] % PLACES or of.sizes[of.rows[0]] % CHANNELS:
            return None
        if not suits([of.sizes[d] for d in kernel], of.sizes[inputs], prod(of.sizes[d] for d in (image, *outputs))):
            return None
        strides = tuple(read[d] for read, d in zip(spatial, outputs))
        dilations = tuple(read[d] for read, d in zip(spatial, kernel))
        return cls(of, image, outputs, kernel, inputs, of.rows[0], strides, dilations)

    def _moved(self, value: ir.Value, order: list[int]) -> ir.Value:
        """With the dimensions in this order; one that is not there is of one element."""
        kept = [d for d in order if d is not None]
        if kept != list(range(len(kept))):
            padding = _padding(value)
            value = _padded(padding, kept) if padding else boundary(_transposed(value, kept))
        return reshape(value, [1 if d is None else value.type.shape[kept.index(d)] for d in order])

    def convolved(self) -> ir.Value:
        of = self.of
        read = [set(factors(e)) for e in of.maps[0].results]
        weighed = [{e.position} for e in of.maps[1].results]

        def places(where, *dims):
            batch = [where.index({of.batch[0]})] if of.batch else [None]
            return batch + [next(n for n, each in enumerate(where) if d in each) for d in dims]

        x = self._moved(of.x, places(read, self.image, *self.outputs, self.inputs))
        w = self._moved(of.w, places(weighed, *self.kernel, self.inputs, self.channels))
        count = of.sizes[of.batch[0]] if of.batch else 1
        shape = [of.sizes[d] for d in (self.image, *self.outputs, self.channels)]
        results = []
        for number in range(count):
            results.append(convolve(_taken(x, number), _taken(w, number), like(x, shape), self.strides, self.dilations))
        out = results[0] if count == 1 else _stacked(results)
        dims = [*(of.batch if count > 1 else []), self.image, *self.outputs, self.channels]
        wanted = [e.position for e in of.maps[2].results]
        out = reshape(out, [of.sizes[d] for d in dims])
        moved = like(out, [of.sizes[d] for d in wanted])
        return pointwise(moved, [At(out, tuple(wanted.index(d) for d in dims))], lambda y: y)


def _transposed(value: ir.Value, order: list[int]) -> ir.Value:
    moved = like(value, [value.type.shape[d] for d in order])
    return pointwise(moved, [At(value, tuple(order.index(d) for d in range(len(order))))], lambda x: x)


def _padding(value: ir.Value) -> ir.Operation | None:
    """The op that puts a tensor amid zeros, if that is how a value is made."""
    owner = value.owner
    if isinstance(owner, ir.Block) or owner.operation.name != "tensor.insert_slice":
        return None
    dense = set(ir.DenseI64ArrayAttr(owner.operation.attributes["static_strides"])) == {1}
    static = len(owner.operation.operands) == 2 and owner.operation.operands[0].type.rank == value.type.rank
    return owner.operation if dense and static and is_zero(owner.operation.operands[1]) else None


def _padded(padding: ir.Operation, order: list[int]) -> ir.Value:
    """The padded tensor with the dimensions in this order, which are moved before there is more to move."""
    inner = _transposed(padding.operands[0], order)
    offsets = list(ir.DenseI64ArrayAttr(padding.attributes["static_offsets"]))
    into = filled(like(inner, [padding.results[0].type.shape[d] for d in order]), 0)
    offsets, ones = [offsets[d] for d in order], [1] * len(order)
    return tensor.insert_slice(inner, into, [], [], [], offsets, list(inner.type.shape), ones)


def _taken(value: ir.Value, number: int) -> ir.Value:
    """One of the first dimension."""
    count, *shape = value.type.shape
    if count == 1:
        return reshape(value, shape)
    offsets, sizes = [number, *[0] * len(shape)], [1, *shape]
    part = tensor.extract_slice(like(value, sizes), value, [], [], [], offsets, sizes, [1] * len(sizes))
    return reshape(part, shape)


def _stacked(values: list[ir.Value]) -> ir.Value:
    """Tensors of one shape as a tensor with a first dimension more."""
    shape = [1, *values[0].type.shape]
    whole = tensor.empty([len(values), *shape[1:]], values[0].type.element_type)
    for number, value in enumerate(values):
        offsets = [number, *[0] * (len(shape) - 1)]
        whole = tensor.insert_slice(reshape(value, shape), whole, [], [], [], offsets, shape, [1] * len(shape))
    return whole


def _convolve(op: linalg.GenericOp) -> list[ir.Value] | None:
    windowed = Windowed.of(op)
    planar = windowed and _Planar.of_windowed(windowed)
    return [planar.convolved()] if planar else None


@dataclass(frozen=True)
class FungibleConvolveChannelsLast(Pass):
    """Makes a convolution of images one of channels last, which IREE computes without copying windows out.

        linalg.generic {indexing_maps = [(n, f, i, j, c, k, l) -> (n, c, i * 2 + k, j * 2 + l), (...) -> (f, c, k, l),
                                         (...) -> (n, f, i, j)]}

    becomes a `linalg.conv_2d_nhwc_hwcf` between transpositions. Channels that are summed in parts are as many convolutions.
    A kernel of one row or column, which IREE would not know as one of images, gets two: halves of the channels. One of one
    element is a product, if there are many places.

    For CPUs, where it runs at nine tenths of the rate of a product of packed operands and moves a ninth of the memory,
    if vectors divide rows and output channels; what they do not divide is left alone. A step of a ResNet-18 and one of a
    small CNN take 0.9 of the time.

    A module of exact numerics (its attribute `fungible.numerics`) is left alone: here channels are added last.
    """

    name = "fungible-convolve-channels-last"

    def run(self, module: ir.Operation) -> None:
        numerics = module.attributes["fungible.numerics"] if "fungible.numerics" in module.attributes else None
        if isinstance(numerics, ir.StringAttr) and numerics.value == "exact":
            return
        allow(module.context)
        apply(module, {"linalg.generic": _convolve})
