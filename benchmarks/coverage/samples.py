"""Sample inputs of PyTorch's databases as a model and a batch: what is differentiated is a parameter,
what is not is in the batch, and what is no tensor stays as it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch.utils import _pytree as pytree


@dataclass(frozen=True)
class _Parameter:
    name: str


@dataclass(frozen=True)
class _Batch:
    index: int


class Samples:
    """The tensors of several sample inputs, taken out of their places.

    A tensor that occurs twice is one tensor.
    """

    def __init__(self):
        self.model = torch.nn.Module()
        self.batch: list[torch.Tensor] = []
        self._known: dict[int, Any] = {}

    def take(self, tree: Any) -> Any:
        """The tree with references in place of tensors."""
        return pytree.tree_map(self._reference, tree)

    def _reference(self, leaf: Any) -> Any:
        if not isinstance(leaf, torch.Tensor):
            return leaf
        if id(leaf) not in self._known:
            self._known[id(leaf)] = (leaf, self._add(leaf))
        return self._known[id(leaf)][1]

    def _add(self, leaf: torch.Tensor) -> Any:
        if leaf.requires_grad:
            name = f"input{len(list(self.model.parameters()))}"
            self.model.register_parameter(name, torch.nn.Parameter(leaf.detach().clone()))
            return _Parameter(name)
        self.batch.append(leaf.detach().clone())
        return _Batch(len(self.batch) - 1)

    def give(self, tree: Any, batch: list[torch.Tensor]) -> Any:
        """The tree with tensors again; parameters as copies, so that an op may write to them."""

        def value(leaf: Any) -> Any:
            if isinstance(leaf, _Parameter):
                return self.model.get_parameter(leaf.name).clone()
            return batch[leaf.index] if isinstance(leaf, _Batch) else leaf

        return pytree.tree_map(value, tree, is_leaf=lambda leaf: isinstance(leaf, (_Parameter, _Batch)))


def floating_leaves(tree: Any) -> list[torch.Tensor]:
    """The tensors that a gradient can start from."""
    return [leaf for leaf in pytree.tree_leaves(tree) if isinstance(leaf, torch.Tensor) and leaf.requires_grad]


def reported(tree: Any) -> list[torch.Tensor]:
    """All tensors, complex ones as pairs of reals."""
    leaves = [leaf for leaf in pytree.tree_leaves(tree) if isinstance(leaf, torch.Tensor)]
    return [torch.view_as_real(leaf.resolve_conj()) if leaf.is_complex() else leaf for leaf in leaves]


def cotangents(leaves: list[torch.Tensor]) -> list[torch.Tensor]:
    """A random gradient for each; for complex ones as pairs of reals."""
    generator = torch.Generator().manual_seed(7)
    shapes = [(*leaf.shape, 2) if leaf.is_complex() else leaf.shape for leaf in leaves]
    kinds = [leaf.real.dtype if leaf.is_complex() else leaf.dtype for leaf in leaves]
    return [torch.randn(shape, generator=generator, dtype=kind) for shape, kind in zip(shapes, kinds)]


def as_gradient(leaf: torch.Tensor, cotangent: torch.Tensor) -> torch.Tensor:
    return torch.view_as_complex(cotangent) if leaf.is_complex() else cotangent
