"""One program, all contestants in turn."""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path
from typing import Any

import compilers
import contestants
import machine
from setting import Setting
from worker import Failed, Worker, alone

#: Steps whose losses have to agree, beside the first: the last is on the first batch again, after four updates.
AGREEING_STEPS = 4

#: Seconds of a step above which a contestant is not timed.
LONGEST_STEP = 10


class Disagreement(Exception):
    """Contestants do not compute the same."""


def artifact_name(program: str, setting: Setting) -> str:
    """Of the file in a folder of artifacts."""
    return f"{program}.{setting.own_precision}.fung"


def _environment(folder: Path, setting: Setting) -> dict[str, str]:
    caches = {"TORCHINDUCTOR_CACHE_DIR": str(folder / "inductor"), "FUNGIBLE_CACHE_DIR": str(folder / "fungible")}
    return {**caches, **setting.environment()}


def compile(program: str, setting: Setting, artifact: Path) -> float:
    """Writes an artifact, nothing of it cached; seconds.

    Raises:
        Failed: it does not compile.
    """
    with tempfile.TemporaryDirectory() as folder:
        return alone("fungible", program, setting, artifact, _environment(Path(folder), setting))


def measure(
    program: str, names: list[str], setting: Setting, rounds: int, seconds: float, artifacts: Path | None = None
) -> dict[str, Any]:
    """Of each contestant the median step in milliseconds, what it took to start, and bytes of memory.

    Args:
        artifacts: A folder of artifacts that were compiled before; None: they are compiled, and that is timed.

    Raises:
        Disagreement: in the first losses, and nothing is timed.
    """
    with tempfile.TemporaryDirectory() as folder:
        artifact, environment = Path(folder) / "step.fung", _environment(Path(folder), setting)
        results: dict[str, Any] = {name: {} for name in names}
        to_compile = filter(compilers.COMPILERS.get, names)
        if artifacts:
            artifact = artifacts / artifact_name(program, setting)
            to_compile = (name for name in to_compile if name != "fungible")
        for name in to_compile:
            try:
                for kind in ("cold", "warm") if name in compilers.CACHED else ("cold",):
                    results[name][f"{kind}_compile_s"] = alone(name, program, setting, artifact, environment)
            except Failed as error:
                results[name]["error"] = str(error)
        # One at a time: a compiler beside another one would be timed too slow.
        compiled = [name for name in names if "error" not in results[name]]
        workers = {name: Worker(name, program, setting, artifact, environment) for name in compiled}
        installed = filter(contestants.are_installed, contestants.PRODUCTS)
        everyone = [Worker(name, program, setting, artifact, environment) for name in installed]
        products = [worker for worker in everyone if "error" not in worker.first]
        try:
            _rounds(workers, products, setting, results, rounds, seconds)
        finally:
            for worker in [*workers.values(), *everyone]:
                worker.close()
        return {"flops": alone("flops", program, setting, artifact, environment), **_derived(results, names)}


def _rounds(
    workers: dict[str, Worker],
    products: list[Worker],
    setting: Setting,
    results: dict[str, Any],
    rounds: int,
    seconds: float,
) -> None:
    first: dict[str, list[float]] = {}
    for name, worker in workers.items():
        results[name]["first_step_s"] = worker.first.get("first_step_s")
        answer = worker.first if "error" in worker.first else worker.steps(AGREEING_STEPS)
        if "error" not in answer and min(answer["times"]) > LONGEST_STEP:
            answer = {"error": f"a step takes {min(answer['times']):.0f} s, and at most {LONGEST_STEP} s are waited for"}
        if "error" in answer:
            results[name]["error"] = answer["error"]
            continue
        first[name] = [worker.first["first_loss"], *answer["losses"]]
    require_agreement(first, setting.agreement)
    counts, times = {}, {name: [] for name in first}
    fastest = []

    def steps(name: str, count: int) -> dict[str, Any] | None:
        """None for one that failed, which takes no more steps."""
        answer = workers[name].steps(count)
        if "error" in answer:
            results[name]["error"] = answer["error"]
            counts.pop(name, None)
            return None
        return answer

    for name in first:
        if answer := steps(name, 3):
            counts[name] = max(1, round(seconds / statistics.median(answer["times"])))
    for _ in range(rounds):
        for name, count in list(counts.items()):
            if answer := steps(name, count):
                times[name] += answer["times"]
                results[name] |= {"peak_bytes": answer["peak"], "bytes_before": answer["before"]}
        rates = [answer["times"] for answer in (worker.steps(8) for worker in products) if "error" not in answer]
        fastest += [min(map(min, rates))] if rates else []
    for name in counts:
        ordered = sorted(times[name])
        results[name] |= {
            "step_ms": 1e3 * statistics.median(ordered),
            "fastest_tenth_ms": 1e3 * ordered[len(ordered) // 10],
            "steps": len(ordered),
        }
    rate = machine.product_flops(setting) / statistics.median(fastest) / 1e9 if fastest else None
    results["product"] = {"gflops": rate}


def require_agreement(losses: dict[str, list[float]], agreement: float) -> None:
    """Raises Disagreement where contestants do not compute the same."""
    names = list(losses)
    for name in names[1:]:
        for number, (own, other) in enumerate(zip(losses[name], losses[names[0]])):
            if not abs(own - other) <= agreement * abs(other):
                raise Disagreement(f"step {number + 1}: the loss is {own} in {name} and {other} in {names[0]}")


def _derived(results: dict[str, Any], names: list[str]) -> dict[str, Any]:
    peers = [results[name]["step_ms"] for name in names if name != "fungible" and "step_ms" in results[name]]
    own = results.get("fungible", {}).get("step_ms")
    ratio = own / min(peers) if own and peers else None
    return {"product_gflops": results.pop("product")["gflops"], "ratio": ratio, "contestants": results}
