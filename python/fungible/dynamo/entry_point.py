"""What PyTorch finds under the name `fungible` among the backends of `torch.compile`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def fungible(gm: Any, example_inputs: Any, **kwargs: Any) -> Callable[..., Any]:
    """`backend.compile_graph`.

    PyTorch keeps this function for good, and with it all that this file imports at the top: IREE's
    devices would outlive Python.
    """
    from .backend import compile_graph

    return compile_graph(gm, example_inputs, **kwargs)
