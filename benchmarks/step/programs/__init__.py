"""The programs of the suite: each written once in PyTorch and once in JAX, with the same arithmetic.

A module has `torch_step()` and `jax_step(parameters)`; the second starts from the first's parameters.
"""

from __future__ import annotations

import importlib
from types import ModuleType

#: Name -> module, and the arguments of its functions.
PROGRAMS: dict[str, tuple[str, dict]] = {
    "mlp-sgd": ("mlp", {"optimizer": "sgd"}),
    "mlp-adamw": ("mlp", {"optimizer": "adamw"}),
    "cnn": ("cnn", {}),
    "resnet": ("resnet", {}),
    "gpt": ("gpt", {"layers": 4, "width": 256, "heads": 8, "length": 128, "batch": 8, "vocabulary": 4096}),
    "gpt2-width": ("gpt", {"layers": 4, "width": 768, "heads": 12, "length": 256, "batch": 2, "vocabulary": 8192}),
    "lstm": ("lstm", {}),
    "attention": ("attention", {}),
}


def _module(name: str) -> tuple[ModuleType, dict]:
    module, options = PROGRAMS[name]
    return importlib.import_module(f"{__name__}.{module}"), options


def torch_step(name: str):
    """The program's `TorchStep`."""
    module, options = _module(name)
    return module.torch_step(**options)


def jax_step(name: str, parameters: dict):
    """The program's `JaxStep`, from the parameters of the other one as NumPy arrays."""
    module, options = _module(name)
    return module.jax_step(parameters, **options)
