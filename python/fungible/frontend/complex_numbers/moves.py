"""Complex operations that do to each part what they do to a real tensor: moves, sums, linear maps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.utils import _pytree as pytree

from .pair import Pair, parts, real_dtype

_aten = torch.ops.aten

#: Op -> which of its arguments are values; the others say where, and are the same for both parts.
_VALUES: dict[Any, tuple[int, ...]] = {
    **dict.fromkeys(
        (
            _aten._neg_view, _aten._reshape_alias, _aten._unsafe_view, _aten.alias, _aten.as_strided,
            _aten.as_strided_copy, _aten.cat, _aten.clone, _aten.cumsum, _aten.detach, _aten.diag_embed,
            _aten.diagonal, _aten.diagonal_backward, _aten.diagonal_copy, _aten.expand, _aten.expand_copy,
            _aten.flip, _aten.gather, _aten.index, _aten.index_select, _aten.lift_fresh, _aten.lift_fresh_copy,
            _aten.mean, _aten.narrow, _aten.neg, _aten.permute, _aten.permute_copy, _aten.reflection_pad1d,
            _aten.repeat, _aten.replication_pad1d, _aten.reshape, _aten.roll,
            _aten.rot90, _aten.select, _aten.select_backward, _aten.select_copy, _aten.slice,
            _aten.slice_backward, _aten.slice_copy, _aten.split, _aten.split_with_sizes, _aten.squeeze,
            _aten.squeeze_copy, _aten.stack, _aten.sum, _aten.t, _aten.t_copy, _aten.trace, _aten.transpose,
            _aten.transpose_copy, _aten.tril, _aten.triu, _aten.unbind, _aten.unfold, _aten.unfold_backward,
            _aten.unfold_copy, _aten.unsafe_split, _aten.unsafe_split_with_sizes, _aten.unsqueeze,
            _aten.unsqueeze_copy, _aten.view_copy,
        ),
        (0,),
    ),
    **dict.fromkeys(
        (
            _aten.as_strided_scatter, _aten.copy, _aten.diagonal_scatter, _aten.fill, _aten.reflection_pad1d_backward,
            _aten.select_scatter,
            _aten.slice_scatter,
        ),
        (0, 1),
    ),
    **dict.fromkeys(
        (
            _aten._unsafe_index_put, _aten.constant_pad_nd, _aten.index_put, _aten.masked_fill,
            _aten.masked_scatter,
        ),
        (0, 2),
    ),
    **dict.fromkeys((_aten.index_add, _aten.index_copy, _aten.index_fill, _aten.scatter, _aten.scatter_add), (0, 3)),
    _aten.where: (1, 2),
}  # fmt: skip


def _both(op: Any, positions: tuple[int, ...]) -> Callable:
    def rule(*args: Any, **kwargs: Any) -> Any:
        if "dtype" in kwargs:
            kwargs["dtype"] = real_dtype(kwargs["dtype"])
        sides = []
        for side in (0, 1):
            own = [
                pytree.tree_map(lambda leaf: parts(leaf)[side], value, is_leaf=lambda leaf: isinstance(leaf, Pair))
                if position in positions
                else value
                for position, value in enumerate(args)
            ]
            sides.append(op(*own, **kwargs))
        if isinstance(sides[0], torch.Tensor):
            return Pair(*sides)
        return [Pair(re, im) for re, im in zip(*sides, strict=True)]

    return rule


def _view(value: Pair, shape_or_dtype: Any) -> Pair:
    """The parts of what was contiguous may not be so."""
    if isinstance(shape_or_dtype, torch.dtype):
        return NotImplemented
    return Pair(value.re.reshape(shape_or_dtype), value.im.reshape(shape_or_dtype))


RULES: dict[Any, Callable] = {
    **{op: _both(op, positions) for op, positions in _VALUES.items()},
    _aten.view: _view,
    _aten.reshape: _view,
    _aten._unsafe_view: _view,
    _aten.view_copy: _view,
}
