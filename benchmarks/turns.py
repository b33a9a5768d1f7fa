"""Times of steps that run in turn in one process, so that what else the machine does is shared by all of them."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence

#: Steps before the first round, and the longest that they take if there is more than one; in seconds.
_WARM_UP, _WARM_UP_SECONDS = 3, 5.0

#: Rounds are at most so many and at least so few; a turn runs steps for at least these seconds.
_ROUNDS, _LEAST, _SECONDS = 15, 3, 0.3


def take(steps: Mapping[str, Callable[[], object]], seconds: float) -> dict[str, list[float]]:
    """Milliseconds a step of each, one number a round; fewer rounds where `seconds` would pass before the last."""
    for step in steps.values():
        begun = time.perf_counter()
        for _ in range(_WARM_UP):
            step()
            if time.perf_counter() - begun > _WARM_UP_SECONDS:
                break
    times: dict[str, list[float]] = {name: [] for name in steps}
    begun = time.perf_counter()
    for done in range(_ROUNDS):
        passed = time.perf_counter() - begun
        if done >= _LEAST and passed + passed / done > seconds:
            break
        # Each round begins with another one, so that the machine's drift does not favour the first.
        first = done % len(steps)
        for name in (*list(steps)[first:], *list(steps)[:first]):
            times[name].append(_turn(steps[name]))
    return times


def _turn(step: Callable[[], object]) -> float:
    started, count = time.perf_counter(), 0
    while count == 0 or time.perf_counter() - started < _SECONDS:
        step()
        count += 1
    return (time.perf_counter() - started) / count * 1e3


def medians(times: Mapping[str, Sequence[float]]) -> dict[str, float]:
    return {name: statistics.median(found) for name, found in times.items()}


def ratio(times: Sequence[float], of: Sequence[float]) -> float:
    """How many times as long; the median over rounds, in each of which the machine was the same for both."""
    return statistics.median(time / other for time, other in zip(times, of, strict=True))
