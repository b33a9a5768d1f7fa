"""`op_db`: forward and backward of the first float32 sample inputs of each op that autograd supports."""

from __future__ import annotations

import itertools

import torch
from torch.testing._internal.common_methods_invocations import op_db

from case import Case, Skipped
from eager import counter_based
from samples import Samples, as_gradient, cotangents, floating_leaves, reported
from tolerance import for_float32

#: How many sample inputs of each op make its program.
SAMPLES = 2


def names() -> list[str]:
    return [_name(op) for op in op_db if op.supports_autograd]


def _name(op) -> str:
    return f"{op.name}.{op.variant_test_name}" if op.variant_test_name else op.name


def case(name: str, target: str) -> Case:
    op = next(op for op in op_db if op.supports_autograd and _name(op) == name)
    dtype = torch.float32 if torch.float32 in op.dtypes else None
    if dtype is None:
        raise Skipped("has no float32 samples")
    torch.manual_seed(0)
    samples = Samples()
    calls = []
    for sample in itertools.islice(op.sample_inputs("cpu", dtype, requires_grad=True), SAMPLES):
        calls.append((samples.take((sample.input, sample.args, sample.kwargs)), sample.output_process_fn_grad))
    if not calls:
        raise Skipped("has no float32 samples")

    def outputs(call, process, batch):
        input_, args, kwargs = samples.give(call, batch)
        return process(op.op(input_, *args, **kwargs))

    with counter_based():
        tried = [floating_leaves(outputs(call, process, samples.batch)) for call, process in calls]
    gradients = [cotangents(leaves) for leaves in tried]
    count = len(samples.batch)
    batch = (samples.batch, gradients)
    parameters = [name for name, _ in samples.model.named_parameters()]

    def step(batch):
        inputs, starts = batch
        results = []
        for (call, process), start in zip(calls, starts):
            out = outputs(call, process, inputs)
            leaves = floating_leaves(out)
            results.append(reported(out))
            if leaves:
                given = [as_gradient(leaf, g) for leaf, g in zip(leaves, start, strict=True)]
                wanted = [samples.model.get_parameter(p) for p in parameters]
                found = torch.autograd.grad(leaves, wanted, given, allow_unused=True)
                results.append(reported([g for g in found if g is not None]))
        return results

    assert len(samples.batch) == count
    rtol, atol = for_float32(op.decorators, target)
    return Case(samples.model, None, step, [batch], rtol, atol)
