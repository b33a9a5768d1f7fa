"""What it costs or brings to compute activations again: the time of a step within a budget for memory (`--memory-budget`).

    python benchmarks/recomputation.py [--programs gpt,resnet] [--fractions 0.9,0.75,0.6] [--target cpu] [--out FILE.json]

Programs are those of `benchmarks/step`. A fraction is of the bytes that are live without a budget, as the pass `fungible-recompute`
counts them. All versions of a program run in turn in one process (`turns.py`), and ratios are to the version without a budget. A
budget that cannot be met is shown with the reason.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import host
import turns

sys.path.append(str(Path(__file__).resolve().parent / "step"))
import compilers  # noqa: E402
import programs  # noqa: E402
from setting import Setting  # noqa: E402


def _program(name: str):
    import fungible

    found = compilers.program_in_torch(name, Setting(), "cpu")
    batches = compilers.tensors(found)
    return fungible.Program(model=found.model, optimizer=found.optimizer, step=found.step, batches=batches, seed=0), batches[0]


def live_bytes(program) -> int:
    """The most bytes of intermediate tensors that are live at one place of the step, if ops run in order."""
    from fungible.lowering import parse
    from fungible.passes._liveness import Block
    from fungible.passes._rewrite import operations

    *_, (_, _, text) = program.stages("fungible")
    module = parse(text, "<module>").operation
    (step,) = (op for op in operations(module) if op.operation.name == "func.func" and op.sym_name.value == "step")
    with step.location:
        return max(live for _, live in Block(step.operation.regions[0].blocks[0]).live())


def compiled(program, budgets: dict[str, int | None], target: str) -> tuple[dict, dict[str, str]]:
    """The sessions of the versions, and why there are none of the others."""
    from fungible.errors import CompilationError

    sessions, errors = {}, {}
    for name, budget in budgets.items():
        try:
            sessions[name] = program.compile([target], memory_budget=budget).on(target)
        except CompilationError as error:
            errors[name] = str(error).splitlines()[0]
    return sessions, errors


def measure(name: str, fractions: list[float], target: str, seconds: float) -> list[dict]:
    """One row for each version."""
    program, batch = _program(name)
    peak = live_bytes(program)
    budgets = {"none": None, **{str(fraction): int(peak * fraction) for fraction in fractions}}
    sessions, errors = compiled(program, budgets, target)
    times = turns.take({version: lambda v=version: sessions[v].step(batch) for version in sessions}, seconds)
    medians, rows = turns.medians(times), []
    for version, budget in budgets.items():
        row = {"program": name, "fraction": None if budget is None else float(version), "bytes": budget or peak}
        if version in errors:
            rows.append(row | {"error": errors[version]})
            continue
        rows.append(row | {"milliseconds": medians[version], "ratio": turns.ratio(times[version], times["none"])})
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--programs", default=",".join(programs.PROGRAMS))
    parser.add_argument("--fractions", default="0.9,0.75,0.6")
    parser.add_argument("--target", default="cpu")
    parser.add_argument("--seconds", type=float, default=60, help="for the rounds of a program (default: %(default)s)")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    names = options.programs.split(",")
    if unknown := set(names) - set(programs.PROGRAMS):
        parser.error(f"no {', '.join(sorted(unknown))}; there are {', '.join(programs.PROGRAMS)}")
    fractions = [float(fraction) for fraction in options.fractions.split(",")]
    rows = []
    print(f"{'program':12} {'budget':>6} {'MB':>7} {'ms':>8} {'ratio':>6}")
    for name in names:
        for row in measure(name, fractions, options.target, options.seconds):
            rows.append(row)
            told = row.get("error") or f"{row['milliseconds']:8.4g} {row['ratio']:6.3f}"
            print(f"{name:12} {row['fraction'] or '-':>6} {row['bytes'] / 1e6:7.1f} {told}", flush=True)
    if options.out:
        options.out.write_text(json.dumps({**host.describe(), "target": options.target, "rows": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
