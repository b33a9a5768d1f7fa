"""What exact numerics cost: the time of a step with them and without, on one target.

    python benchmarks/numerics/cost.py --out benchmarks/results/numerics-cost.json
    python benchmarks/numerics/cost.py --programs gpt --target cpu:x86-64-v3

Both versions run in turn in one process, and the medians are compared. PyTorch eager with and without
`torch.use_deterministic_algorithms` runs the same way: its promise is the same bits in the next run on the same machine.
"""

import argparse
import itertools
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1])]
import host  # noqa: E402
from digests import PROGRAMS  # noqa: E402

WARM_UP, ROUNDS, SECONDS = 3, 15, 0.3


def compare(steps: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Milliseconds a step of each, medians of interleaved rounds."""
    for step in steps.values():
        for _ in range(WARM_UP):
            step()
    times: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(ROUNDS):
        for name, step in steps.items():
            started, count = time.perf_counter(), 0
            while count == 0 or time.perf_counter() - started < SECONDS:
                step()
                count += 1
            times[name].append((time.perf_counter() - started) / count * 1e3)
    return {name: statistics.median(found) for name, found in times.items()}


def _compiled(program, batches, target: str) -> dict[str, float]:
    sessions = {numerics: program.compile([target], numerics).on(target) for numerics in ("fast", "exact")}
    turns = {numerics: itertools.cycle(batches) for numerics in sessions}
    return compare({numerics: lambda n=numerics: sessions[n].step(next(turns[n])) for numerics in sessions})


def _eager(program, batches) -> dict[str, float]:
    import torch

    turn = itertools.cycle(batches)

    def step(deterministic: bool) -> None:
        torch.use_deterministic_algorithms(deterministic)
        program.step(next(turn))

    return compare({"eager": lambda: step(False), "eager, deterministic": lambda: step(True)})


def measure(name: str, target: str, eager: bool) -> dict[str, float]:
    """The times of one program, whichever half is wanted: thread pools of two libraries would get in each other's way."""
    from fungible.training.program_file import load_program

    program = load_program(str(PROGRAMS[name]), 0)
    batches = list(itertools.islice(program.batches, 8))
    return _eager(program, batches) if eager else _compiled(program, batches, target)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", default=",".join(PROGRAMS))
    parser.add_argument("--target", default="cpu")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--half", choices=("compiled", "eager"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.half:
        print(json.dumps(measure(args.programs, args.target, args.half == "eager")))
        return
    rows = []
    print(f"{'program':8} {'fast':>9} {'exact':>9} {'ratio':>6} {'eager':>9} {'determ.':>9} {'ratio':>6}   ms a step, {args.target}")
    for name in args.programs.split(","):
        row = {"program": name, "target": args.target}
        for half in ("compiled", "eager"):
            command = [sys.executable, __file__, "--programs", name, "--target", args.target, "--half", half]
            row |= json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[-1])
        rows.append(row)
        fast, exact, eager, deterministic = (row[key] for key in ("fast", "exact", "eager", "eager, deterministic"))
        print(
            f"{name:8} {fast:9.4g} {exact:9.4g} {exact / fast:6.2f} {eager:9.4g} {deterministic:9.4g} {deterministic / eager:6.2f}",
            flush=True,
        )
    if args.out:
        args.out.write_text(json.dumps({**host.describe(), "rows": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
