"""Makes a recorded graph functional: what writes to a tensor gives a new one instead.

Most steps write to whole tensors alone, as an optimizer does to parameters and a norm to its statistics: their graphs
are rewritten. A graph that writes to a view, or reads a view of what was written, runs again under PyTorch's
functionalization, which takes about half as long as to record it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import fx
from torch.fx.experimental.proxy_tensor import make_fx

_aten = torch.ops.aten
_batch_norm = _aten.native_batch_norm.default

_Table = Mapping[torch._ops.OpOverload, Callable]


def functionalize(recorded: fx.GraphModule, inputs: Sequence[torch.Tensor], table: _Table) -> fx.GraphModule:
    """The graph without writes, which may be `recorded` itself, changed.

    Args:
        inputs: what it was recorded with.
        table: decompositions of what takes the place of writes.

    Raises:
        RuntimeError: it writes to a constant.
    """
    effects = _effects(recorded.graph, table)
    if effects is not None:
        _rewrite(recorded.graph, effects)
        return recorded
    with fx.traceback.preserve_node_meta():
        return make_fx(
            torch.func.functionalize(_Replay(recorded).run, remove="mutations"),
            decomposition_table=dict(table),
            tracing_mode="fake",
            _allow_non_fake_inputs=True,
        )(*inputs)


class _Replay(fx.Interpreter):
    """Runs a recorded graph again, with ops whose schema tells of all that they write."""

    def call_function(self, target, args, kwargs):
        if target is not _batch_norm or not args[5]:
            return super().call_function(target, args, kwargs)
        if args[3] is None:
            return _aten._native_batch_norm_legit.no_stats(*args[:3], *args[5:])
        return _aten._native_batch_norm_legit.default(*args)


@dataclass
class _Effects:
    """What the nodes of a graph view and write.

    Attributes:
        views: nodes that show a tensor that is there without them.
        writes: node -> the storages that it writes, each of them whole.
    """

    views: set[fx.Node] = field(default_factory=set)
    writes: dict[fx.Node, list[int]] = field(default_factory=dict)


def _effects(graph: fx.Graph, table: _Table) -> _Effects | None:
    """None where `_rewrite` cannot make the graph functional.

    It can where all writes are to whole tensors, of which no view is read any more.
    """
    effects = _Effects()
    written: set[int] = set()  # storages
    seen: set[int] = set()
    for node in graph.nodes:
        operands = node.all_input_nodes
        if any(operand in effects.views and _storage(operand) in written for operand in operands):
            return None
        targets = _targets(node, table)
        if targets is None or any(target in effects.views or target.op == "get_attr" for target in targets):
            return None
        if targets or _is_training_norm(node):
            effects.writes[node] = list(map(_storage, targets))
            written.update(effects.writes[node])
        storage = _storage(node)
        if storage is None or storage in effects.writes.get(node, ()):
            continue
        # The storage of a constant is not known.
        if storage in seen or any(operand.op == "get_attr" for operand in operands):
            effects.views.add(node)
        seen.add(storage)
    return effects


def _targets(node: fx.Node, table: _Table) -> Sequence[fx.Node] | None:
    """What a node writes to; None where that is not known, or what is written takes more than one op."""
    if node.op in ("placeholder", "get_attr", "output") or node.target is operator.getitem:
        return ()
    if not isinstance(node.target, torch._ops.OpOverload):
        return None
    if _is_training_norm(node):
        return None if _is_decomposed_norm(node, table) else [x for x in node.args[3:5] if x is not None]
    if not node.target._schema.is_mutable:
        return ()
    return node.args[:1] if _is_plain_write(node, table) else None


def _is_plain_write(node: fx.Node, table: _Table) -> bool:
    """Whether a node does no more than to write to its first operand what one op gives."""
    target = node.args[0]
    if not isinstance(target, fx.Node) or _storage(target) != _storage(node) or _type(target) != _type(node):
        return False
    if node.target is _aten.copy_.default:
        return _type(node.args[1]) == _type(node)
    form = _without_write(node.target)
    operands = _values((node.args, node.kwargs))
    if form is None or form in table or operands is None:
        return False
    args, kwargs = operands
    result = form(*args, **kwargs)
    return (result.shape, result.dtype) == _type(node)


def _is_training_norm(node: fx.Node) -> bool:
    """Whether it writes to its running statistics, if it has any; its schema hides that."""
    return node.target is _batch_norm and node.args[5]


def _norm_without_writes(node: fx.Node) -> tuple[torch._ops.OpOverload, tuple]:
    """The op and its arguments that return new running statistics."""
    if node.args[3] is None:
        return _aten._native_batch_norm_legit.no_stats, (*node.args[:3], *node.args[5:])
    return _aten._native_batch_norm_legit_functional.default, node.args


def _is_decomposed_norm(node: fx.Node, table: _Table) -> bool:
    form, args = _norm_without_writes(node)
    operands = _values(args)
    return operands is None or (form in table and table[form](*operands) is not NotImplemented)


def _without_write(op: torch._ops.OpOverload) -> torch._ops.OpOverload | None:
    """`aten.add.Tensor` of `aten.add_.Tensor`; None of an op that is no such pair."""
    namespace, name = op._schema.name.split("::")
    aliases = [argument.alias_info is not None for argument in op._schema.arguments]
    if namespace != "aten" or not name.endswith("_") or aliases != [True] + [False] * (len(aliases) - 1):
        return None
    form = getattr(getattr(_aten, name[:-1], None), op._overloadname, None)
    return None if form is None or form._schema.is_mutable or torch.Tag.inplace_view in op.tags else form


def _values(tree: tuple) -> tuple | None:
    """What the operands in a tree are, in shape and dtype; None where one is a constant."""
    operands: list[fx.Node] = []
    fx.node.map_arg(tree, operands.append)
    if any("val" not in operand.meta for operand in operands):
        return None
    return fx.node.map_arg(tree, lambda operand: operand.meta["val"])


def _type(node: fx.Node) -> tuple[torch.Size, torch.dtype] | None:
    value = node.meta.get("val")
    return (value.shape, value.dtype) if isinstance(value, torch.Tensor) else None


def _storage(node: fx.Node) -> int | None:
    value = node.meta.get("val")
    return value.untyped_storage()._cdata if isinstance(value, torch.Tensor) else None


def _rewrite(graph: fx.Graph, effects: _Effects) -> None:
    """Puts what was written last in place of each whole tensor, and what gives it in place of each write."""
    latest: dict[int | None, fx.Node] = {}  # by storage

    def newest(operand: fx.Node) -> fx.Node:
        return operand if operand in effects.views else latest.get(_storage(operand), operand)

    for node in list(graph.nodes):
        if any(newest(operand) is not operand for operand in node.all_input_nodes):
            node.args, node.kwargs = fx.node.map_arg((node.args, node.kwargs), newest)
        if node in effects.writes:
            values = _new_statistics(graph, node) if _is_training_norm(node) else [_new_value(graph, node)]
            latest.update(zip(effects.writes[node], values, strict=True))
    for node in effects.writes:
        if node.target._schema.is_mutable:
            graph.erase_node(node)


def _new_value(graph: fx.Graph, node: fx.Node) -> fx.Node:
    """What gives the value that a node writes."""
    if node.target is _aten.copy_.default:
        return node.args[1]
    with graph.inserting_after(node):
        value = graph.call_function(_without_write(node.target), node.args, node.kwargs)
    value.meta = dict(node.meta)
    return value


def _new_statistics(graph: fx.Graph, norm: fx.Node) -> list[fx.Node]:
    """The running statistics, which a norm that becomes one without writes returns."""
    statistics = [statistic.meta["val"] for statistic in norm.args[3:5] if statistic is not None]
    norm.target, norm.args = _norm_without_writes(norm)
    norm.meta["val"] = (*norm.meta["val"], *statistics)
    new = []
    for number, value in enumerate(statistics, 3):
        with graph.inserting_after(norm):
            new.append(graph.call_function(operator.getitem, (norm, number)))
        new[-1].meta = {**norm.meta, "val": value}
    return new
