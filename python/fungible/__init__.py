"""fungible: compiles an ordinary PyTorch training step to one artifact that trains on any device.

    program = fungible.capture(step, model=model, optimizer=optimizer, example=batch)
    artifact = program.compile(targets=["cpu"])
    artifact.save("gpt.fung")

    session = fungible.load("gpt.fung").on("cpu")
    loss = session.step(batch)
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

#: Public name -> module. Importing fungible imports neither torch nor the compiler nor IREE.
_WHERE = {
    "Program": "program",
    "capture": "step_capture",
    "register_lowering": "frontend.user_operators",
    "Artifact": "artifact",
    "load": "artifact",
    "Session": "runtime.session",
    "generate": "runtime.generation",
    "Checkpoint": "runtime.checkpoint",
    "FungibleError": "errors",
    "ArtifactError": "errors",
    "CaptureError": "errors",
    "CheckpointError": "errors",
    "CompilationError": "errors",
    "DeviceError": "errors",
    "InputError": "errors",
    "TargetError": "errors",
    "UsageError": "errors",
}

__all__ = ["__version__", *_WHERE]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'fungible' has no attribute '{name}'")
    value = getattr(importlib.import_module(f".{_WHERE[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
