"""Who takes part. Each function gets a program's name and returns `step(batch) -> loss` and the batches as it wants them.

All start from the same parameters, which are made with the same seed.
"""

from __future__ import annotations

import importlib
import importlib.util
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import iree_alone
import programs
import tvm_trainer

Prepared = tuple[Callable[[Any], float], list]

_SEED = 0


def _in_torch(name: str):
    import torch

    torch.manual_seed(_SEED)
    return programs.torch_step(name)


def _tensors(program) -> list:
    import torch

    return [tuple(map(torch.from_numpy, batch)) for batch in program.batches]


def eager(name: str, artifact: Path) -> Prepared:
    """PyTorch, with its fused optimizers."""
    program = _in_torch(name)
    return lambda batch: program.step(batch).item(), _tensors(program)


def inductor(name: str, artifact: Path) -> Prepared:
    """The same with forward and backward through `torch.compile`."""
    import torch

    program = _in_torch(name)
    program.loss_of = torch.compile(program.loss_of)
    return lambda batch: program.step(batch).item(), _tensors(program)


def jax(name: str, artifact: Path) -> Prepared:
    """JAX: the whole step under `jit`, state donated."""
    program = _in_torch(name)
    own = programs.jax_step(name, program.parameters())
    state = own.state

    def step(batch):
        nonlocal state
        state, loss = own.step(state, *batch)
        return float(loss)

    # JAX has 32-bit integers unless told otherwise.
    return step, [(x.astype("int32") if x.dtype.kind == "i" else x, y) for x, y in program.batches]


def fungible(name: str, artifact: Path) -> Prepared:
    """The artifact, with neither PyTorch nor the compiler in the process."""
    import numpy as np

    import fungible as package

    session = package.load(artifact).on("cpu")
    stored = np.load(artifact.with_suffix(".npz"))
    batches = [(stored[f"x{n}"], stored[f"y{n}"]) for n in range(len(stored.files) // 2)]
    return lambda batch: float(session.step(batch)), batches


def _beside(artifact: Path) -> tuple[Path, Path]:
    """Files of the contestant `iree`."""
    return artifact.with_name("iree.vmfb"), artifact.with_name("iree.npz")


def iree(name: str, artifact: Path) -> Prepared:
    """torch-mlir and IREE without our passes; the same processes and runtime as ours."""
    return iree_alone.contestant(*_beside(artifact))


def tvm(name: str, artifact: Path) -> Prepared:
    """Relax and its trainer."""
    return tvm_trainer.contestant(_in_torch(name))


#: Rows, columns and what is summed over, of products of as many operations.
_SHAPES = ((1024, 1024, 1024), (2048, 1024, 512), (512, 1024, 2048), (1024, 2048, 512))


def product_in_torch(name: str, artifact: Path) -> Prepared:
    """What the machine can do: products of matrices."""
    import torch

    pairs = [(torch.rand(rows, inner), torch.rand(inner, columns)) for rows, columns, inner in _SHAPES]
    return lambda pair: float(torch.mm(*pair)[0, 0]), pairs


def product_in_jax(name: str, artifact: Path) -> Prepared:
    """The same; which of the two is the faster depends on the CPU."""
    import jax

    product = jax.jit(jax.numpy.matmul)
    key = jax.random.key(0)
    pairs = [
        (jax.random.uniform(key, (rows, inner)), jax.random.uniform(key, (inner, columns))) for rows, columns, inner in _SHAPES
    ]
    for pair in pairs:
        product(*pair).block_until_ready()
    return lambda pair: product(*pair).block_until_ready().size, pairs


#: Of each of the products above.
PRODUCT_FLOPS = 2 * 1024**3


def compile_for_fungible(name: str, artifact: Path) -> float:
    """Writes the artifact, and the batches beside it; seconds that capture and compilation took."""
    import numpy as np

    import fungible as package

    program = _in_torch(name)
    importlib.import_module("fungible.frontend.capture")
    start = time.perf_counter()
    compiled = package.Program(
        model=program.model, optimizer=program.optimizer, step=program.step, batches=_tensors(program), seed=_SEED
    )
    compiled.compile(targets=["cpu"]).save(artifact)
    seconds = time.perf_counter() - start
    arrays = {f"{side}{n}": array for n, batch in enumerate(program.batches) for side, array in zip("xy", batch)}
    np.savez(artifact.with_suffix(".npz"), **arrays)
    return seconds


def compile_for_iree(name: str, artifact: Path) -> float:
    """Seconds that capture and compilation took."""
    return iree_alone.compile(_in_torch(name), *_beside(artifact))


def flops(name: str, artifact: Path) -> int:
    """Floating-point operations in the products and convolutions of a step."""
    from torch.utils.flop_counter import FlopCounterMode

    program = _in_torch(name)
    with FlopCounterMode(display=False) as counter:
        program.step(_tensors(program)[0])
    return counter.get_total_flops()


#: What each imports, which is not counted as its memory or time.
_IMPORTS = {
    "eager": ("torch", "torch._dynamo"),
    "inductor": ("torch", "torch._dynamo", "torch._inductor.compile_fx"),
    "jax": ("torch", "jax", "optax"),
    "iree": ("numpy", "iree.runtime"),
    "tvm": ("torch", "tvm", "tvm.relax.frontend.torch", "tvm.relax.training"),
    "fungible": ("numpy", "fungible.artifact", "fungible.placement", "fungible.runtime.session", "iree.runtime"),
    "product in torch": ("torch",),
    "product in jax": ("jax",),
}

#: Who measures what the machine can do.
PRODUCTS: dict[str, Callable[[str, Path], Prepared]] = {
    "product in torch": product_in_torch,
    "product in jax": product_in_jax,
}

CONTESTANTS: dict[str, Callable[[str, Path], Prepared]] = {
    "eager": eager,
    "inductor": inductor,
    "jax": jax,
    "iree": iree,
    "tvm": tvm,
    "fungible": fungible,
}

#: What runs once, in a process of its own.
COMPILERS: dict[str, Callable[[str, Path], Any]] = {
    "iree": compile_for_iree,
    "fungible": compile_for_fungible,
    "flops": flops,
}

#: Those of them that keep what they compiled for the next time.
CACHED = {"fungible"}


def preload(contestant: str) -> None:
    for name in _IMPORTS[contestant]:
        importlib.import_module(name)


def find(contestant: str) -> Callable[[str, Path], Prepared]:
    return (PRODUCTS | CONTESTANTS)[contestant]


def are_installed(contestant: str) -> bool:
    return all(importlib.util.find_spec(name) for name in _IMPORTS[contestant])
