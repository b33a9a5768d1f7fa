"""The step as torch-mlir and IREE compile it without our passes: the graph of forward and backward that PyTorch's AOT
autograd makes, torch-mlir's own pipeline to `linalg`, and `iree-compile` for this CPU with no flags beside.

Parameters, buffers and moments are arguments and results, which stay on the device from one call to the next.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

FLAGS = (
    "--iree-hal-target-device=local", "--iree-hal-local-target-device-backends=llvm-cpu", "--iree-llvmcpu-target-cpu=host"
)  # fmt: skip


def compile(program, module: Path, arrays: Path) -> float:
    """Writes the executable, and the first state and the batches as arrays; seconds that it took.

    Args:
        program: A `TorchStep`.

    Raises:
        CompilationError, TorchMlirCompilerError: torch-mlir or IREE rejects the step.
    """
    import numpy as np
    from torch_mlir import fx

    from fungible import iree

    start = time.perf_counter()
    graph, state = _step(program)
    text = str(fx.stateless_fx_import(graph, output_type="linalg-on-tensors", model_name="step"))
    module.write_bytes(iree.compile(text, flags=FLAGS))
    seconds = time.perf_counter() - start
    named = {f"state{n}": tensor.numpy() for n, tensor in enumerate(state)}
    np.savez(arrays, **named, **{f"{side}{n}": a for n, batch in enumerate(program.batches) for side, a in zip("xy", batch)})
    return seconds


def _step(program) -> tuple[Any, list]:
    """A graph from state and batch to the loss and the new state, and the first state."""
    import torch
    from torch._functorch.aot_autograd import aot_export_module
    from torch.fx.experimental.proxy_tensor import make_fx
    from torch.nn.attention import SDPBackend, sdpa_kernel
    from torch_mlir.extras.fx_decomp_util import get_decomposition_table

    class Loss(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.model = program.model

        def forward(self, x, y):
            return (program.loss_of(x, y),)

    batch, table = [torch.from_numpy(array) for array in program.batches[0]], get_decomposition_table()
    with sdpa_kernel(SDPBackend.MATH):  # the backward of PyTorch's fused attention has no lowering
        gradients, signature = aot_export_module(
            Loss(), batch, decompositions=table, trace_joint=True, output_loss_index=0
        )
    parameters = [p.detach() for p in program.model.parameters()]
    buffers = dict(Loss().named_buffers())
    moments, update = _optimizer(program.optimizer, parameters)
    ends = len(parameters), len(parameters) + len(buffers)

    def step(*values):
        parameters, before, moments = values[: ends[0]], values[ends[0] : ends[1]], values[ends[1] : -2]
        results = gradients(*parameters, *before, *values[-2:])
        changed = dict(zip(signature.buffers_to_mutate.values(), results))
        loss, *own = results[len(changed) :]
        new = [changed.get(name, buffer) for name, buffer in zip(buffers, before)]
        parameters, moments = update(parameters, own, moments)
        return (loss, *parameters, *new, *moments)

    state = [*parameters, *buffers.values(), *moments]
    return make_fx(step, decomposition_table=table, tracing_mode="fake")(*state, *batch), state


def _optimizer(optimizer, parameters: list) -> tuple[list, Callable]:
    """The first moments, and `update(parameters, gradients, moments)` that returns new parameters and moments.

    Source: `torch.optim.SGD` with momentum, `torch.optim.AdamW`.
    """
    import torch

    group, count = optimizer.param_groups[0], len(parameters)
    rate = group["lr"]

    def zeros() -> list:
        return [torch.zeros_like(p) for p in parameters]

    if isinstance(optimizer, torch.optim.SGD):

        def sgd(parameters, gradients, moments):
            moments = [group["momentum"] * m + g for m, g in zip(moments, gradients)]
            return [p - rate * m for p, m in zip(parameters, moments)], moments

        return zeros(), sgd
    beta1, beta2 = group["betas"]

    def adamw(parameters, gradients, moments):
        step = moments[-1] + 1
        first = [beta1 * m + (1 - beta1) * g for m, g in zip(moments, gradients)]
        second = [beta2 * v + (1 - beta2) * g * g for v, g in zip(moments[count:], gradients)]
        correction1, correction2 = 1 - beta1**step, 1 - beta2**step
        new = [
            p * (1 - rate * group["weight_decay"]) - rate * (m / correction1) / ((v / correction2).sqrt() + group["eps"])
            for p, m, v in zip(parameters, first, second)
        ]
        return new, [*first, *second, step]

    return [*zeros(), *zeros(), torch.zeros(())], adamw


def contestant(module: Path, arrays: Path) -> tuple[Callable[[Any], float], list]:
    """`step(batch) -> loss` and the batches, in IREE's runtime alone."""
    import iree.runtime as rt
    import numpy as np

    config = rt.Config("local-task")
    loaded = rt.VmModule.mmap(config.vm_instance, str(module))
    run = rt.SystemContext(
        vm_modules=[rt.create_hal_module(config.vm_instance, config.device), loaded], config=config
    ).modules.module["step"]
    stored = np.load(arrays)

    def on_device(kind: str) -> list:
        count = sum(name.startswith(kind) for name in stored.files)
        return [rt.asdevicearray(config.device, stored[f"{kind}{n}"]) for n in range(count)]

    state = on_device("state")

    def step(batch):
        nonlocal state
        loss, *state = run(*state, *batch)
        return float(loss.to_host())

    return step, list(zip(on_device("x"), on_device("y")))
