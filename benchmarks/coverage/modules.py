"""`module_db`: construction, forward, backward and one SGD step of each module of torch.nn."""

from __future__ import annotations

import torch
from torch.testing._internal.common_modules import module_db

from case import Case, Skipped
from eager import counter_based
from samples import Samples, as_gradient, cotangents, floating_leaves, reported
from tolerance import for_float32

#: How many of the inputs of each module make its program.
SAMPLES = 4


def names() -> list[str]:
    return [info.name for info in module_db]


def _spread(items: list, count: int) -> list:
    """`count` of the items, from the first to the last: neighbours differ by little."""
    if len(items) <= count:
        return items
    return [items[round(i * (len(items) - 1) / (count - 1))] for i in range(count)]


def case(name: str, target: str) -> Case:
    info = next(info for info in module_db if info.name == name)
    torch.manual_seed(0)
    inputs = info.module_inputs_func(info, device="cpu", dtype=torch.float32, requires_grad=True, training=True)
    inputs = [i for i in inputs if i.forward_input is not None]
    if not inputs:
        raise Skipped("has no inputs")
    samples = Samples()
    modules, calls = torch.nn.ModuleList(), []
    for given in _spread(inputs, SAMPLES):
        args, kwargs = given.constructor_input.args, given.constructor_input.kwargs
        # As PyTorch's tests do: some buffers of the samples are float64.
        module = info.module_cls(*args, **kwargs).to(torch.float32).train()
        # Lazy modules get their shapes, and with them their parameters, from the first call.
        if any(torch.nn.parameter.is_lazy(p) for p in module.parameters()):
            with counter_based(), torch.no_grad():
                module(*given.forward_input.args, **given.forward_input.kwargs)
        modules.append(module)
        calls.append(samples.take((given.forward_input.args, given.forward_input.kwargs)))
    samples.model.add_module("modules_", modules)

    tried = []
    with counter_based(), _unchanged(samples.model):
        for module, call in zip(modules, calls):
            args, kwargs = samples.give(call, samples.batch)
            tried.append(floating_leaves(module(*args, **kwargs)))
    starts = [cotangents(leaves) for leaves in tried]
    parameters = [p for p in samples.model.parameters() if p.requires_grad]
    optimizer = torch.optim.SGD(parameters, lr=0.1) if parameters else None

    def step(batch):
        inputs, starts = batch
        if optimizer is not None:
            optimizer.zero_grad()
        results, leaves, given = [], [], []
        for module, call, start in zip(modules, calls, starts):
            args, kwargs = samples.give(call, inputs)
            out = module(*args, **kwargs)
            results.append(reported(out))
            found = floating_leaves(out)
            leaves += found
            given += [as_gradient(leaf, g) for leaf, g in zip(found, start, strict=True)]
        if leaves:
            torch.autograd.backward(leaves, given)
        if optimizer is not None:
            optimizer.step()
        return results

    rtol, atol = for_float32(info.decorators, target)
    return Case(samples.model, optimizer, step, [(samples.batch, starts)], rtol, atol)


class _unchanged:
    """Gives buffers back the values that they have now."""

    def __init__(self, model: torch.nn.Module):
        self._model = model

    def __enter__(self):
        self._kept = [(b, b.clone()) for b in self._model.buffers()]

    def __exit__(self, *exception):
        with torch.no_grad():
            for buffer, kept in self._kept:
                buffer.copy_(kept)
