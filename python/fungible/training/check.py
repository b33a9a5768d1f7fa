"""`--check`: each step again in PyTorch eager, from the same state and with the same masks.

What is compared is one step at a time, so that the first step that goes wrong is the one
that is reported, and rounding does not add up.

- A result (the loss) may differ by `TOLERANCE` of its size.
- A tensor of floating-point state may differ, in the Euclidean norm, by `TOLERANCE` of what
  the step changed, plus two roundings of the values themselves.
- Integers and booleans have to be equal.

Where a tensor differs by more, the step is computed once more in float64. The compiled
result passes if it is as close to that as eager is within a factor of `FACTOR`; and it does
not count where eager itself misses more than `NOISE` of the change, as Adam does for a
parameter whose gradient is zero but for rounding. A loss that misses by so much does count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import tree
from ..errors import FungibleError

TOLERANCE = 1e-3
FACTOR = 3.0
NOISE = 0.1
_ROUNDING = 2 * float(np.finfo(np.float32).eps)
_SHOWN = 4


class CheckFailed(FungibleError):
    """The compiled step and PyTorch eager differ."""


@dataclass
class _Difference:
    name: str
    compiled: np.ndarray
    eager: np.ndarray
    before: np.ndarray | None

    def __str__(self) -> str:
        difference = np.abs(_wide(self.compiled) - _wide(self.eager))
        place = np.unravel_index(int(np.argmax(np.where(np.isnan(difference), np.inf, difference))), difference.shape)
        where = f" at {[int(i) for i in place]}" if place else ""
        return f"{self.name}{where}: compiled {self.compiled[place]:.9g}, eager {self.eager[place]:.9g}"


class Check:
    """Compares a session with the user's own objects, step by step; `steps` counts those that agreed."""

    def __init__(self, program: Any, session: Any):
        """Raises CheckFailed if they do not start from the same state."""
        from .eager import EagerTwin

        self._twin = EagerTwin(program)
        self._names = list(session.state)
        self._before = self._read(session)
        self.steps = 0

    def compare_initial(self) -> None:
        """Raises CheckFailed if the program does not start where the model is."""
        for name, value in self._before.items():
            own = self._twin.read(name)
            if own is not None and name.startswith("model.") and not np.array_equal(own, value, equal_nan=True):
                raise CheckFailed(f"--check: before the first step, {_Difference(name, value, own, None)}")

    def resume(self, session: Any) -> None:
        """The session was restored to the state after some steps."""
        self._before = self._read(session)
        self._twin.walk_schedulers(self._before)

    def after(self, session: Any, batch: Any, outputs: Any, step: int) -> None:
        """Compares what a step has made of the batch.

        Raises:
            CheckFailed: the loss or the state leaves the tolerance.
        """
        self._twin.load(self._before)
        eager_outputs = self._twin.step(batch)
        state = self._read(session)
        pairs = [
            _Difference(_output_name(index), np.asarray(leaf), eager, None)
            for index, (leaf, eager) in enumerate(zip(tree.flatten(outputs), eager_outputs, strict=True))
        ]
        for name, value in state.items():
            eager = self._twin.read(name)
            if eager is not None:
                pairs.append(_Difference(name, value, eager, self._before[name]))
        suspects = [pair for pair in pairs if not _close(pair)]
        if suspects:
            suspects = self._confirmed(suspects, batch)
        if suspects:
            shown = "; ".join(map(str, suspects[:_SHOWN]))
            more = f"; and {len(suspects) - _SHOWN} more" if len(suspects) > _SHOWN else ""
            raise CheckFailed(f"--check: step {step} differs from PyTorch eager in {len(suspects)} tensors: {shown}{more}")
        self._before = state
        self.steps += 1

    def _read(self, session: Any) -> dict[str, np.ndarray]:
        return {name: np.asarray(session.state[name]) for name in self._names}

    def _confirmed(self, suspects: list[_Difference], batch: Any) -> list[_Difference]:
        """Those that are further from float64 than eager is."""
        confirmed = []
        with self._twin.in_float64(self._before):
            try:
                outputs = self._twin.step_in_float64(batch)
            except (RuntimeError, TypeError):  # a step that names float32 itself
                return suspects
            for pair in suspects:
                if pair.compiled.dtype.kind in "biu":
                    exact = None
                elif pair.before is None:
                    exact = {_output_name(index): output for index, output in enumerate(outputs)}[pair.name]
                else:
                    exact = self._twin.read(pair.name)
                if exact is None or not _as_close_as_eager(pair, exact):
                    confirmed.append(pair)
        return confirmed


def _output_name(index: int) -> str:
    return "loss" if index == 0 else f"output[{index}]"


def _wide(value: np.ndarray) -> np.ndarray:
    return np.asarray(value).astype(np.float64)


def _norm(value: np.ndarray) -> float:
    return float(np.linalg.norm(value.reshape(-1)))


def _allowed(reference: np.ndarray, before: np.ndarray | None) -> float:
    change = reference if before is None else reference - _wide(before)
    return TOLERANCE * _norm(change) + _ROUNDING * _norm(reference)


def _close(pair: _Difference) -> bool:
    if pair.compiled.shape != pair.eager.shape:
        return False
    if pair.compiled.dtype.kind in "biu":
        return bool(np.array_equal(pair.compiled, pair.eager))
    compiled, eager = _wide(pair.compiled), _wide(pair.eager)
    if np.array_equal(compiled, eager, equal_nan=True):
        return True
    return _norm(compiled - eager) <= _allowed(eager, pair.before)


def _as_close_as_eager(pair: _Difference, exact: np.ndarray) -> bool:
    exact = _wide(exact)
    own = _norm(_wide(pair.eager) - exact)
    change = exact if pair.before is None else exact - _wide(pair.before)
    if own > NOISE * _norm(change):
        if pair.name == "loss" and own > TOLERANCE:
            return False  # not rounding: a step that keeps a count in Python, say, gives another loss each time
        # A NaN is nobody's rounding.
        return bool(np.isfinite(pair.compiled.astype(np.float64)).all())
    return _norm(_wide(pair.compiled) - exact) <= FACTOR * own + _allowed(exact, pair.before)
