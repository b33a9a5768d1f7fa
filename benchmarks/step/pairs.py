"""Two artifacts of one program, each in new processes that take turns.

Where the memory of one process lies, and what the machine does in one hour, can make a version seem faster than another by more than
most changes are worth.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from measure import require_agreement
from setting import Setting
from worker import Failed, Worker

#: Steps that a process takes before any is timed.
_FIRST = 3


def _steps(artifact: Path, setting: Setting, seconds: float) -> tuple[list[float], float]:
    """Losses of the first steps, and the median of the timed ones in milliseconds.

    Raises:
        Failed: the process died, or what it loaded does not run.
    """
    worker = Worker("fungible", "", setting, artifact, setting.environment())
    try:
        answers = [worker.first]
        if "error" not in answers[-1]:
            answers.append(worker.steps(_FIRST))
        if "error" not in answers[-1]:
            answers.append(worker.steps(max(1, round(seconds / statistics.median(answers[-1]["times"])))))
        if "error" in answers[-1]:
            raise Failed(f"{artifact}: {answers[-1]['error']}")
    finally:
        worker.close()
    first, warm, timed = answers
    return [first["first_loss"], *warm["losses"]], 1e3 * statistics.median(timed["times"])


def measure(artifacts: Sequence[Path], setting: Setting, rounds: int, seconds: float) -> dict[str, Any]:
    """A process of each artifact in each round, in alternating order.

    Args:
        seconds: Of timed steps in each process.

    Returns:
        `step_ms`, for each artifact the median step of each round; `ratios`, for each round the second's to the first's; and
        `ratio`, their median.

    Raises:
        Disagreement: the two do not compute the same losses.
        Failed: one of them does not run.
    """
    times: list[list[float]] = [[], []]
    for number in range(rounds):
        losses = {}
        for place in (0, 1) if number % 2 == 0 else (1, 0):
            losses[f"{artifacts[place]} ({place + 1})"], found = _steps(artifacts[place], setting, seconds)
            times[place].append(found)
        require_agreement(losses, setting.agreement)
    ratios = [second / first for first, second in zip(*times)]
    return {"step_ms": times, "ratios": ratios, "ratio": statistics.median(ratios)}
