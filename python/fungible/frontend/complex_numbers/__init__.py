"""Complex numbers as pairs of real ones, since nothing after the frontend has them.

A graph is run again with two real tensors in place of each complex one. What a complex operation is
in real ones is a rule: op (a packet, such as `aten.mul`) -> function of the op's arguments, in which complex
tensors are `Pair`s, that returns pairs or real tensors. Inputs, state and outputs have to be real.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import fx
from torch.fx.experimental.proxy_tensor import make_fx
from torch.utils import _pytree as pytree

from ...errors import CaptureError
from .. import contract
from . import arithmetic, border, fourier, functions, moves
from .pair import Pair, real_dtype

_RULES: dict[Any, Callable] = {
    **arithmetic.RULES,
    **border.RULES,
    **fourier.RULES,
    **functions.RULES,
    **moves.RULES,
}

_ADVICE = {torch.ops.aten.linalg_eig: "for symmetric matrices use torch.linalg.eigh or eigvalsh"}


def legalize(
    module: fx.GraphModule, inputs: Sequence[torch.Tensor], table: Mapping[torch._ops.OpOverload, Callable]
) -> fx.GraphModule:
    """A functional graph without complex tensors; the graph itself where it has none.

    Args:
        table: decompositions of what the rules make.

    Raises:
        CaptureError: an operation on complex numbers that has no rule, or a complex output.
    """
    if not any(_is_complex(value) for node in module.graph.nodes for value in _values(node)):
        return module
    with fx.traceback.preserve_node_meta():
        return make_fx(
            _InPairs(module).run, decomposition_table=dict(table), tracing_mode="fake", _allow_non_fake_inputs=True
        )(*inputs)


def _values(node: fx.Node) -> list[Any]:
    return pytree.tree_leaves(node.meta.get("val"))


def _is_complex(value: Any) -> bool:
    return isinstance(value, torch.Tensor) and value.is_complex()


class _InPairs(fx.Interpreter):
    """Runs a graph with pairs in place of complex tensors."""

    def __init__(self, module: fx.GraphModule):
        super().__init__(module)
        self.extra_traceback = False  # errors name the user's line already

    def run_node(self, node: fx.Node) -> Any:
        self._node = node
        return super().run_node(node)

    def placeholder(self, target: str, args: tuple, kwargs: dict) -> Any:
        value = super().placeholder(target, args, kwargs)
        if _is_complex(value) and self._node.users:
            where = contract.place(next(iter(self._node.users))) or "the step"
            raise CaptureError(
                f"{where}: an input or state is complex; keep it as torch.view_as_real(tensor), and"
                " use torch.view_as_complex in the step"
            )
        return value

    def get_attr(self, target: str, args: tuple, kwargs: dict) -> Any:
        value = super().get_attr(target, args, kwargs)
        if not _is_complex(value):
            return value
        value = value.detach().resolve_conj().resolve_neg()
        return Pair(value.real.contiguous(), value.imag.contiguous())

    def output(self, target: Any, args: tuple, kwargs: dict) -> Any:
        for number, value in enumerate(pytree.tree_leaves(args)):
            if isinstance(value, Pair):
                made = pytree.tree_leaves(self._node.args)[number]
                raise CaptureError(
                    f"{contract.place(made) or 'the step'}: a complex tensor is an output or state; keep it as"
                    " torch.view_as_real(tensor)"
                )
        return super().output(target, args, kwargs)

    def call_function(self, target: Any, args: tuple, kwargs: dict) -> Any:
        expected = _values(self._node)
        concerned = any(map(_is_complex, expected)) or any(
            map(_is_pair, pytree.tree_leaves((args, kwargs)))
        )
        if not concerned or not isinstance(target, torch._ops.OpOverload):
            return super().call_function(target, args, kwargs)
        rule = _RULES.get(target.overloadpacket)
        result = NotImplemented if rule is None else rule(*args, **kwargs)
        if result is NotImplemented:
            where = contract.place(self._node) or "the step"
            advice = _ADVICE.get(target.overloadpacket, "compute it with real and imaginary parts (torch.view_as_real)")
            raise CaptureError(f"{where}: {target._name} with complex numbers is not supported; {advice}")
        leaves, structure = pytree.tree_flatten(result)
        leaves = [_as(leaf, value) for leaf, value in zip(leaves, expected, strict=True)]
        return pytree.tree_unflatten(leaves, structure)


def _is_pair(value: Any) -> bool:
    return isinstance(value, Pair)


def _as(leaf: Any, value: torch.Tensor) -> Any:
    """What a rule made, in the dtype that PyTorch's own result has; a number stays one."""
    if isinstance(leaf, complex) and value.dim() == 0:
        return leaf
    if leaf.shape != value.shape or isinstance(leaf, Pair) != value.is_complex():
        raise AssertionError(f"a rule made {leaf} where PyTorch makes {value}")
    return leaf.to(real_dtype(value.dtype))
