"""What exact numerics cost: the time of a step with them and without, by program and target.

    python benchmarks/numerics/cost.py --targets cpu,cpu:x86-64-v3,cpu:x86-64-v2 --out benchmarks/results/numerics-cost.json
    python benchmarks/numerics/cost.py --programs gpt --seconds 60

Both versions run in turn in one process (`turns.py`). PyTorch eager with and without
`torch.use_deterministic_algorithms` runs the same way: its promise is the same bits in the next run on the same machine.
`cost_parts.py` says what the price is paid for.
"""

import argparse
import itertools
import json
import subprocess
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1])]
import host  # noqa: E402
import turns  # noqa: E402
from digests import PROGRAMS  # noqa: E402

_ROW = "{:8} {:16} {:>9} {:>9} {:>6} {:>7}"


def _compiled(program, batches, target: str, seconds: float) -> dict[str, list[float]]:
    sessions = {numerics: program.compile([target], numerics).on(target) for numerics in ("fast", "exact")}
    turn = {numerics: itertools.cycle(batches) for numerics in sessions}
    return turns.take({numerics: lambda n=numerics: sessions[n].step(next(turn[n])) for numerics in sessions}, seconds)


def _eager(program, batches, seconds: float) -> dict[str, list[float]]:
    import torch

    turn = itertools.cycle(batches)

    def step(deterministic: bool) -> None:
        torch.use_deterministic_algorithms(deterministic)
        program.step(next(turn))

    return turns.take({"eager": lambda: step(False), "eager, deterministic": lambda: step(True)}, seconds)


def measure(name: str, target: str, seconds: float) -> dict:
    """The row of one program, on a target or, if that is `eager`, in PyTorch."""
    from fungible.training.program_file import load_program

    program = load_program(str(PROGRAMS[name]), 0)
    batches = list(itertools.islice(program.batches, 8))
    times = _eager(program, batches, seconds) if target == "eager" else _compiled(program, batches, target, seconds)
    (_, plain), (_, bound) = times.items()
    return {"program": name, "target": target, "rounds": len(plain), "ratio": turns.ratio(bound, plain), **turns.medians(times)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", default=",".join(PROGRAMS))
    parser.add_argument("--targets", default="cpu", help="default: %(default)s; `eager` is PyTorch, which comes with each program")
    parser.add_argument("--seconds", type=float, default=60, help="for the rounds of a row; at least three are run (default: %(default)s)")
    parser.add_argument("--out", type=Path, help="JSON; rows that it has already stay")
    parser.add_argument("--row", nargs=2, metavar=("PROGRAM", "TARGET"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.row:
        print(json.dumps(measure(*args.row, args.seconds)))
        return
    rows = json.loads(args.out.read_text())["rows"] if args.out and args.out.exists() else []
    print(_ROW.format("program", "target", "fast", "exact", "ratio", "rounds"), "  ms a step; of eager: plain and deterministic")
    for name in args.programs.split(","):
        for target in (*args.targets.split(","), "eager"):
            # A process each: thread pools of two libraries would get in each other's way.
            command = [sys.executable, __file__, "--row", name, target, "--seconds", str(args.seconds)]
            done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
            row = json.loads(done.stdout.splitlines()[-1])
            rows = [old for old in rows if (old["program"], old["target"]) != (name, target)] + [row]
            plain, bound = list(row.values())[-2:]
            print(_ROW.format(name, target, f"{plain:.4g}", f"{bound:.4g}", f"{row['ratio']:.2f}", row["rounds"]), flush=True)
            if args.out:
                args.out.write_text(json.dumps({**host.describe(), "rows": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
