"""A graph of AOT autograd as a function to compile, and what is left to do around each call of it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import fx

from ..errors import CaptureError
from ..frontend import graph as graphs
from ..frontend.capture import CapturedFunction

#: The function's name in the module.
ENTRY_POINT = "call"


@dataclass(frozen=True)
class Result:
    """Where a result comes from.

    Attributes:
        argument: position of the argument that it is; None for one that is computed.
        output: position among the outputs of the function; None together with `argument`: there is no tensor.
        permutation: of the output's dimensions, in which it has eager's strides.
        constant: a result that is no tensor.
    """

    argument: int | None = None
    output: int | None = None
    permutation: tuple[int, ...] | None = None
    constant: object = None


@dataclass(frozen=True)
class Prepared:
    """A function, and how its results are made of its outputs and arguments.

    Attributes:
        function: its inputs and outputs are tuples.
        used: positions of the arguments that the function takes.
        results: where each result comes from.
    """

    function: CapturedFunction
    used: tuple[int, ...]
    results: tuple[Result, ...]

    # The importer takes it for a program of one function.
    state = ()

    @property
    def functions(self) -> list[CapturedFunction]:
        return [self.function]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is computed."""
        return not self.function.results


def prepare(module: fx.GraphModule) -> Prepared:
    """Takes apart what the device computes and what is handed through.

    Args:
        module: a functional graph of ATen ops; its arguments are tensors.

    Raises:
        CaptureError: the graph has no static form.
    """
    placeholders = module.graph.find_nodes(op="placeholder")
    for node in placeholders:
        if not isinstance(node.meta.get("val"), torch.Tensor):
            raise CaptureError(f"the backend 'fungible' takes tensors, and {node.name} is {node.meta.get('val')!r}")
        _check_device(node)
    examples = [node.meta["val"] for node in placeholders]
    graph = fx.Graph()
    mapping: dict[fx.Node, fx.Node] = {}
    returned = graph.graph_copy(module.graph, mapping)
    graph.output(returned)
    copied = fx.GraphModule(module, graph)
    for node in graph.nodes:
        node.meta["stack_trace"] = graphs.innermost_frame(node.meta.get("stack_trace"))

    positions = {node: index for index, node in enumerate(graph.find_nodes(op="placeholder"))}
    outputs: dict[fx.Node, int] = {}
    results = []
    for value in returned:
        if not isinstance(value, fx.Node):
            results.append(Result(constant=value))
            continue
        if value in positions:
            results.append(Result(argument=positions[value]))
            continue
        permutation = _permutation(value.meta["val"])
        results.append(Result(output=outputs.setdefault(value, len(outputs)), permutation=permutation))
    with graph.inserting_before(graph.output_node()):
        written = [_permuted(graph, node) for node in outputs]
    graph.output_node().args = (tuple(written),)
    copied.recompile()

    legal = graphs.legalized(copied, examples)
    used = []
    for index, node in enumerate(legal.graph.find_nodes(op="placeholder")):
        if node.users:
            used.append(index)
        else:
            legal.graph.erase_node(node)
    legal.recompile()
    output_values = [node.meta["val"] for node in legal.graph.output_node().args[0]]
    function = CapturedFunction(
        name=ENTRY_POINT,
        module=legal,
        arguments=[("input", f"batch[{index}]") for index in range(len(used))],
        results=[("output", f"output[{index}]") for index in range(len(output_values))],
        inputs=tuple(examples[index] for index in used),
        outputs=tuple(output_values),
    )
    return Prepared(function, tuple(used), tuple(results))


def _check_device(node: fx.Node) -> None:
    device = node.meta["val"].device
    if device.type != "cpu":
        raise CaptureError(
            f"{node.name} is on {device}; the backend 'fungible' takes tensors on the CPU and moves them to its target"
            " itself: leave the model and its inputs on the CPU"
        )


def _permutation(value: torch.Tensor) -> tuple[int, ...] | None:
    """The dimensions in the order in which a dense tensor lies in memory; None where that is its own order."""
    if value.is_contiguous() or not value.numel():
        return None
    order = sorted(range(value.dim()), key=lambda d: (-value.stride(d), d))
    dense = [math.prod(value.shape[d] for d in order[position + 1 :]) for position in range(len(order))]
    is_dense = all(value.stride(d) == stride or value.shape[d] == 1 for d, stride in zip(order, dense))
    return tuple(order) if is_dense else None


def _permuted(graph: fx.Graph, node: fx.Node) -> fx.Node:
    order = _permutation(node.meta["val"])
    if order is None:
        return node
    permuted = graph.call_function(torch.ops.aten.permute.default, (node, list(order)))
    permuted.meta = {"val": node.meta["val"].permute(order), "stack_trace": node.meta["stack_trace"]}
    return permuted
