"""Dynamo's graph as AOT autograd gets it: of tensors of fixed shapes alone, drawing from a seed.

Dynamo makes sizes and numbers symbolic when they differ between calls. Each value becomes a
constant here, with a guard: another value is another graph, compiled for its shapes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import fx
from torch._guards import detect_fake_mode

from ..errors import CaptureError
from ..frontend.random import CounterBased


class Adapter:
    """The graph in a graph, and the way of calls to it.

    Attributes:
        module: `(*tensors, seed)` -> the results of Dynamo's graph.
        inputs: examples for it.
    """

    def __init__(self, gm: fx.GraphModule, example_inputs: Sequence[Any]):
        constants, self._tensors, self.inputs = {}, [], []
        placeholders = gm.graph.find_nodes(op="placeholder")
        for index, (node, value) in enumerate(zip(placeholders, example_inputs, strict=True)):
            symbolic = node.meta.get("example_value", value)
            if isinstance(value, torch.Tensor):
                self._tensors.append(index)
                self.inputs.append(_static(value, symbolic))
            else:
                constants[index] = _constant(symbolic)
        self._body = _Seeded(gm, constants)
        self.module = _outer(gm, self._body, [placeholders[index] for index in self._tensors])
        seed = torch.zeros(2, dtype=torch.int32)
        fake_mode = detect_fake_mode(self.inputs)
        self.inputs.append(seed if fake_mode is None else fake_mode.from_tensor(seed, static_shapes=True))

    def adapted(self, compiled: Callable[..., Any]) -> Callable[..., Any]:
        """What Dynamo calls, of what was compiled for `module`; complete once `module` was traced."""
        tensors, draws = self._tensors, self._body.draws
        unused = torch.zeros(2, dtype=torch.int32)

        def call(*args: Any) -> Any:
            seed = torch.randint(-(2**31), 2**31, (2,), dtype=torch.int32) if draws else unused
            return compiled(*(args[index] for index in tensors), seed)

        return call


class _Seeded(torch.nn.Module):
    """Runs a graph with constants for some of its inputs; the random functions in it draw from the last argument.

    Forward and backward are one trace of it, so that they share their masks. `draws` is their
    number in the last trace.
    """

    def __init__(self, gm: fx.GraphModule, constants: dict[int, Any]):
        super().__init__()
        self.graph_module = gm
        self.constants = constants
        self.draws = 0

    def forward(self, *args: torch.Tensor) -> Any:
        *tensors, seed = args
        values, count = iter(tensors), len(tensors) + len(self.constants)
        inputs = [self.constants[i] if i in self.constants else next(values) for i in range(count)]
        with CounterBased(seed, torch.zeros((), dtype=torch.int32)) as random:
            results = fx.Interpreter(self.graph_module).run(*inputs)
        self.draws = random.draws
        return results


def _outer(gm: fx.GraphModule, body: _Seeded, placeholders: Sequence[fx.Node]) -> fx.GraphModule:
    """A graph of one call, which AOT autograd takes for one of Dynamo's: it knows where each input is from."""
    graph = fx.Graph()
    arguments = []
    for old in placeholders:
        node = graph.placeholder(old.name)
        node.meta = dict(old.meta)
        node._dynamo_source = getattr(old, "_dynamo_source", None)
        arguments.append(node)
    seed = graph.placeholder("fungible_seed")
    seed._dynamo_source = None
    graph.output(graph.call_module("body", (*arguments, seed)))
    outer = fx.GraphModule({"body": body}, graph)
    outer.meta = dict(gm.meta)
    if hasattr(gm, "_param_name_to_source"):
        outer._param_name_to_source = {
            f"body.graph_module.{name}": source for name, source in gm._param_name_to_source.items()
        }
    return outer


def _constant(value: Any) -> Any:
    if isinstance(value, (torch.SymInt, int)):
        return int(value)
    if isinstance(value, (torch.SymFloat, float)):
        return float(value)
    raise CaptureError(f"an input of the graph is a {type(value).__name__}; the backend 'fungible' takes tensors")


def _static(tensor: torch.Tensor, symbolic: torch.Tensor) -> torch.Tensor:
    """The tensor, or one like it where Dynamo made sizes of it symbolic, as in `symbolic`."""
    if not any(isinstance(size, torch.SymInt) for size in (*symbolic.shape, *symbolic.stride())):
        return tensor
    shape, stride = [int(size) for size in symbolic.shape], [int(size) for size in symbolic.stride()]
    with symbolic.fake_mode:
        static = torch.empty_strided(shape, stride, dtype=tensor.dtype, device=tensor.device)
    return static.requires_grad_(tensor.requires_grad)
