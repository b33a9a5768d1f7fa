"""Several models as one module: a generator and a discriminator, or a model and the average of its weights."""

from __future__ import annotations

from collections.abc import Mapping

from torch import nn

from ..errors import CaptureError


class Models(nn.Module):
    """Holds modules by name; what it holds is left as it is.

    Raises:
        CaptureError: a value that is no module, or a name that is no string without dots.
    """

    def __init__(self, models: Mapping[str, nn.Module]):
        super().__init__()
        if not models:
            raise CaptureError("model= is empty; expects a torch.nn.Module, or several")
        for name, model in models.items():
            if not isinstance(name, str) or not name or "." in name:
                raise CaptureError(f"model= has the key {name!r}; keys have to be strings without dots")
            if not isinstance(model, nn.Module):
                raise CaptureError(f"model= holds a {type(model).__name__} as {name!r}; expects a torch.nn.Module")
        self._modules.update(models)  # names such as "train" are taken by methods, and fine here
