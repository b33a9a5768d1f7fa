"""What an optimizer keeps before its first step, where it creates that in its first step.

PyTorch's optimizers create it in `_init_group`, apart from any update. Of others a copy makes
its first steps, on gradients that are drawn at random, and each value counts that is the first
at its place. A copy that starts with these values has to make the same first step: then they are
what the optimizer would have kept before it.
"""

from __future__ import annotations

import copy
import inspect
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn
from torch.utils import _pytree as pytree

from ...errors import CaptureError
from .recording import Recording, RecordingState, copied

#: What PyTorch's own base class and schedulers note in an optimizer.
_BOOKKEEPING = (
    "_opt_called",
    "_step_count",
    "_warned_capturable_if_run_uncaptured",
    "_need_device_dtype_check_for_fused",
)


@dataclass
class InitialState:
    """State by owner (a parameter, a key of `optimizer.state`, or None for what is there itself) and key.

    `changing` are the places, (owner, key) or (number of a group, key), of Python numbers that
    steps change, and of a group's tensors that they do.
    """

    state: dict[Any, dict[str, Any]] = field(default_factory=dict)
    changing: set[tuple[Any, str]] = field(default_factory=set)


def initial_state(optimizer: torch.optim.Optimizer, names: Mapping[int, str]) -> InitialState:
    """The state before the first step, or where the optimizer has made some before the next.

    Args:
        names: identity of a parameter -> its name.

    Raises:
        CaptureError: state that depends on the first gradient, or that is kept outside of `state`.
    """
    if f"{type(optimizer).__module__}.".startswith("torch.optim.") and hasattr(optimizer, "_init_group"):
        return _from_init_group(optimizer)
    return _FirstSteps(optimizer, names).initial


def _from_init_group(optimizer: torch.optim.Optimizer) -> InitialState:
    twin = object.__new__(type(optimizer))
    twin.__dict__.update(vars(optimizer))
    twin.state = defaultdict(dict)
    result = InitialState()
    lists = len(inspect.signature(optimizer._init_group).parameters) - 1
    for group in optimizer.param_groups:
        for parameter in group["params"]:
            stand_in = nn.Parameter(parameter.detach(), requires_grad=parameter.requires_grad)
            stand_in.grad = torch.zeros_like(parameter.detach()) if parameter.requires_grad else None
            twin.state[stand_in] = dict(optimizer.state.get(parameter, {}))
            twin._init_group({**group, "params": [stand_in]}, *([] for _ in range(lists)))
            result.state[parameter] = twin.state.pop(stand_in)
    return result


class _FirstSteps:
    """Makes the first steps of copies of an optimizer; `initial` is what they show."""

    def __init__(self, optimizer: torch.optim.Optimizer, names: Mapping[int, str]):
        self._optimizer, self._kind = optimizer, type(optimizer).__name__
        self._parameters = _parameters(optimizer)
        self._names = [names[id(p)] for p in self._parameters]
        twin = self._twin()
        recorded = RecordingState()
        for owner, entries in twin.state.items():
            dict.__setitem__(recorded, owner, Recording(entries) if isinstance(entries, dict) else entries)
            if not isinstance(entries, dict):
                recorded.first[owner] = copied(entries)
        twin.state = recorded
        attributes, groups = _attributes(twin), _groups(twin)
        self._step(twin, seed=1)
        first = self._first(twin)
        after_one, made = self._current(twin), [p.detach().clone() for p in _parameters(twin)]
        one = _groups(twin)
        self._step(twin, seed=2)
        after_two, two = self._current(twin), _groups(twin)
        self._check_attributes(attributes, _attributes(twin))
        self._check_gradient_is_irrelevant(first)
        changing = {place for place in first if self._changes(place, first, after_one, after_two)}
        changing |= {
            place for place, value in groups.items() if not all(_equal(value, after.get(place)) for after in (one, two))
        }
        self._check_first_step(first, made, after_one)
        self.initial = InitialState()
        for (owner, key), value in first.items():
            owner = self._parameters[owner] if isinstance(owner, int) else owner
            self.initial.state.setdefault(owner, {})[key] = value
        self.initial.changing = {
            (self._parameters[owner] if isinstance(owner, int) and (owner, key) in first else owner, key)
            for owner, key in changing - groups.keys()
        } | {(place[1], place[2]) for place in changing & groups.keys()}

    def _twin(self) -> torch.optim.Optimizer:
        twin = object.__new__(type(self._optimizer))
        # `step` of the instance is a scheduler's, and bound to the optimizer itself.
        own = {key: value for key, value in vars(self._optimizer).items() if key != "step"}
        try:
            twin.__dict__.update(copy.deepcopy(own, {id(self._optimizer): twin}))
        except Exception as error:
            raise CaptureError(f"optimizer {self._kind} cannot be copied: {error}") from error
        return twin

    def _step(self, twin: torch.optim.Optimizer, seed: int) -> None:
        generator = torch.Generator().manual_seed(seed)
        for parameter in _parameters(twin):
            if parameter.requires_grad:
                drawn = torch.randn(parameter.shape, generator=generator)
                parameter.grad = drawn.to(parameter.dtype)
        needed = [
            p
            for p in list(inspect.signature(type(twin).step).parameters.values())[1:]
            if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
        ]
        closures = [lambda: torch.zeros(())] * len(needed)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            try:
                type(twin).step(twin, *closures)
            except Exception as error:
                message = next(iter(str(error).strip().splitlines()), "")
                raise CaptureError(
                    f"optimizer {self._kind}: its first step, made on a copy to see its state, fails:"
                    f" {type(error).__name__}: {message}"
                ) from error

    def _current(self, twin: torch.optim.Optimizer) -> dict[tuple, Any]:
        """(number of the parameter or key, key) -> a copy of the value."""
        return self._by_place(twin, lambda entries: entries.items(), twin.state.items())

    def _first(self, twin: torch.optim.Optimizer) -> dict[tuple, Any]:
        owners = [*twin.state.first.items(), *twin.state.items()]
        return self._by_place(twin, lambda entries: entries.first.items(), owners)

    def _by_place(self, twin, items, entries) -> dict[tuple, Any]:
        numbers = {id(p): number for number, p in enumerate(_parameters(twin))}
        result = {}
        for owner, value in entries:
            if isinstance(owner, torch.Tensor):
                if id(owner) not in numbers:
                    raise CaptureError(
                        f"optimizer {self._kind} keeps state of a tensor that is not one of its parameters"
                    )
                owner = numbers[id(owner)]
            elif not isinstance(owner, str):
                raise CaptureError(
                    f"optimizer {self._kind}: state has the key {owner!r}; expects parameters or strings"
                )
            if isinstance(value, dict):
                result |= {(owner, key): copied(entry) for key, entry in items(value)}
            else:
                result.setdefault((None, owner), copied(value))
        return result

    def _label(self, place: tuple) -> str:
        owner, key = place
        owner = self._names[owner] if isinstance(owner, int) else owner
        return f"{self._kind}'s state {key!r}" + (f" of {owner}" if owner is not None else "")

    def _changes(self, place: tuple, first: dict, *later: dict) -> bool:
        """Whether steps change a Python number; tensors are state in any case, and other values may not change."""
        value = first[place]
        if isinstance(value, torch.Tensor):
            return False
        if any(isinstance(leaf, torch.Tensor) for leaf in pytree.tree_leaves(value)):
            raise CaptureError(
                f"{self._label(place)} is a {type(value).__name__} with tensors; keep each tensor by a key of its own"
            )
        if all(_equal(value, state.get(place)) for state in later):
            return False
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise CaptureError(
                f"{self._label(place)} is a {type(value).__name__} that steps change, and a constant in a compiled"
                " step; create the state in the optimizer's __init__, as tensors or numbers"
            )
        return True

    def _check_gradient_is_irrelevant(self, first: dict[tuple, Any]) -> None:
        twin = self._twin()
        recorded = RecordingState()
        for owner, entries in twin.state.items():
            recorded[owner] = entries
        twin.state = recorded
        self._step(twin, seed=3)
        other = self._first(twin)
        for place, value in first.items():
            if not _equal(value, other.get(place)):
                raise CaptureError(
                    f"{self._label(place)} starts with a value that depends on the first gradient; create it in the"
                    " optimizer's __init__, or from constants (torch.zeros_like(p))"
                )

    def _check_first_step(self, first: dict[tuple, Any], made: list[torch.Tensor], state: dict[tuple, Any]) -> None:
        """The first step of an optimizer that has its initial state already has to be that of one that has not."""
        twin = self._twin()
        parameters = _parameters(twin)
        for (owner, key), value in first.items():
            if owner is None:
                twin.state[key] = copied(value)
            else:
                twin.state[parameters[owner] if isinstance(owner, int) else owner][key] = copied(value)
        self._step(twin, seed=1)
        same = all(_equal(left, right) for left, right in zip(made, (p.detach() for p in parameters)))
        now = self._current(twin)
        for place in state:
            if not same or place not in now or not _equal(state[place], now[place]):
                raise CaptureError(
                    f"the first step of optimizer {self._kind} differs from those after it (seen in"
                    f" {self._label(place)}); create its state in __init__, with the values it has before any step"
                )

    def _check_attributes(self, before: dict[str, Any], after: dict[str, Any]) -> None:
        for key in before.keys() | after.keys():
            if key not in before or key not in after or not _equal(before[key], after[key]):
                raise CaptureError(
                    f"optimizer {self._kind} keeps a value that steps change in self.{key}; keep it in"
                    " self.state[p], or in self.state['...'], which is part of the compiled program's state"
                )


def _parameters(optimizer: torch.optim.Optimizer) -> list[torch.Tensor]:
    return [p for group in optimizer.param_groups for p in group["params"]]


def _groups(optimizer: torch.optim.Optimizer) -> dict[tuple, Any]:
    return {
        ("group", index, key): copied(value)
        for index, group in enumerate(optimizer.param_groups)
        for key, value in group.items()
        if key not in ("params", "lr") and isinstance(value, (int, float, torch.Tensor))
    }


def _attributes(optimizer: torch.optim.Optimizer) -> dict[str, Any]:
    return {
        key: copied(value)
        for key, value in vars(optimizer).items()
        if key not in _BOOKKEEPING and isinstance(value, (int, float, torch.Tensor))
    }


def _equal(left: Any, right: Any) -> bool:
    if isinstance(left, torch.Tensor) and isinstance(right, torch.Tensor):
        same = left.dtype == right.dtype and left.shape == right.shape
        return same and bool(torch.all((left == right) | ((left != left) & (right != right))))
    return type(left) is type(right) and bool(left == right)
