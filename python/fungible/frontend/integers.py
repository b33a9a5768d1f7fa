"""Integer arithmetic in forms that the lowering gets right: exact, and with uint8 unsigned.

torch-mlir lowers some ops on bytes and shorts as if they were signed, others not at all, and
negates every integer through a float. So arithmetic on 8- and 16-bit integers is done in int32
(on uint32 in int64) and taken back, which gives the same bits: sums, products and shifts modulo 2^n, comparisons, quotients,
minima and maxima of the values themselves. Negation, floor division and small powers are written
with ops that stay in integers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import fx
from torch.fx.experimental.proxy_tensor import make_fx
from torch.utils import _pytree as pytree

_aten = torch.ops.aten

#: Dtype -> one that holds its values, in which torch-mlir computes as PyTorch does.
_WIDER = {torch.uint8: torch.int32, torch.int8: torch.int32, torch.int16: torch.int32, torch.uint32: torch.int64}

#: Moves values without computing with them, or reads their bits.
_MOVES = {
    _aten._to_copy, _aten._unsafe_view, _aten.alias, _aten.as_strided, _aten.cat, _aten.clone, _aten.copy,
    _aten.detach, _aten.empty_like, _aten.expand, _aten.flip, _aten.full_like, _aten.gather, _aten.index_select,
    _aten.narrow, _aten.ones_like, _aten.permute, _aten.repeat, _aten.reshape, _aten.roll, _aten.select,
    _aten.slice, _aten.slice_scatter, _aten.squeeze, _aten.stack, _aten.t, _aten.transpose, _aten.unsqueeze,
    _aten.view, _aten.where, _aten.zeros_like,
}  # fmt: skip

#: Largest exponent that becomes products.
_LARGEST_POWER = 16


def _is_integer(value: Any) -> bool:
    if isinstance(value, torch.Tensor):
        return not (value.dtype.is_floating_point or value.dtype.is_complex or value.dtype == torch.bool)
    return isinstance(value, int) and not isinstance(value, bool)


def _promoted(left: Any, right: Any) -> tuple[Any, Any]:
    dtype = torch.result_type(left, right)
    return tuple(value.to(dtype) if isinstance(value, torch.Tensor) else value for value in (left, right))


def _negative(input: torch.Tensor) -> torch.Tensor:
    return torch.rsub(input, 0)


def _floor_quotient(left: Any, right: Any) -> torch.Tensor:
    left, right = _promoted(left, right)
    return torch.div(left - torch.remainder(left, right), right, rounding_mode="trunc")


def _truncated_remainder(left: Any, right: Any) -> torch.Tensor:
    left, right = _promoted(left, right)
    return left - torch.div(left, right, rounding_mode="trunc") * right


def _power(base: torch.Tensor, exponent: int) -> torch.Tensor:
    result = torch.ones_like(base)
    for bit in f"{exponent:b}":
        result = result * result
        if bit == "1":
            result = result * base
    return result


_EXACT: dict[Any, Callable] = {
    _aten.div: lambda left, right, *, rounding_mode: _floor_quotient(left, right),
    _aten.floor_divide: _floor_quotient,
    _aten.fmod: _truncated_remainder,
    _aten.neg: _negative,
    _aten.pow: _power,
}


def _packet(target: Any) -> Any:
    return target.overloadpacket if isinstance(target, torch._ops.OpOverload) else None


def _tensors(tree: Any) -> list[torch.Tensor]:
    return [leaf for leaf in pytree.tree_leaves(tree) if isinstance(leaf, torch.Tensor)]


def _widens(target: Any, operands: Sequence[torch.Tensor]) -> bool:
    packet = _packet(target)
    if packet is None or target.namespace != "aten" or packet in _MOVES or target._schema.is_mutable:
        return False
    return any(tensor.dtype in _WIDER for tensor in operands)


def _is_exact_form(target: Any, args: Sequence[Any], kwargs: dict) -> bool:
    packet = _packet(target)
    if packet not in _EXACT or not all(map(_is_integer, args)):
        return False
    if packet is _aten.pow:
        tensor, exponent = args
        return isinstance(tensor, torch.Tensor) and isinstance(exponent, int) and 0 <= exponent <= _LARGEST_POWER
    return kwargs == ({"rounding_mode": "floor"} if packet is _aten.div else {})


def legalize(module: fx.GraphModule, inputs: Sequence[torch.Tensor]) -> fx.GraphModule:
    """A functional graph whose integer arithmetic is in these forms; the graph itself where it is already."""

    def concerns(node: fx.Node) -> bool:
        args, kwargs = pytree.tree_map_only(fx.Node, lambda n: n.meta.get("val"), (node.args, node.kwargs))
        return _widens(node.target, _tensors((args, kwargs))) or _is_exact_form(node.target, args, kwargs)

    if not any(node.op == "call_function" and concerns(node) for node in module.graph.nodes):
        return module
    with fx.traceback.preserve_node_meta():
        return make_fx(_Legalized(module).run, tracing_mode="fake", _allow_non_fake_inputs=True)(*inputs)


class _Legalized(fx.Interpreter):
    """Runs a graph with the integer ops replaced."""

    def run_node(self, node: fx.Node) -> Any:
        self._node = node
        return super().run_node(node)

    def call_function(self, target: Any, args: tuple, kwargs: dict) -> Any:
        if not _widens(target, _tensors((args, kwargs))):
            return self._call(target, args, kwargs)

        def widened(value: torch.Tensor) -> torch.Tensor:
            return value.to(_WIDER[value.dtype]) if value.dtype in _WIDER else value

        expected = pytree.tree_leaves(self._node.meta["val"])
        results = self._call(target, *pytree.tree_map_only(torch.Tensor, widened, (args, kwargs)))
        leaves, structure = pytree.tree_flatten(results)
        taken_back = [
            leaf.to(value.dtype) if isinstance(leaf, torch.Tensor) and leaf.dtype != value.dtype else leaf
            for leaf, value in zip(leaves, expected, strict=True)
        ]
        return pytree.tree_unflatten(taken_back, structure)

    def _call(self, target: Any, args: tuple, kwargs: dict) -> Any:
        if _is_exact_form(target, args, kwargs):
            return _EXACT[_packet(target)](*args, **kwargs)
        return super().call_function(target, args, kwargs)
