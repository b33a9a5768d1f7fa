"""`torch.utils.checkpoint`: what the backward pass computes a second time stays a computation of its own.

The second computation has the very ops of the first, on the same operands, so that every compiler
would merge the two and keep the activations. Barriers in front of it prevent that, and put it after
the gradient for which it is made.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import torch
from torch import fx
from torch.fx.experimental.proxy_tensor import get_proxy_mode
from torch.utils import checkpoint

from . import operators  # noqa: F401  defines torch.ops.fungible

#: Key of a node's meta: the number of the recomputation that it belongs to.
_REGION = "fungible.recomputation"


@contextlib.contextmanager
def marked() -> Iterator[None]:
    """Marks, in a graph that is being traced, the nodes of each recomputation by checkpoints."""
    generator, function = checkpoint._checkpoint_without_reentrant_generator, checkpoint.CheckpointFunction
    regions = iter(range(1 << 62))

    def in_region(recompute: Callable) -> Callable:
        def call(*args, **named):
            mode = get_proxy_mode()
            if mode is None:
                return recompute(*args, **named)
            graph = mode.tracer.graph
            before = set(graph.nodes)
            try:
                return recompute(*args, **named)
            finally:  # an exception stops it as soon as all is there that the backward pass needs
                region = next(regions)
                for node in graph.nodes:
                    if node not in before:
                        node.meta.setdefault(_REGION, region)

        return call

    def marked_generator(recompute, *args, **named):
        # The forward pass calls the user's function itself; this one is for the backward pass.
        return generator(in_region(recompute), *args, **named)

    class Marked:
        @staticmethod
        def apply(run_function, *args):
            calls = iter([run_function])
            return function.apply(lambda *inputs: next(calls, in_region(run_function))(*inputs), *args)

    checkpoint._checkpoint_without_reentrant_generator, checkpoint.CheckpointFunction = marked_generator, Marked
    try:
        yield
    finally:
        checkpoint._checkpoint_without_reentrant_generator, checkpoint.CheckpointFunction = generator, function


def insert_barriers(module: fx.GraphModule, batch: int) -> None:
    """Puts barriers between the marked nodes and what they compute from, in front of the first of them.

    Parameters and other state go without: they are there all the time, and a barrier may cost a copy.

    Args:
        batch: the number of the first placeholder that is no state.
    """
    graph = module.graph
    order = {node: index for index, node in enumerate(graph.nodes)}
    state = set(graph.find_nodes(op="placeholder")[:batch])
    latest: fx.Node | None = None
    starts: dict[int, tuple[fx.Node, fx.Node]] = {}
    barriers: dict[tuple[int, fx.Node], fx.Node] = {}
    for node in list(graph.nodes):
        region = node.meta.get(_REGION)
        if node.op != "call_function":
            continue
        if region is None:
            latest = node if _is_computed(node) else latest
            continue
        if latest is None:
            continue
        start, after = starts.setdefault(region, (node, latest))

        def behind(operand: fx.Node) -> fx.Node:
            value = operand.meta.get("val")
            if operand in state or operand.meta.get(_REGION) == region or not isinstance(value, torch.Tensor):
                return operand
            if (region, operand) not in barriers:
                with graph.inserting_before(start if order[operand] < order[start] else node):
                    barrier = graph.call_function(torch.ops.fungible.barrier.default, (operand, after))
                barrier.meta = {**node.meta, "val": value}
                barriers[region, operand] = barrier
            return barriers[region, operand]

        node.args = fx.map_arg(node.args, behind)
        node.kwargs = fx.map_arg(node.kwargs, behind)
    module.recompile()


def _is_computed(node: fx.Node) -> bool:
    """Whether a node waits for something: it is neither a view nor a cast of an argument."""
    value = node.meta.get("val")
    return (
        isinstance(value, torch.Tensor)
        and value.is_floating_point()
        and value.numel() > 0
        and not getattr(node.target, "is_view", False)
        and any(operand.op == "call_function" for operand in node.all_input_nodes)
    )
