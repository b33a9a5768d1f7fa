"""Finds the fastest way to compute each product of matrices of a program, on the device at hand."""

from __future__ import annotations

import functools
import math
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from torch_mlir import ir

from ..lowering import parse
from ..passes._products import products
from ..program import Program
from ..runtime.device import Device
from ..schema import bucket_of
from ..targets import Target
from . import candidates, kernels
from .database import DEFAULT, NONE, Choice
from .kernels import Kernel
from .timing import Function, in_turn

#: A choice has to take less than this part of the time of the target's own way.
MARGIN = 0.95

#: Products of fewer multiplications take as long as their kernels take to start.
_LEAST_PRODUCTS = 10**5

#: Seconds of measuring: all tiles, all workgroups, and the best once more.
_SECONDS = (1.0, 1.0, 1.5)


@dataclass(frozen=True)
class Wanted:
    """A product of a program, and how often its code has it in a step."""

    kernel: Kernel
    count: int


@dataclass(frozen=True)
class Found:
    """What was measured of a product: the fastest way, which may be the target's own, and how many were tried."""

    wanted: Wanted
    best: Choice
    tried: int

    @property
    def wins(self) -> bool:
        return self.best.choice != DEFAULT

    def as_default(self) -> Choice:
        """The target's own way, as a choice."""
        return Choice(DEFAULT, self.best.default_ms, self.best.default_ms)

    @property
    def gain_ms(self) -> float:
        """Milliseconds of a step that are saved, if the product takes as long there as alone."""
        return self.wanted.count * (self.best.default_ms - self.best.ms)


def wanted(program: Program, target: Target) -> list[Wanted]:
    """The products of a training step that may be tuned, the most work first.

    Raises:
        CompilationError: the program cannot be compiled.
    """
    *_, (_, _, text) = program.stages("legalized", [target.name], tuning=NONE)
    module = parse(text, "<module>").operation
    counts: Counter[str] = Counter()
    for function in module.regions[0].blocks[0].operations:
        if function.operation.name == "func.func" and bucket_of(ir.StringAttr(function.operation.attributes["sym_name"]).value) == "step":
            counts.update(product.key for product in products(function.operation))
    found = [Wanted(kernel, count) for key, count in counts.items() if (kernel := Kernel.of(key)) is not None]
    found = [each for each in found if _work(each.kernel) >= _LEAST_PRODUCTS]
    return sorted(found, key=lambda each: (-_work(each.kernel) * each.count, each.kernel.key))


def _work(kernel: Kernel) -> int:
    return math.prod((*kernel.batch, *kernel.sizes))


def search(all_wanted: list[Wanted], target: Target, device: Device, budget: float) -> Iterator[Found]:
    """What is fastest for each product, as long as the budget of seconds lasts; first where the most time is lost.

    Raises:
        CompilationError: a product does not compile in the target's own way.
    """
    end = time.monotonic() + budget
    contests = []
    for each in all_wanted:
        if contests and time.monotonic() >= end:
            break
        contests.append(_Contest(each, target, device))
    rate = max((contest.work / contest.default_ms for contest in contests), default=0)
    for contest in sorted(contests, key=lambda contest: -contest.lost_ms(rate)):
        if time.monotonic() >= end:
            return
        yield contest.best()


class _Contest:
    """The ways to compute one product."""

    def __init__(self, wanted: Wanted, target: Target, device: Device):
        self._wanted, self._target, self._device = wanted, target, device
        kernel = wanted.kernel
        random = np.random.default_rng(0)
        self._arrays = [random.standard_normal(shape, dtype=np.float32) for shape in kernel.operands]
        self._arguments = [device.upload(array) for array in self._arrays]
        self._default = Function(device, kernels.default(kernel, target), "run", self._arguments)
        self._functions: dict[str, Function] = {}
        self.work = _work(kernel)
        self.default_ms = in_turn({DEFAULT: self._default}, _SECONDS[0] / 8, 3)[DEFAULT]

    def lost_ms(self, rate: float) -> float:
        """Of a step, against products of so many multiplications a millisecond."""
        return self._wanted.count * (self.default_ms - self.work / rate)

    def best(self) -> Found:
        sizes = self._wanted.kernel.sizes
        tiles = {choice: tile for tile, choice in candidates.first(self._target, sizes).items()}
        self._compile(list(tiles))
        for choice in self._fastest(list(tiles), _SECONDS[0], 2):
            self._compile(candidates.second(tiles[choice], sizes))
        times = self._times(self._fastest(list(self._functions), _SECONDS[1], 3), _SECONDS[2])
        default_ms = times.pop(DEFAULT)
        choice, ms = min(times.items(), key=lambda item: item[1], default=(DEFAULT, default_ms))
        if ms > MARGIN * default_ms:
            choice, ms = DEFAULT, default_ms
        return Found(self._wanted, Choice(choice, round(default_ms, 4), round(ms, 4)), len(self._functions))

    def _compile(self, choices: list[str]) -> None:
        """Makes functions of new choices; those that IREE rejects, or whose result is wrong, are not kept."""
        names = {f"run{number}": choice for number, choice in enumerate(choices) if choice not in self._functions}
        if not names:
            return
        for name, module in kernels.candidates(self._wanted.kernel, self._target, names).items():
            function = Function(self._device, module, name, self._arguments)
            if self._is_right(function.result()):
                self._functions[names[name]] = function

    def _is_right(self, result: np.ndarray) -> bool:
        """Whether a result is that of the target's own way, but for rounding in another order."""
        return bool((np.abs(result - self._expected) <= self._tolerance).all())

    @functools.cached_property
    def _expected(self) -> np.ndarray:
        return self._default.result()

    @functools.cached_property
    def _tolerance(self) -> np.ndarray:
        """Rounding errors of a sum of k products grow as the root of k; of two such sums, four times that."""
        left, right = (
            np.abs(array if form == "n" else array.swapaxes(-1, -2))
            for array, form in zip(self._arrays, self._wanted.kernel.forms)
        )
        return 4 * math.sqrt(self._wanted.kernel.sizes[2]) * np.finfo(np.float32).eps * (left @ right)

    def _fastest(self, choices: list[str], seconds: float, count: int) -> list[str]:
        choices = [choice for choice in choices if choice in self._functions]
        times = in_turn({choice: self._functions[choice] for choice in choices}, seconds, 3) if choices else {}
        return sorted(times, key=times.get)[:count]

    def _times(self, choices: list[str], seconds: float) -> dict[str, float]:
        return in_turn({DEFAULT: self._default} | {choice: self._functions[choice] for choice in choices}, seconds, 9)
