"""Any other optimizer, PyTorch's or the user's: its own `step` is traced, with lent parameters, groups and state."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import torch

from ...errors import CaptureError
from . import numbers, sharing
from .initial_state import InitialState, initial_state
from .interception import replaced_step
from .plan import Plan, Slot, lr_of

#: Options that choose between implementations of the same formulas: the one whose numbers are tensors.
_IMPLEMENTATION = {"foreach": False, "fused": False, "capturable": True}


class OwnStepPlan(Plan):
    """The state of an optimizer that is traced through its own `step`.

    Every tensor in `optimizer.state` is state of the program, and so is every Python number in
    it, or in a group, that changes from step to step; what does not change is a constant.

    Args:
        names: identity of a parameter -> its name.
        share: whether scalars that start the same for all parameters of a group are kept once
            (`<prefix>.param_groups.<i>.<key>`), which `copies` has to confirm.
    """

    def __init__(self, optimizer: torch.optim.Optimizer, prefix: str, names: Mapping[int, str], share: bool = True):
        super().__init__(optimizer)
        self._prefix, self._names = prefix, names
        self._start: InitialState = initial_state(optimizer, names)
        #: Name of a slot -> owner and key: a parameter, a key of `optimizer.state` or the number of a group.
        self._places: dict[str, tuple[Any, str]] = {}
        for index, group in enumerate(optimizer.param_groups):
            if "lr" in group:
                self._add(f"{prefix}.param_groups.{index}.lr", lr_of(group), (index, "lr"))
        #: Name of a slot that parameters share -> the other places that have its value.
        self._others: dict[str, list[tuple[Any, str]]] = {}
        for index, group in enumerate(optimizer.param_groups if share else ()):
            for key, (first, *rest) in sharing.shared(group, self._start.state, self._start.changing).items():
                name = f"{prefix}.param_groups.{index}.{key}"
                self._add(name, self._start.state[first][key], (first, key))
                self._others[name] = [(parameter, key) for parameter in rest]
        known = {*self._places.values(), *(place for places in self._others.values() for place in places)}
        for owner, entries in self._start.state.items():
            for key, value in entries.items():
                is_state = isinstance(value, torch.Tensor) or (owner, key) in self._start.changing
                if is_state and (owner, key) not in known:
                    self._add(self._name(owner, key), value, (owner, key))
        for index, key in sorted(place for place in self._start.changing if isinstance(place[0], int)):
            if key != "lr":
                self._add(f"{prefix}.param_groups.{index}.{key}", optimizer.param_groups[index][key], (index, key))
        # While a step is traced: where each place is, and what else is there.
        self._lent: dict[tuple[Any, str], tuple[dict, str]] = {}
        self._constants: list[tuple[str, dict, dict]] = []

    def _name(self, owner: Any, key: str) -> str:
        if owner is None:
            return f"{self._prefix}.state.{key}"
        return f"{self._prefix}.state.{self._names[id(owner)] if isinstance(owner, torch.Tensor) else owner}.{key}"

    def _add(self, name: str, value: Any, place: tuple[Any, str]) -> None:
        is_number, value = not isinstance(value, torch.Tensor), _tensor(value)
        counts = place[1] == "step" or not value.is_floating_point()
        self.slots.append(Slot(name, "counter" if counts and value.dim() == 0 else "optimizer", value, is_number))
        self._places[name] = place

    @contextlib.contextmanager
    def lend(self, values: Mapping[str, torch.Tensor], replaced: Mapping[int, torch.Tensor]) -> Iterator[None]:
        optimizer = self.optimizer
        before = dict(vars(optimizer))
        groups = [
            {
                **group,
                **{key: value for key, value in _IMPLEMENTATION.items() if key in group},
                "params": [replaced[id(p)] for p in group["params"]],
            }
            for group in optimizer.param_groups
        ]
        state: dict[Any, Any] = defaultdict(dict)
        containers: dict[Any, dict] = {None: state, **dict(enumerate(groups))}
        for owner, entries in self._start.state.items():
            lent = replaced[id(owner)] if isinstance(owner, torch.Tensor) else owner
            containers[owner] = state if owner is None else state[lent]
            containers[owner].update(entries)
        self._lent = {}
        for name, place in self._places.items():
            others = self._others.get(name, [])
            for owner, key in (place, *others):
                self._lent[owner, key] = containers[owner], key
                # A step writes in place: each parameter has a tensor of its own.
                containers[owner][key] = values[name].clone() if others else values[name]
        labels = {index: f"{self._prefix}.param_groups[{index}]" for index in range(len(groups))}
        # A parameter without state may get some in the step, which is then seen as new.
        for group, own in zip(groups, optimizer.param_groups):
            for lent, parameter in zip(group["params"], own["params"]):
                containers.setdefault(parameter, state[lent])
        self._constants = [
            (labels[owner] if isinstance(owner, int) else self._name(owner, "").rstrip("."), container, dict(container))
            for owner, container in containers.items()
        ]
        optimizer.param_groups, optimizer.state = groups, state
        try:
            with replaced_step(optimizer, lambda *args, **named: self._step(*args, **named)):
                yield
        finally:
            vars(optimizer).clear()
            vars(optimizer).update(before)

    def _step(self, *args, **named):
        kind = type(self.optimizer)
        with numbers.allowed(kind) as mode:
            args = [mode.outside(value) if callable(value) else value for value in args]
            named = {key: mode.outside(value) if callable(value) else value for key, value in named.items()}
            return kind.step(self.optimizer, *args, **named)

    def collect(self) -> dict[str, torch.Tensor]:
        known = {(id(container), key) for container, key in self._lent.values()}
        for label, container, before in self._constants:
            for key in container.keys() | before.keys():
                if (id(container), key) in known or isinstance(key, torch.Tensor):
                    continue
                if key not in before:
                    raise CaptureError(
                        f"{label} gets a new entry {key!r} in the step; create it in the optimizer's __init__"
                    )
                if key not in container or not _is_same(container[key], before[key]):
                    raise CaptureError(
                        f"{label}[{key!r}] is a Python value that the step changes, and a constant in a compiled step;"
                        " keep a tensor in its place"
                    )
        return {slot.name: self._collected(slot) for slot in self.slots}

    def copies(self) -> list[tuple[torch.Tensor, torch.Tensor]]:
        def value(place):
            container, key = self._lent[place]
            return container[key] if isinstance(container[key], torch.Tensor) else torch.tensor(container[key])

        return [
            (value(self._places[name]), value(other)) for name, others in self._others.items() for other in others
        ]

    def _collected(self, slot: Slot) -> torch.Tensor:
        owner, _ = place = self._places[slot.name]
        container, key = self._lent[place]
        value = container.get(key)
        if value is None:
            raise CaptureError(f"the step removes {slot.name}; state has to stay")
        if isinstance(owner, int) and key == "lr":
            return lr_of(container)
        return value if isinstance(value, torch.Tensor) else torch.full((), value, dtype=slot.initial.dtype)

    def read(self, name: str) -> torch.Tensor | None:
        """What the user's optimizer itself holds as a slot, as a tensor; None where it has none yet."""
        owner, key = self._places[name]
        if isinstance(owner, int):
            group = self.optimizer.param_groups[owner]
            return lr_of(group) if key == "lr" else _tensor(group[key])
        entries = self.optimizer.state if owner is None else self.optimizer.state.get(owner, {})
        return _tensor(entries[key]) if key in entries else None

    def restore(self, values: Mapping[str, torch.Tensor]) -> None:
        """Puts values into the user's optimizer itself, with the constants that belong to them."""
        optimizer, numbers = self.optimizer, {slot.name for slot in self.slots if slot.is_number}
        entries = {owner: dict(constants) for owner, constants in self._start.state.items()}
        for name, value in values.items():
            value = value.item() if name in numbers else value
            for owner, key in self._others.get(name, ()):
                entries[owner][key] = value.clone() if isinstance(value, torch.Tensor) else value
            owner, key = self._places[name]
            if not isinstance(owner, int):
                entries[owner][key] = value
            elif key == "lr" and isinstance(optimizer.param_groups[owner]["lr"], torch.Tensor):
                optimizer.param_groups[owner]["lr"].fill_(float(value))
            else:
                optimizer.param_groups[owner][key] = float(value) if key == "lr" else value
        for owner, own in entries.items():
            if owner is None:
                optimizer.state.update(own)
            else:
                optimizer.state[owner] = own

    def keep(self) -> Callable[[torch.Tensor], None]:
        before = [
            (container, key, container[key].clone())
            for (owner, _), (container, key) in self._lent.items()
            if not (isinstance(owner, int) and key == "lr")
        ]

        def undo(condition: torch.Tensor) -> None:
            for container, key, old in before:
                container[key] = torch.where(condition, old, container[key])

        return undo


def _tensor(value: torch.Tensor | int | float) -> torch.Tensor:
    if isinstance(value, torch.Tensor):
        return value
    return torch.tensor(value, dtype=torch.int32 if isinstance(value, int) else torch.float32)


def _is_same(left: Any, right: Any) -> bool:
    if left is right:
        return True
    if isinstance(left, torch.Tensor) or isinstance(right, torch.Tensor):
        return False
    return type(left) is type(right) and bool(left == right)
