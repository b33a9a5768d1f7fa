"""Lowerings that users give for operators: in terms of other torch operations, or of MLIR."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import fx
from torch.fx.experimental.proxy_tensor import disable_proxy_modes_tracing
from torch.utils import _pytree as pytree

from ..errors import CaptureError
from ..passes import custom

_DECOMPOSITIONS: dict[torch._ops.OpOverload, Callable] = {}


def register_lowering(name: str, function: Callable | None = None, *, level: str = "torch") -> Callable:
    """Says how programs compute an operator that has no lowering.

    Args:
        name: `mylib::fancy` for all overloads, `mylib::fancy.out` for one; PyTorch's own
            (`aten::i0`) can be given one too. The last registration counts.
        function: at level `torch`, a function of the operator's arguments that computes the same with
            other torch operations; it is traced wherever the operator is called, in an operator's
            backward formula too. At level `linalg`, a function `(op, *operands)` that builds MLIR; see
            `fungible.passes.custom.register`. None to use this as a decorator.
        level: `torch` or `linalg`.

    Raises:
        ValueError: no such operator or level.
    """
    if level not in ("torch", "linalg"):
        raise ValueError(f"level '{level}': expects torch or linalg")
    overloads = _overloads(name)
    if function is None:
        return lambda decorated: register_lowering(name, decorated, level=level)
    for overload in overloads:
        if level == "torch":
            _DECOMPOSITIONS[overload] = _checked(overload, function)
            custom.LOWERINGS.pop(_mlir_name(overload), None)
        elif overload._schema.is_mutable:
            raise ValueError(f"{name} writes to its arguments; only level='torch' can lower it")
        else:
            custom.register(_mlir_name(overload), function)
            _DECOMPOSITIONS.pop(overload, None)
    return function


def table() -> dict[torch._ops.OpOverload, Callable]:
    """The registered decompositions, in the form that `make_fx` takes."""
    return dict(_DECOMPOSITIONS)


def has_own_mlir(modules: Iterable[fx.GraphModule]) -> bool:
    """Whether a user's function builds MLIR for one of the graphs: what it builds is in no cache key."""
    targets = {node.target for module in modules for node in module.graph.nodes if node.op == "call_function"}
    return any(isinstance(t, torch._ops.OpOverload) and _mlir_name(t) in custom.LOWERINGS for t in targets)


def _overloads(name: str) -> list[torch._ops.OpOverload]:
    namespace, _, operation = name.partition("::")
    operation, _, overload = operation.partition(".")
    packet = getattr(getattr(torch.ops, namespace), operation, None) if namespace and operation else None
    if not isinstance(packet, torch._ops.OpOverloadPacket):
        raise ValueError(f"there is no operator '{name}'; define it first, and name it as in 'mylib::fancy'")
    if overload and overload not in packet.overloads():
        raise ValueError(f"'{namespace}::{operation}' has no overload '{overload}'; it has: {', '.join(packet.overloads())}")
    return [getattr(packet, each) for each in ([overload] if overload else packet.overloads())]


def _mlir_name(overload: torch._ops.OpOverload) -> str:
    """What torch-mlir calls it: `torch.mylib.fancy`, and `torch.mylib.fancy.out` for another overload."""
    name = overload._name.replace("::", ".").removesuffix(".default")
    return f"torch.{name}"


def _checked(overload: torch._ops.OpOverload, function: Callable) -> Callable:
    """The function, whose results have to be of the shapes and dtypes that the operator's fake kernel gives."""

    def decomposition(*args: Any, **kwargs: Any) -> Any:
        result = function(*args, **kwargs)
        if not overload._schema.is_mutable:
            with disable_proxy_modes_tracing():
                try:
                    expected = overload(*args, **kwargs)
                except NotImplementedError:  # it has no fake kernel, and with this function it needs none
                    return result
            if _types(result) != _types(expected):
                raise CaptureError(
                    f"the lowering of {overload._name} returns {_text(result)}, and the operator {_text(expected)}"
                )
        return result

    return decomposition


def _types(tree: Any) -> list[Any]:
    return [
        (leaf.dtype, tuple(leaf.shape)) if isinstance(leaf, torch.Tensor) else type(leaf)
        for leaf in pytree.tree_leaves(tree)
    ]


def _text(tree: Any) -> str:
    leaves = pytree.tree_leaves(tree)
    return ", ".join(
        f"{str(leaf.dtype).removeprefix('torch.')}{list(leaf.shape)}" if isinstance(leaf, torch.Tensor) else type(leaf).__name__
        for leaf in leaves
    ) or "nothing"
