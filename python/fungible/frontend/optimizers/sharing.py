"""Counters and other scalars that all parameters of a group have alike: kept once a group.

PyTorch keeps them once a parameter. A graph that changes each in the same way changes one.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import fx
from torch.utils import _pytree as pytree


class NotShared(Exception):
    """A step changes scalars of one group in different ways; the argument is what the optimizer's state begins with."""


def check(module: fx.GraphModule, pairs: Sequence[tuple[str, fx.Node, fx.Node]]) -> None:
    """Raises NotShared where the two nodes of a pair, behind a prefix, may differ in value."""
    numbers: dict[object, int] = {}
    of: dict[fx.Node, int] = {}

    def number(argument: object) -> object:
        return ("node", of[argument]) if isinstance(argument, fx.Node) else repr(argument)

    for node in module.graph.nodes if pairs else ():
        key: object = node
        if node.op in ("call_function", "get_attr") and not _is_random(node):
            key = (str(node.target), repr(pytree.tree_map(number, (node.args, node.kwargs))))
        of[node] = numbers.setdefault(key, len(numbers))
    for prefix, left, right in pairs:
        if of[left] != of[right]:
            raise NotShared(prefix)


def _is_random(node: fx.Node) -> bool:
    return torch.Tag.nondeterministic_seeded in getattr(node.target, "tags", ())


def shared(
    group: dict, entries: dict[torch.Tensor, dict[str, object]], changing: set[tuple]
) -> dict[str, list[torch.Tensor]]:
    """Key -> parameters, of scalar state that starts the same for all trainable parameters of a group.

    Args:
        entries: parameter -> its state by key.
        changing: (parameter, key) of Python numbers that are state.
    """
    parameters = [p for p in group["params"] if p.requires_grad]
    if len(parameters) < 2 or any(p not in entries for p in parameters):
        return {}
    result = {}
    for key, first in entries[parameters[0]].items():
        values = [entries[p].get(key) for p in parameters]
        is_scalar = all(
            value.dim() == 0 if isinstance(value, torch.Tensor) else (p, key) in changing
            for p, value in zip(parameters, values)
        )
        if is_scalar and key not in group and all(_is_same(first, value) for value in values):
            result[key] = parameters
    return result


def _is_same(left: object, right: object) -> bool:
    if type(left) is not type(right) or getattr(left, "dtype", None) != getattr(right, "dtype", None):
        return False
    return bool(left == right)
