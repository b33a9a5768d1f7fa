"""Whole steps of a program with and without choices, against each other."""

from __future__ import annotations

import functools
import math
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from .. import tree
from ..errors import CompilationError
from ..program import Program
from ..targets import Target
from .database import NONE, Choice, Database, Section
from .timing import in_turn

#: Of the time without them that a step with choices may take at most.
MARGIN = 0.99

#: Seconds of measuring, and rounds at least.
_SECONDS, _ROUNDS = 8.0, 7


@dataclass(frozen=True)
class Comparison:
    """Milliseconds of a step in the target's own way and with choices, measured in turn.

    None where there was nothing to measure: the program does not compile with the choices, or its numbers differ.
    """

    choices: Mapping[str, Choice]
    before_ms: float | None
    after_ms: float | None

    @property
    def ratio(self) -> float:
        return math.inf if self.before_ms is None or self.after_ms is None else self.after_ms / self.before_ms

    @property
    def wins(self) -> bool:
        return bool(self.choices) and self.ratio <= MARGIN


class Steps:
    """Compares steps of a program; the one in the target's own way is compiled once."""

    def __init__(self, program: Program, target: Target):
        self._program, self._target = program, target
        self._batch = next(iter(program.batches))
        self._before = program.compile([target.name], tuning=NONE).on(target.name)

    def compare(self, choices: Mapping[str, Choice]) -> Comparison:
        with tempfile.TemporaryDirectory(prefix="fungible-") as folder:
            file = Path(folder) / "tuning.json"
            Database((replace(Section.of(self._target), choices=dict(choices)),)).save(file)
            try:
                after = self._program.compile([self._target.name], tuning=file).on(self._target.name)
            except CompilationError:
                return Comparison(choices, None, None)
        self._before.reset()
        if not _agree(self._before.step(self._batch), after.step(self._batch)):
            return Comparison(choices, None, None)
        steps = {"before": self._before, "after": after}
        times = in_turn({name: functools.partial(session.step, self._batch) for name, session in steps.items()}, _SECONDS, _ROUNDS)
        return Comparison(choices, round(times["before"], 4), round(times["after"], 4))


def _agree(one, other) -> bool:
    """Whether results of a step are the same but for rounding."""
    pairs = zip(tree.flatten(one), tree.flatten(other), strict=True)
    return all(np.allclose(left, right, rtol=1e-3, atol=1e-5, equal_nan=True) for left, right in pairs)


def best(
    steps: Steps,
    choices: Mapping[str, Choice],
    gains: Mapping[str, float],
    budget: float,
    report: Callable[[Comparison], None],
) -> Comparison:
    """The choices with which a step is fastest: all of them, or those that gain the most; then without each that slows it.

    Args:
        gains: of each choice, milliseconds that it should save; what it fuses with is not part of that.
        budget: seconds; the first comparison is made in any case.
    """
    end = time.monotonic() + budget
    kept = sorted(choices, key=lambda key: -gains[key])

    def compared(keys: list[str]) -> Comparison:
        comparison = steps.compare({key: choices[key] for key in keys})
        report(comparison)
        return comparison

    found = compared(kept)
    while not found.wins and len(kept) > 1 and time.monotonic() < end:
        kept = kept[: len(kept) // 2]
        found = compared(kept)
    for key in reversed(kept if found.wins else []):
        if len(found.choices) == 1 or time.monotonic() >= end:
            break
        without = compared([other for other in found.choices if other != key])
        # The ratios, since the machine may have become slower in between.
        if without.ratio < MARGIN * found.ratio:
            found = without
    return found
