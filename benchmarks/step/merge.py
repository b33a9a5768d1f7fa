"""Several runs as one, since a machine that others use may be slower for minutes: medians over the runs."""

from __future__ import annotations

import statistics
from typing import Any

#: What has to be the same for runs to say something together.
_SAME = ("python", "versions", "cpu", "cpus", "gpu", "system", "target", "precision", "rounds", "at_once")


def merged(records: list[dict[str, Any]]) -> dict[str, Any]:
    """Of each program the median ratio, which each run has from contestants that took turns, and all of them as `ratios`; of
    each contestant medians of what was measured.

    Raises:
        ValueError: the runs are of other machines, versions, settings, programs or contestants.
    """
    first, *others = records
    for key in _SAME:
        if any(record.get(key) != first.get(key) for record in others):
            raise ValueError(f"the runs differ in '{key}': {', '.join(str(record.get(key)) for record in records)}")
    if any(list(record["programs"]) != list(first["programs"]) for record in others):
        raise ValueError("the runs are of other programs")
    programs = {name: _program(name, [record["programs"][name] for record in records]) for name in first["programs"]}
    return {**first, "runs": len(records), "programs": programs}


def _program(name: str, results: list[dict[str, Any]]) -> dict[str, Any]:
    found = [result["contestants"] for result in results]
    if any(list(contestants) != list(found[0]) for contestants in found):
        raise ValueError(f"{name}: the runs are of other contestants")
    ratios = [result["ratio"] for result in results]
    return {
        "flops": results[0]["flops"],
        "product_gflops": _median([result["product_gflops"] for result in results]),
        "ratio": _median(ratios),
        "ratios": ratios,
        "contestants": {contestant: _contestant([each[contestant] for each in found]) for contestant in found[0]},
    }


def _contestant(measured: list[dict[str, Any]]) -> dict[str, Any]:
    failed = [each for each in measured if "error" in each]
    if failed:
        return failed[0]
    medians = {key: _median([each[key] for each in measured]) for key in measured[0]}
    return medians | {"steps": sum(each["steps"] for each in measured)}


def _median(numbers: list[float | None]) -> float | None:
    return None if None in numbers else statistics.median(numbers)
