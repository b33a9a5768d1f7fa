"""Who takes part. Each function gets a program's name, the setting and the artifact, and returns a `Prepared`.

All start from the same parameters, which are made with the same seed. PyTorch's contestants take what its users may turn on
beside the defaults, as in `inductor+channels-last+autotune`.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import compilers
import in_setting
import iree_alone
import machine
import programs
import tvm_trainer
from setting import NotAvailable, Setting


class Prepared(NamedTuple):
    """A program that is ready to step.

    Attributes:
        step: `step(batch) -> loss`, which waits for the device.
        batches: As `step` takes them, on the device where that is usual.
        peak_bytes: Of memory on the GPU so far, or None if that is not known; None where the memory is the process's.
    """

    step: Callable[[Any], float]
    batches: list
    peak_bytes: Callable[[], int | None] | None = None


def _on_torch_device(name: str, setting: Setting, options: tuple[str, ...]):
    """The program, its batches as tensors, and `peak_bytes`, on the setting's device."""
    import torch

    if "kept-memory" in options:
        from fungible.runtime import heap

        heap.keep_freed_memory()
    device = in_setting.prepare_torch(setting)
    program = compilers.program_in_torch(name, setting, device)
    program.model.to(device)
    batches = [tuple(torch.from_numpy(array).to(device) for array in batch) for batch in program.batches]
    if "channels-last" in options:
        program.model.to(memory_format=torch.channels_last)
        batches = [tuple(x.contiguous(memory_format=torch.channels_last) if x.dim() == 4 else x for x in batch) for batch in batches]
    return program, batches, torch.cuda.max_memory_allocated if setting.is_gpu else None


def eager(name: str, setting: Setting, artifact: Path, options: tuple[str, ...] = ()) -> Prepared:
    """PyTorch, with its fused optimizers."""
    program, batches, peak = _on_torch_device(name, setting, options)
    return Prepared(lambda batch: program.step(batch).item(), batches, peak)


def _mode(setting: Setting, options: tuple[str, ...]) -> str | None:
    """Of `torch.compile`."""
    if setting.is_gpu:
        return "reduce-overhead" if "untuned" in options else "max-autotune"
    return "max-autotune" if "autotune" in options else None


def inductor(name: str, setting: Setting, artifact: Path, options: tuple[str, ...] = ()) -> Prepared:
    """The same with forward and backward through `torch.compile`; on GPUs with CUDA graphs and kernels by measurement."""
    import torch

    program, batches, peak = _on_torch_device(name, setting, options)
    program.loss_of = torch.compile(program.loss_of, mode=_mode(setting, options))
    if "compiled-optimizer" in options:
        program.optimizer.step = torch.compile(program.optimizer.step)
    return Prepared(lambda batch: program.step(batch).item(), batches, peak)


def jax(name: str, setting: Setting, artifact: Path) -> Prepared:
    """JAX: the whole step under `jit`, state donated."""
    import jax

    in_setting.prepare_jax(setting)
    program = compilers.program_in_torch(name, setting, "cpu")
    own = programs.jax_step(name, program.parameters())
    state = own.state

    def step(batch):
        nonlocal state
        state, loss = own.step(state, *batch)
        return float(loss)

    # JAX has 32-bit integers unless told otherwise.
    batches = [(x.astype("int32") if x.dtype.kind == "i" else x, y) for x, y in program.batches]
    if not setting.is_gpu:
        return Prepared(step, batches)
    (device, *_) = jax.devices()
    return Prepared(step, jax.device_put(batches, device), lambda: device.memory_stats()["peak_bytes_in_use"])


def fungible(name: str, setting: Setting, artifact: Path) -> Prepared:
    """The artifact, with neither PyTorch nor the compiler in the process."""
    import fungible as package

    session = package.load(artifact).on(setting.target)
    batches = compilers.load_batches(artifact.with_suffix(".npz"))

    # On CUDA, IREE 3.13 counts what our allocator gives back to it twice, and so too little at the peak.
    return Prepared(lambda batch: float(session.step(batch)), batches, (lambda: None) if setting.is_gpu else None)


def iree(name: str, setting: Setting, artifact: Path) -> Prepared:
    """torch-mlir and IREE without our passes; IREE's runtime as it comes."""
    return Prepared(*iree_alone.contestant(*compilers.beside(artifact)))


def tvm(name: str, setting: Setting, artifact: Path) -> Prepared:
    """Relax and its trainer."""
    if setting != Setting():
        raise NotAvailable("compared on the CPU in f32 alone")
    return Prepared(*tvm_trainer.contestant(compilers.program_in_torch(name, setting, "cpu")))


def product_in_torch(name: str, setting: Setting, artifact: Path) -> Prepared:
    return Prepared(*machine.in_torch(setting))


def product_in_jax(name: str, setting: Setting, artifact: Path) -> Prepared:
    return Prepared(*machine.in_jax(setting))


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

_Contestant = Callable[[str, Setting, Path], Prepared]

#: Who measures what the machine can do.
PRODUCTS: dict[str, _Contestant] = {
    "product in torch": product_in_torch,
    "product in jax": product_in_jax,
}

CONTESTANTS: dict[str, _Contestant] = {
    "eager": eager,
    "inductor": inductor,
    "jax": jax,
    "iree": iree,
    "tvm": tvm,
    "fungible": fungible,
}


#: What PyTorch's contestants take: convolutions in its other order of channels, freed memory kept as our runtime keeps it, kernels
#: by measurement or not (the default is with on GPUs, with CUDA graphs either way, and without on CPUs), and the optimizer through
#: `torch.compile`.
_OPTIONS = {
    "eager": ("channels-last", "kept-memory"),
    "inductor": ("channels-last", "kept-memory", "autotune", "untuned", "compiled-optimizer"),
}


def is_known(contestant: str) -> bool:
    name, *options = contestant.split("+")
    return name in CONTESTANTS and set(options) <= set(_OPTIONS.get(name, ()))


def of(setting: Setting) -> list[str]:
    """Those that take part."""
    return [name for name in CONTESTANTS if setting == Setting() or name not in ("iree", "tvm")]


def preload(contestant: str) -> None:
    for name in _IMPORTS[contestant.partition("+")[0]]:
        importlib.import_module(name)


def find(contestant: str) -> _Contestant:
    name, *options = contestant.split("+")
    found = (PRODUCTS | CONTESTANTS)[name]
    return functools.partial(found, options=tuple(options)) if options else found


def are_installed(contestant: str) -> bool:
    return all(importlib.util.find_spec(name) for name in _IMPORTS[contestant])
