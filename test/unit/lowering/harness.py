"""Compares a torch function, compiled for this CPU through our passes, with eager torch.

The measure is the distance to float64: compiled float32 may be at most `FACTOR` times as
far from it as eager float32 is.
"""

from collections.abc import Callable, Sequence

import iree.runtime
import numpy as np
import torch
import torch.utils._pytree as pytree
from torch_mlir import ir
from torch_mlir.extras.fx_importer import FxImporter

from fungible.dialects.fungible import load
from fungible.frontend import graph
from fungible.iree import compile as compile_module
from fungible.passes import manager, pipelines

FACTOR = 3

#: Relative to the largest element; eager is not asked to beat the rounding of its own result.
ROUNDING = 2.0**-24


def torch_module(function: Callable, *args: torch.Tensor) -> ir.Module:
    """`function` as it is captured, in the `torch` dialect, as `@main`."""

    def flat(*inputs):
        return pytree.tree_flatten(function(*inputs))[0]

    context = ir.Context()
    load(context)
    importer = FxImporter(context=context)
    importer.import_stateless_graph(graph.trace(flat, args, {}, 0).graph, func_name="main")
    return importer.module


def raised(function: Callable, *args: torch.Tensor) -> str:
    """The text of `function` at the stage `fungible`."""
    module = torch_module(function, *args)
    manager.run(module.operation, pipelines.find("fungible").pipeline)
    return str(module)


def lowered(function: Callable, *args: torch.Tensor) -> str:
    """The text of `function` in `linalg`, as IREE gets it."""
    module = torch_module(function, *args)
    for stage in ("fungible", "linalg"):
        manager.run(module.operation, pipelines.find(stage).pipeline)
    return str(module)


def execute(text: str, args: Sequence[torch.Tensor]) -> list[np.ndarray]:
    """Compiles MLIR text for this CPU and calls its `@main`."""
    flags = (
        "--iree-hal-target-device=local",
        "--iree-hal-local-target-device-backends=llvm-cpu",
        "--iree-llvmcpu-target-cpu=host",
        "--iree-input-demote-f64-to-f32=false",
    )
    module = iree.runtime.load_vm_flatbuffer(compile_module(text, flags=flags), driver="local-sync")
    results = module["main"](*(arg.detach().numpy() for arg in args))
    results = results if isinstance(results, (tuple, list)) else [results]
    return [np.array(result.to_host()) for result in results]


def run(function: Callable, *args: torch.Tensor) -> list[np.ndarray]:
    """The results of the compiled function, flattened."""
    return execute(lowered(function, *args), args)


def _eager(function: Callable, args: Sequence[torch.Tensor]) -> list[np.ndarray]:
    return [x.detach().numpy() for x in pytree.tree_flatten(function(*args))[0]]


def errors(function: Callable, *args: torch.Tensor) -> list[tuple[float, float]]:
    """For each result the largest error of compiled and of eager, relative to the largest element.

    Elements that are NaN or infinite in float64 must be the same in the compiled result;
    integer and boolean results must be equal (error 0 or 1).
    """
    wide = [x.double() if x.dtype == torch.float32 else x for x in args]
    pairs = []
    for compiled, eager, exact in zip(
        run(function, *args), _eager(function, args), _eager(function, wide), strict=True
    ):
        assert compiled.shape == eager.shape, f"shape {compiled.shape}, expected {eager.shape}"
        assert compiled.dtype == eager.dtype, f"dtype {compiled.dtype}, expected {eager.dtype}"
        if exact.dtype.kind != "f":
            pairs.append((float(not np.array_equal(compiled, exact)), 0.0))
            continue
        finite = np.isfinite(exact)
        np.testing.assert_array_equal(compiled[~finite], exact[~finite])
        scale = max(np.abs(exact[finite]).max(initial=0.0), np.finfo(np.float32).tiny)
        pairs.append(
            tuple(float(np.abs(x[finite] - exact[finite]).max(initial=0.0) / scale) for x in (compiled, eager))
        )
    return pairs


def assert_as_exact_as_eager(function: Callable, *args: torch.Tensor) -> None:
    """Fails where a result of the compiled function is further from float64 than allowed."""
    for number, (compiled, eager) in enumerate(errors(function, *args)):
        limit = FACTOR * max(eager, ROUNDING)
        assert compiled <= limit, f"result {number}: error {compiled:.3g}, eager {eager:.3g}, limit {limit:.3g}"


def assert_gradients_as_exact_as_eager(function: Callable, *args: torch.Tensor) -> None:
    """The same for a function of one result and the gradients of its floating-point arguments,
    those that `function` detaches left out."""
    result = function(*args)
    incoming = torch.randn(result.shape, generator=torch.Generator().manual_seed(result.numel()))

    def extended(incoming, *args):
        leaves = [x.detach().requires_grad_() if x.is_floating_point() else x for x in args]
        result = function(*leaves)
        wanted = [x for x in leaves if x.requires_grad]
        gradients = torch.autograd.grad(result, wanted, incoming, allow_unused=True)
        return [result.detach(), *(x for x in gradients if x is not None)]

    assert_as_exact_as_eager(extended, incoming, *args)
