"""How the time of compilation grows with the layers of a GPT (of `benchmarks/step`), for the CPU target, without a cache.

    python benchmarks/compile_time.py [--layers 4,8] [--runs N] [--out FILE.json]

Each compilation is a process of its own, in turn. Seconds, medians over the runs, without the imports.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent


def _compile(layers: int) -> None:
    """In this process; prints the seconds."""
    sys.path[:0] = [str(HERE / "step")]
    import compilers
    import programs
    from setting import Setting

    module, options = programs.PROGRAMS["gpt"]
    programs.PROGRAMS["gpt"] = module, {**options, "layers": layers}
    with tempfile.TemporaryDirectory() as folder:
        print(compilers.for_fungible("gpt", Setting(), Path(folder) / "gpt.fung"))


def _measured(layers: int) -> float:
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "FUNGIBLE_CACHE_DIR": cache}
        command = [sys.executable, __file__, "--only", str(layers)]
        return float(subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--layers", default="4,8")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--only", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        _compile(options.only)
        return
    import host

    layers = [int(number) for number in options.layers.split(",")]
    times = {number: [] for number in layers}
    for _ in range(options.runs):
        for number in layers:
            times[number].append(_measured(number))
    medians = {number: statistics.median(found) for number, found in times.items()}
    for number, seconds in medians.items():
        print(f"{number} layers: {seconds:.1f} s, {seconds / medians[layers[0]]:.2f} of {layers[0]} layers")
    if options.out:
        record = host.describe() | {"runs": options.runs, "seconds": {str(n): s for n, s in medians.items()}}
        options.out.write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()
