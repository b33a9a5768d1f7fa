"""What runs once for a program, in a process of its own: compilation of what contestants load, and counts."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import iree_alone
import programs
from setting import NotAvailable, Setting

_SEED = 0


def program_in_torch(name: str, setting: Setting, device: str):
    """The program's `TorchStep` in the precision of the setting, its model on the CPU.

    Args:
        device: Where it will run.
    """
    import torch

    torch.manual_seed(_SEED)
    program = programs.torch_step(name)
    loss_of = program.loss_of

    def in_precision(x, y):
        with setting.autocast(device):
            return loss_of(x, y)

    if setting.precision == "bf16":
        program.loss_of = in_precision
    return program


def tensors(program) -> list:
    """Its batches, for PyTorch."""
    import torch

    return [tuple(map(torch.from_numpy, batch)) for batch in program.batches]


#: What capture and compilation import when they are first called, which is not counted as their time.
_IMPORTS = ("fungible.program", "fungible.frontend.capture", "fungible.frontend.importer", "fungible.frontend.user_operators")


def for_fungible(name: str, setting: Setting, artifact: Path) -> float:
    """Writes the artifact, and the batches beside it; seconds that capture and compilation took, without the writing."""
    import fungible as package

    program = program_in_torch(name, setting, "cpu")
    for module in _IMPORTS:
        importlib.import_module(module)
    start = time.perf_counter()
    captured = package.Program(
        model=program.model, optimizer=program.optimizer, step=program.step, batches=tensors(program), seed=_SEED
    )
    compiled = captured.compile(targets=[setting.target])
    seconds = time.perf_counter() - start
    compiled.save(artifact)
    save_batches(program, artifact.with_suffix(".npz"))
    return seconds


def save_batches(program, file: Path) -> None:
    """For `load_batches`, where PyTorch is not."""
    import numpy as np

    arrays = {f"{side}{n}": array for n, batch in enumerate(program.batches) for side, array in zip("xy", batch)}
    np.savez(file, **arrays)


def load_batches(file: Path) -> list[tuple]:
    """Pairs of arrays."""
    import numpy as np

    stored = np.load(file)
    return [(stored[f"x{n}"], stored[f"y{n}"]) for n in range(len(stored.files) // 2)]


def beside(artifact: Path) -> tuple[Path, Path]:
    """Files of the contestant `iree`."""
    return artifact.with_name("iree.vmfb"), artifact.with_name("iree.npz")


def for_iree(name: str, setting: Setting, artifact: Path) -> float:
    """Seconds that capture and compilation took."""
    if setting != Setting():
        raise NotAvailable("compared on the CPU in f32 alone")
    return iree_alone.compile(program_in_torch(name, setting, "cpu"), *beside(artifact))


def flops(name: str, setting: Setting, artifact: Path) -> int:
    """Floating-point operations in the products and convolutions of a step, with all scores of attention, causal or not."""
    import torch
    from torch.nn.attention import SDPBackend, sdpa_kernel
    from torch.utils.flop_counter import FlopCounterMode

    program = program_in_torch(name, setting, "cpu")
    # The counter knows neither attention nor recurrence as one operator on the CPU, and counts what they are made of.
    with sdpa_kernel(SDPBackend.MATH), torch.backends.mkldnn.flags(enabled=False), FlopCounterMode(display=False) as counter:
        program.step(tensors(program)[0])
    return counter.get_total_flops()


def gpu(name: str, setting: Setting, artifact: Path) -> str | None:
    """The name of the GPU that PyTorch uses."""
    import torch

    return torch.cuda.get_device_name() if setting.is_gpu and torch.cuda.is_available() else None


COMPILERS: dict[str, Callable[[str, Setting, Path], Any]] = {
    "iree": for_iree,
    "fungible": for_fungible,
    "flops": flops,
    "gpu": gpu,
}

#: Those of them that keep what they compiled for the next time.
CACHED = {"fungible"}
