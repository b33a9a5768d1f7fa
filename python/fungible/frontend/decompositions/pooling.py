"""Maximum pooling over uneven windows (adaptive and fractional), unpooling, and the gradients."""

from __future__ import annotations

import itertools
from math import prod

import torch

_aten = torch.ops.aten

#: So many windows that an element can be in are tried one by one; for more, all windows are.
_MOST_WINDOWS = 64


def _bounds(size: int, count: int) -> list[tuple[int, int]]:
    """Begin and end of each adaptive window."""
    return [(o * size // count, -(-(o + 1) * size // count)) for o in range(count)]


def _select(x: torch.Tensor, places: list[list[int]]) -> torch.Tensor:
    """The places of each of the last dimensions."""
    for dim, each in enumerate(places, -len(places)):
        if each != list(range(x.size(dim))):
            x = torch.index_select(x, dim, torch.tensor(each, device=x.device))
    return x


def _adaptive_max_pool(input: torch.Tensor, output_size: list[int]) -> tuple[torch.Tensor, torch.Tensor]:
    """Windows of one size, which end in copies of their last element; the first of equal maxima counts."""
    spatial = len(output_size)
    sizes, outer = list(input.shape[-spatial:]), list(input.shape[:-spatial])
    if input.numel() == 0 or prod(output_size) == 0:
        return input.new_zeros([*outer, *output_size]), input.new_zeros([*outer, *output_size], dtype=torch.int64)
    bounds = [_bounds(*each) for each in zip(sizes, output_size, strict=True)]
    kernel = [max(end - start for start, end in each) for each in bounds]
    places = [
        [min(start + k, end - 1) for start, end in each for k in range(longest)]
        for each, longest in zip(bounds, kernel)
    ]
    pool = _aten.max_pool2d_with_indices if spatial == 2 else _aten.max_pool3d_with_indices
    values, indices = pool.default(_select(input, places), kernel, kernel)
    if any(each != list(range(size)) for each, size in zip(places, sizes)):
        numbers = torch.tensor([_number(place, sizes) for place in itertools.product(*places)], device=input.device)
        indices = torch.index_select(numbers, 0, indices.reshape([-1])).reshape(indices.shape)
    return values, indices


def _number(place: tuple[int, ...], sizes: list[int]) -> int:
    """Row-major."""
    number = 0
    for size, each in zip(sizes, place):
        number = number * size + each
    return number


def _gathered(grad: torch.Tensor, input: torch.Tensor, indices: torch.Tensor, spatial: int) -> torch.Tensor:
    """The gradient of adaptive pooling: each input element looks at the windows that it is in."""
    sizes, counts = list(input.shape[-spatial:]), list(grad.shape[-spatial:])
    if grad.numel() == 0:
        return torch.zeros_like(input)
    indices = indices.to(torch.int32)
    here = torch.arange(prod(sizes), dtype=torch.int32, device=grad.device)
    choices = []
    for size, count in zip(sizes, counts):
        windows = [[o for o, (start, end) in enumerate(_bounds(size, count)) if start <= i < end] for i in range(size)]
        most = max(map(len, windows))
        # One that the element is not in has its maximum elsewhere.
        others = [next((o for o in range(count) if o not in each), 0) for each in windows]
        choices.append(
            [[each[k] if k < len(each) else other for each, other in zip(windows, others)] for k in range(most)]
        )
    if prod(map(len, choices)) > _MOST_WINDOWS:
        flat = [x.flatten(-spatial).unsqueeze(-2) for x in (indices, grad)]
        return torch.where(flat[0] == here.unsqueeze(1), flat[1], 0.0).sum(-1).reshape(input.shape)
    here, total = here.reshape(sizes), None
    for places in itertools.product(*choices):
        part = torch.where(_select(indices, list(places)) == here, _select(grad, list(places)), 0.0)
        total = part if total is None else total + part
    return total


def _starts(samples: torch.Tensor, size: int, count: int, kernel: int) -> torch.Tensor:
    """Where fractional windows begin, `[N, C, count]` int32, from a random number `[N, C]` for each plane."""
    last = torch.full_like(samples, size - kernel, dtype=torch.int32).unsqueeze(-1)
    if count == 1:
        return last
    step = torch.tensor((size - kernel) / (count - 1), dtype=samples.dtype, device=samples.device)
    places = torch.arange(count - 1, device=samples.device).to(samples.dtype)
    samples = samples.unsqueeze(-1)
    starts = ((places + samples) * step).to(torch.int32) - (samples * step).to(torch.int32)
    return torch.cat([starts, last], -1)


def _fractional_max_pool(
    input: torch.Tensor, kernel_size: list[int], output_size: list[int], random_samples: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    spatial = len(kernel_size)
    sizes, outer = list(input.shape[-spatial:]), list(input.shape[:-spatial])
    planes = input.reshape([*outer, prod(sizes)])
    if len(outer) == 1:
        planes, random_samples = planes.unsqueeze(0), random_samples[:1]
    # The 2-d op takes the width's number first, the 3-d op the depth's.
    order = (1, 0) if spatial == 2 else (0, 1, 2)
    starts = [
        _starts(random_samples[..., number], size, count, kernel)
        for number, size, count, kernel in zip(order, sizes, output_size, kernel_size, strict=True)
    ]
    best = where = None
    for offsets in itertools.product(*map(range, kernel_size)):
        number = None
        for dim, (start, offset, size) in enumerate(zip(starts, offsets, sizes)):
            shape = [*start.shape[:2], *[1] * dim, start.size(-1), *[1] * (spatial - 1 - dim)]
            place = start.reshape(shape) + offset
            number = place if number is None else number * size + place
        index = number.to(torch.int64)
        value = planes.gather(-1, index.flatten(2)).reshape(index.shape)
        if best is None:
            best, where = value, index
        else:
            better = (value > best) | torch.isnan(value)
            best, where = torch.where(better, value, best), torch.where(better, index, where)
    shape = [*outer, *output_size]
    return best.reshape(shape), where.reshape(shape)


def _scattered_planes(values: torch.Tensor, indices: torch.Tensor, input: torch.Tensor, spatial: int) -> torch.Tensor:
    sizes, outer = list(input.shape[-spatial:]), list(input.shape[:-spatial])
    flat = values.new_zeros([*outer, prod(sizes)])
    flat = flat.scatter_add(-1, indices.flatten(-spatial), values.flatten(-spatial))
    return flat.reshape(input.shape)


def _fractional_max_pool_backward(
    grad: torch.Tensor, input: torch.Tensor, kernel_size: list[int], output_size: list[int], indices: torch.Tensor
) -> torch.Tensor:
    return _scattered_planes(grad, indices, input, len(kernel_size))


def _max_unpool(input: torch.Tensor, indices: torch.Tensor, output_size: list[int], *_) -> torch.Tensor:
    spatial = len(output_size)
    outer = list(input.shape[:-spatial])
    flat = input.new_zeros([*outer, prod(output_size)])
    return flat.scatter(-1, indices.flatten(-spatial), input.flatten(-spatial)).reshape([*outer, *output_size])


TABLE = {
    _aten.adaptive_max_pool2d.default: _adaptive_max_pool,
    _aten.adaptive_max_pool3d.default: _adaptive_max_pool,
    _aten.adaptive_max_pool2d_backward.default: lambda grad, input, indices: _gathered(grad, input, indices, 2),
    _aten.adaptive_max_pool3d_backward.default: lambda grad, input, indices: _gathered(grad, input, indices, 3),
    _aten.fractional_max_pool2d.default: _fractional_max_pool,
    _aten.fractional_max_pool3d.default: _fractional_max_pool,
    _aten.fractional_max_pool2d_backward.default: _fractional_max_pool_backward,
    _aten.fractional_max_pool3d_backward.default: _fractional_max_pool_backward,
    _aten.max_unpool2d.default: _max_unpool,
    _aten.max_unpool3d.default: _max_unpool,
}
