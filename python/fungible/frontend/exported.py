"""Programs of `torch.export` as models to train."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from ..errors import CaptureError


def unpacked(model: Any, optimizer: Any) -> tuple[torch.nn.Module, Any]:
    """A module and its optimizer, of what `capture` was given.

    An exported program becomes a module on the same parameters and buffers, once for all calls. It
    computes as it did when it was exported: dropout and batch normalization train where the model did.

    Args:
        model: a module, or an `ExportedProgram`.
        optimizer: an optimizer, or a function that makes one of parameters, such as
            `functools.partial(torch.optim.AdamW, lr=1e-3)`.

    Raises:
        CaptureError: the program was exported with its backward pass.
    """
    if isinstance(model, torch.export.ExportedProgram):
        if model.graph_signature.backward_signature is not None:
            raise CaptureError(
                "the program was exported with its backward pass; export the model alone, and pass loss="
            )
        model = model.module()
    if isinstance(optimizer, Callable) and not isinstance(optimizer, torch.optim.Optimizer):
        optimizer = optimizer(model.parameters())
    return model, optimizer
