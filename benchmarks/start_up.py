"""Where the time goes from `fungc train` to the first step: cold, and from the cache.

    python benchmarks/start_up.py [--runs N] [--out FILE.json]

Each start is a process of its own; cold ones have an empty cache. Times are in seconds,
medians over the runs, without the import of torch, which is given apart.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import host

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
PROGRAMS = ("mlp", "digits", "gpt")


def measure(program: str) -> dict:
    """One start, in this process."""
    started = time.perf_counter()
    import torch
    import torch._dynamo  # noqa: F401  a part of torch that the first optimizer imports

    imported = time.perf_counter()
    from fungible import compiler
    from fungible.training.program_file import load_program

    spent = {"executable": 0.0, "known_answers_for": 0.0}

    def time_it(name):
        function = getattr(compiler, name)

        def timed(*arguments):
            begun, before = time.perf_counter(), spent["executable"]
            result = function(*arguments)
            spent["executable"] = before  # the checks' own compilation is no part of the program's
            spent[name] += time.perf_counter() - begun
            return result

        setattr(compiler, name, timed)

    for name in spent:
        time_it(name)
    built = load_program(str(EXAMPLES / f"{program}.py"))
    build = time.perf_counter()
    built.captured()
    captured = time.perf_counter()
    artifact = built.compile()
    compiled = time.perf_counter()
    artifact.on("cpu")
    opened = time.perf_counter()
    return {
        "import torch": imported - started,
        "build the program": build - imported,
        "capture": captured - build,
        "compile": compiled - captured,
        "of which iree-compile": spent["executable"],
        "of which known-answer checks": spent["known_answers_for"],
        "open the device": opened - compiled,
        "total without torch": opened - imported,
    }


def start(program: str, cache: str) -> dict:
    environment = os.environ | {"FUNGIBLE_CACHE_DIR": cache}
    command = [sys.executable, __file__, "--one", program]
    return json.loads(subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout)


def medians(runs: list[dict]) -> dict:
    return {key: round(statistics.median(run[key] for run in runs), 3) for key in runs[0]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--one", choices=PROGRAMS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.one)))
        return
    results = {}
    for program in PROGRAMS:
        cold, warm = [], []
        for _ in range(options.runs):
            with tempfile.TemporaryDirectory() as cache:
                cold.append(start(program, cache))
                warm.append(start(program, cache))
        results[program] = {"cold": medians(cold), "warm": medians(warm)}
        ratios = [run["total without torch"] / run["of which iree-compile"] for run in cold]
        results[program]["cold total / iree-compile"] = round(statistics.median(ratios), 3)
        print(program, json.dumps(results[program], indent=1))
    if options.out:
        record = {"host": host.describe(), "runs": options.runs, "seconds": results}
        options.out.write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()
