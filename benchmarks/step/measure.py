"""One program, all contestants in turn."""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path
from typing import Any

import contestants
from worker import Failed, Worker, alone

#: Steps whose losses have to agree, and how far: they differ by rounding, which ReLU and pools amplify.
AGREEING_STEPS, AGREEMENT = 3, 1e-3

#: Seconds of a step above which a contestant is not timed.
LONGEST_STEP = 10


def _caches(folder: Path) -> dict[str, str]:
    return {"TORCHINDUCTOR_CACHE_DIR": str(folder / "inductor"), "FUNGIBLE_CACHE_DIR": str(folder / "fungible")}


def measure(program: str, names: list[str], rounds: int, seconds: float) -> dict[str, Any]:
    """Of each contestant the median step in milliseconds, what it took to start, and bytes of memory."""
    with tempfile.TemporaryDirectory() as folder:
        artifact, environment = Path(folder) / "step.fung", _caches(Path(folder))
        results: dict[str, Any] = {name: {} for name in names}
        for name in filter(contestants.COMPILERS.get, names):
            try:
                for kind in ("cold", "warm") if name in contestants.CACHED else ("cold",):
                    results[name][f"{kind}_compile_s"] = alone(name, program, artifact, environment)
            except Failed as error:
                results[name]["error"] = str(error)
        # One at a time: a compiler beside another one would be timed too slow.
        compiled = [name for name in names if "error" not in results[name]]
        workers = {name: Worker(name, program, artifact, environment) for name in compiled}
        installed = filter(contestants.are_installed, contestants.PRODUCTS)
        products = [Worker(name, program, artifact, environment) for name in installed]
        try:
            _rounds(workers, products, results, rounds, seconds)
        finally:
            for worker in [*workers.values(), *products]:
                worker.close()
        return {"flops": alone("flops", program, artifact, environment), **_derived(results, names)}


def _rounds(
    workers: dict[str, Worker], products: list[Worker], results: dict[str, Any], rounds: int, seconds: float
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
    require_agreement(first)
    counts, times = {}, {name: [] for name in first}
    fastest = []
    for name in first:
        taken = statistics.median(workers[name].steps(3)["times"])
        counts[name] = max(1, round(seconds / taken))
    for _ in range(rounds):
        for name in first:
            answer = workers[name].steps(counts[name])
            times[name] += answer["times"]
            results[name] |= {"peak_bytes": answer["peak"], "bytes_before": answer["before"]}
        fastest.append(min(min(worker.steps(8)["times"]) for worker in products))
    for name in first:
        ordered = sorted(times[name])
        results[name] |= {
            "step_ms": 1e3 * statistics.median(ordered),
            "fastest_tenth_ms": 1e3 * ordered[len(ordered) // 10],
            "steps": len(ordered),
        }
    results["product"] = {"gflops": contestants.PRODUCT_FLOPS / statistics.median(fastest) / 1e9}


def require_agreement(losses: dict[str, list[float]]) -> None:
    """Raises RuntimeError where contestants do not compute the same."""
    names = list(losses)
    for name in names[1:]:
        for number, (own, other) in enumerate(zip(losses[name], losses[names[0]])):
            if not abs(own - other) <= AGREEMENT * abs(other):
                raise RuntimeError(f"step {number + 1}: the loss is {own} in {name} and {other} in {names[0]}")


def _derived(results: dict[str, Any], names: list[str]) -> dict[str, Any]:
    peers = [results[name]["step_ms"] for name in names if name != "fungible" and "step_ms" in results[name]]
    own = results.get("fungible", {}).get("step_ms")
    ratio = own / min(peers) if own and peers else None
    return {"product_gflops": results.pop("product")["gflops"], "ratio": ratio, "contestants": results}
