"""Registers torch operators of our own that have neither a derivative nor a device beside the CPU."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch


def register(
    schemas: Mapping[str, str], kernels: Mapping[str, Callable], fakes: Mapping[str, Callable]
) -> torch.library.Library:
    """Defines `fungible::<name>` for each schema; the operators live as long as the result."""
    library = torch.library.Library("fungible", "FRAGMENT")
    for name, schema in schemas.items():
        library.define(name + schema)
        library.impl(name, kernels[name], "CPU")
        torch.library.register_fake(f"fungible::{name}", fakes[name], lib=library)
    return library
