"""Nested tuples, lists and dictionaries, as batches and losses come in.

A tree is a leaf, `None`, or a `tuple`, `list` or `dict` of trees; everything that is none of
those is a leaf. Leaves are numbered depth first, dictionaries in the order of the tree that
describes them. This is what `torch.utils._pytree` does with the same containers, without
torch.
"""

from collections.abc import Callable, Iterator
from typing import Any

from .errors import InputError

Tree = Any


def flatten(tree: Tree) -> list[Any]:
    """The leaves of a tree."""
    return list(_leaves(tree))


def _leaves(tree: Tree) -> Iterator[Any]:
    if isinstance(tree, dict):
        tree = tuple(tree.values())
    if isinstance(tree, (tuple, list)):
        for child in tree:
            yield from _leaves(child)
    elif tree is not None:
        yield tree


def map_leaves(function: Callable[[Any], Any], tree: Tree) -> Tree:
    """The same structure with `function(leaf)` in the place of each leaf."""
    if isinstance(tree, dict):
        return {key: map_leaves(function, child) for key, child in tree.items()}
    if isinstance(tree, (tuple, list)):
        return _container(tree)(map_leaves(function, child) for child in tree)
    return None if tree is None else function(tree)


def unflatten(structure: Tree, leaves: list[Any]) -> Tree:
    """The tree of this structure with these leaves.

    Raises:
        ValueError: the structure has another number of leaves.
    """
    count = len(flatten(structure))
    if count != len(leaves):
        raise ValueError(f"the structure has {count} leaves, got {len(leaves)}")
    remaining = iter(leaves)
    return map_leaves(lambda _: next(remaining), structure)


def flatten_like(structure: Tree, tree: Tree, name: str = "batch") -> list[Any]:
    """The leaves of `tree` in the order of `structure`, which may be of other leaves.

    A tuple and a list of the same length stand for each other, since data loaders do not
    keep the difference; keys of a dictionary may come in any order.

    Raises:
        InputError: the structures differ; the message names the place.
    """
    leaves: list[Any] = []
    _flatten_like(structure, tree, name, leaves)
    return leaves


def _flatten_like(structure: Tree, tree: Tree, name: str, leaves: list[Any]) -> None:
    if isinstance(structure, dict):
        if not isinstance(tree, dict):
            raise InputError(f"{name}: expects a dict of {_keys(structure)}, got {describe(tree)}")
        if structure.keys() != tree.keys():
            raise InputError(f"{name}: expects a dict of {_keys(structure)}, got a dict of {_keys(tree)}")
        for key, child in structure.items():
            _flatten_like(child, tree[key], f"{name}[{key!r}]", leaves)
    elif isinstance(structure, (tuple, list)):
        if not isinstance(tree, (tuple, list)) or len(tree) != len(structure):
            raise InputError(f"{name}: expects {describe(structure)}, got {describe(tree)}")
        for index, (child, value) in enumerate(zip(structure, tree, strict=True)):
            _flatten_like(child, value, f"{name}[{index}]", leaves)
    elif structure is None:
        if tree is not None:
            raise InputError(f"{name}: expects None, got {describe(tree)}")
    elif tree is None or isinstance(tree, (tuple, list, dict)):
        raise InputError(f"{name}: expects a tensor, got {describe(tree)}")
    else:
        leaves.append(tree)


def describe(tree: Tree) -> str:
    """A tree in a few words, for messages."""
    if tree is None:
        return "None"
    if isinstance(tree, dict):
        return f"a dict of {_keys(tree)}"
    if isinstance(tree, (tuple, list)):
        return f"a {_container(tree).__name__} of {len(tree)}"
    return f"a {type(tree).__module__.split('.')[0]}.{type(tree).__name__}".replace("builtins.", "")


def _keys(tree: dict) -> str:
    return ", ".join(repr(key) for key in tree) or "nothing"


def _container(tree: tuple | list) -> type:
    # Named tuples cannot be built from an iterable; they become plain tuples.
    return list if isinstance(tree, list) else tuple


def to_json(tree: Tree, leaf_to_json: Callable[[Any], Any]) -> dict:
    """The `TREE` of docs/design.md."""
    if isinstance(tree, dict):
        return {"dict": {key: to_json(child, leaf_to_json) for key, child in tree.items()}}
    if isinstance(tree, (tuple, list)):
        children = [to_json(child, leaf_to_json) for child in tree]
        return {_container(tree).__name__: children}
    return {"none": None} if tree is None else {"tensor": leaf_to_json(tree)}


def from_json(json: dict, leaf_from_json: Callable[[Any], Any]) -> Tree:
    """The inverse of `to_json`.

    Raises:
        ValueError: the JSON is not a tree.
    """
    if not isinstance(json, dict) or len(json) != 1:
        raise ValueError("a tree is an object with one key")
    ((kind, value),) = json.items()
    match kind:
        case "tensor":
            return leaf_from_json(value)
        case "none":
            return None
        case "tuple":
            return tuple(from_json(child, leaf_from_json) for child in value)
        case "list":
            return [from_json(child, leaf_from_json) for child in value]
        case "dict":
            return {key: from_json(child, leaf_from_json) for key, child in value.items()}
    raise ValueError(f"unknown kind of tree '{kind}'")
