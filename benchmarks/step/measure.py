"""One program, all contestants in turn."""

from __future__ import annotations

import contextlib
import statistics
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
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


@dataclass
class Started:
    """A program whose contestants are ready to step, each in a process of its own.

    Attributes:
        results: By contestant, what is known of it; those that failed have `error`.
        workers: The others.
        flops: Floating-point operations of a step.
    """

    setting: Setting
    results: dict[str, dict[str, Any]]
    workers: dict[str, Worker]
    flops: int

    def close(self) -> None:
        for worker in self.workers.values():
            worker.close()


def start(
    program: str,
    names: list[str],
    setting: Setting,
    folder: Path,
    artifacts: Path | None = None,
    at_once: bool = False,
    longest: float | None = None,
) -> Started:
    """Compiles what contestants load, and starts them.

    Args:
        folder: For artifacts and caches; it has to stay while the contestants are there.
        artifacts: A folder of artifacts that were compiled before; None: they are compiled, and that is timed.
        at_once: Whether contestants start beside each other.
        longest: Seconds after which a contestant that is not ready is given up.
    """
    artifact, environment = folder / "step.fung", _environment(folder, setting)
    results: dict[str, dict[str, Any]] = {name: {} for name in names}
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
    compiled = [name for name in names if "error" not in results[name]]
    flops = alone("flops", program, setting, artifact, environment)
    # A compiler beside another one would be timed too slow.
    with ThreadPoolExecutor(len(names) if at_once else 1) as threads:
        found = threads.map(lambda name: Worker(name, program, setting, artifact, environment, longest), compiled)
        workers = dict(zip(compiled, found))
    return Started(setting, results, workers, flops)


def start_products(setting: Setting) -> list[Worker]:
    """Those who measure what the machine can do."""
    installed = filter(contestants.are_installed, contestants.PRODUCTS)
    return [Worker(name, "", setting, Path(), setting.environment()) for name in installed]


def time(started: Started, products: list[Worker], rounds: int, seconds: float) -> dict[str, Any]:
    """Of each contestant the median step in milliseconds, what it took to start, and bytes of memory.

    Raises:
        Disagreement: in the first losses, and nothing is timed.
    """
    results, working = started.results, [worker for worker in products if "error" not in worker.first]
    rate = _rounds(started.workers, working, started.setting, results, rounds, seconds)
    return {"flops": started.flops, "product_gflops": rate, "ratio": _ratio(results), "contestants": results}


def measure(
    program: str,
    names: list[str],
    setting: Setting,
    rounds: int,
    seconds: float,
    artifacts: Path | None = None,
    longest: float | None = None,
) -> dict[str, Any]:
    """`start` and `time` of one program, by itself."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        started = start(program, names, setting, Path(folder), artifacts, longest=longest)
        stack.callback(started.close)
        products = start_products(setting)
        for worker in products:
            stack.callback(worker.close)
        return time(started, products, rounds, seconds)


def _rounds(
    workers: dict[str, Worker],
    products: list[Worker],
    setting: Setting,
    results: dict[str, Any],
    rounds: int,
    seconds: float,
) -> float | None:
    """Fills the results; the rate of the fastest product in Gflop/s."""
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
    return machine.product_flops(setting) / statistics.median(fastest) / 1e9 if fastest else None


def require_agreement(losses: dict[str, list[float]], agreement: float) -> None:
    """Raises Disagreement where contestants do not compute the same."""
    names = list(losses)
    for name in names[1:]:
        for number, (own, other) in enumerate(zip(losses[name], losses[names[0]])):
            if not abs(own - other) <= agreement * abs(other):
                raise Disagreement(f"step {number + 1}: the loss is {own} in {name} and {other} in {names[0]}")


def _ratio(results: dict[str, dict[str, Any]]) -> float | None:
    peers = [found["step_ms"] for name, found in results.items() if name != "fungible" and "step_ms" in found]
    own = results.get("fungible", {}).get("step_ms")
    return own / min(peers) if own and peers else None
