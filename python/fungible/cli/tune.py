"""`fungc tune`: finds the fastest way to compute each product of matrices of a program, on the device at hand."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import FungibleError, UsageError
from . import numbers

if TYPE_CHECKING:
    from ..targets import Target
    from ..tuning.search import Found
    from ..tuning.whole import Comparison

EXAMPLES = """\
Each product of matrices of the training step is compiled in many ways and measured on the device
against the target's own way. What wins is then measured in the whole step, and kept if the step
becomes faster, for programs that have the same products: compile and train read it by themselves.

It is kept in $FUNGIBLE_TUNING, by default fungible/tuning.json in $XDG_CONFIG_HOME or ~/.config; or in
the file of --out, which compile and train take as --tuning FILE. Ctrl-C keeps what was found.

examples:
  fungc tune examples/gpt.py
  fungc tune examples/gpt.py --budget 60 --out gpt.tuning.json
  fungc train examples/gpt.py --tuning gpt.tuning.json
  fungc train examples/gpt.py --tuning none             without what was tuned before
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("program", metavar="PROGRAM.py", help="the program whose products are tuned")
    parser.add_argument("--target", default="cpu", metavar="T", help="the device (fungc targets), which has to be here; default: cpu")
    parser.add_argument(
        "--budget",
        type=numbers.seconds,
        default=300.0,
        metavar="SECONDS",
        help="time for the search, and as much again for whole steps; default: 300",
    )
    parser.add_argument("--out", metavar="FILE", help="where choices are kept, instead of the user's own file")
    parser.add_argument("--seed", type=numbers.seed, default=0, metavar="N", help="of the parameters that the program makes; default: 0")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line of standard output")


def run(args: argparse.Namespace) -> int:
    from .. import config
    from ..tuning.database import Database

    target = _target(args)
    file = Path(args.out) if args.out else config.tuning_file()
    database = Database.load(file) if file.exists() else Database()
    tuning = _Tuning(args, target)
    interrupted = False
    try:
        tuning.run()
    except KeyboardInterrupt:
        interrupted = True
    choices = tuning.kept()
    if tuning.found:
        tuning.keep(database, file)
        print(_table(tuning.found, choices))
        print(_verdict(tuning, file))
    if interrupted:
        print("interrupted", file=sys.stderr)
    if args.json:
        print(json.dumps(tuning.report(file)))
    return 130 if interrupted else 0


def _target(args: argparse.Namespace) -> Target:
    from .. import targets
    from ..runtime.devices import matching

    if not args.program.endswith(".py"):
        raise UsageError(f"{args.program}: a program is a Python file that defines build(); what is compiled already is not tuned")
    target = targets.resolve(args.target)
    if not target.tunable:
        raise UsageError(f"--target {args.target}: nothing is tuned for it; it is for CPUs")
    matching(target.name, target.driver, target.requires)  # what is not here cannot be measured
    return target


class _Tuning:
    """The search, then whole steps; what was found is there whenever it is interrupted."""

    def __init__(self, args: argparse.Namespace, target: Target):
        self._args, self._target = args, target
        self.found: list[Found] = []
        self.comparison: Comparison | None = None
        self.skipped = 0

    def run(self) -> None:
        import torch

        from ..runtime.devices import matching
        from ..training.program_file import load_program
        from ..tuning import search, whole

        args, target = self._args, self._target
        program = load_program(args.program, args.seed)
        self._say(f"compiling {args.program} for {target.name}")
        wanted = search.wanted(program, target)
        if not wanted:
            raise FungibleError(f"{args.program}: nothing to tune: its step has no products of float32 matrices that are worth it")
        # Torch's threads spin for a while after each operation, on the cores that the device needs.
        torch.set_num_threads(1)
        steps = whole.Steps(program, target)
        device = matching(target.name, target.driver, target.requires)[0].open()
        self.skipped = len(wanted)
        for found in search.search(wanted, target, device, args.budget):
            self.found.append(found)
            self.skipped -= 1
            self._say(f"[{len(self.found)}/{len(wanted)}] {_line(found)}")
        wins = {found.wanted.kernel.key: found for found in self.found if found.wins}
        if wins:
            gains = {key: found.gain_ms for key, found in wins.items()}
            self.comparison = whole.best(steps, {key: found.best for key, found in wins.items()}, gains, args.budget, self._compared)

    def _compared(self, comparison: Comparison) -> None:
        self._say(f"a step with {len(comparison.choices)} choices: {_times(comparison)}")

    def _say(self, text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    def kept(self) -> dict:
        """The choices that make a step faster; where no step was measured, those that make their product faster."""
        if self.comparison is not None:
            return dict(self.comparison.choices) if self.comparison.wins else {}
        return {found.wanted.kernel.key: found.best for found in self.found if found.wins}

    def keep(self, database, file: Path) -> None:
        from ..tuning.database import Section, shipped

        choices = self.kept()
        known = shipped().choices(self._target)
        for found in self.found:
            key = found.wanted.kernel.key
            if key in known and key not in choices:
                choices[key] = found.as_default()
        section = replace(Section.of(self._target), choices=choices)
        database.updated(section, tuple(found.wanted.kernel.key for found in self.found)).save(file)

    def report(self, file: Path) -> dict:
        kept = self.kept()
        step = self.comparison
        return {
            "target": self._target.name,
            "database": str(file),
            "products": [
                {"product": key, "count": found.wanted.count, "tried": found.tried, **asdict(found.best), "kept": key in kept}
                for found in self.found
                for key in [found.wanted.kernel.key]
            ],
            "not_tried": self.skipped,
            "step_before_ms": step.before_ms if step else None,
            "step_after_ms": step.after_ms if step else None,
            "faster": step.wins if step else None,
        }


def _times(step: Comparison) -> str:
    if step.before_ms is None:
        return "it does not compile, or its numbers differ"
    return f"{step.before_ms:.3f} ms before, {step.after_ms:.3f} ms after"


def _line(found: Found) -> str:
    best = found.best
    gain = f"{best.ms:.3f} ms with {best.choice}" if found.wins else f"the target's own way stays ({found.tried} others)"
    return f"{found.wanted.kernel.key}: {best.default_ms:.3f} ms; {gain}"


def _table(all_found: list[Found], kept: dict) -> str:
    lines = [("product", "times", "default ms", "best ms", "choice")]
    for found in all_found:
        key, best = found.wanted.kernel.key, found.best
        note = "" if key in kept or not found.wins else " (not kept)"
        lines.append((key, str(found.wanted.count), f"{best.default_ms:.3f}", f"{best.ms:.3f}", best.choice + note))
    first, *widths = (max(len(line[column]) for line in lines) for column in range(4))
    rows = ([line[0].ljust(first), *(cell.rjust(width) for cell, width in zip(line[1:], widths)), line[4]] for line in lines)
    return "\n".join(map("  ".join, rows))


def _verdict(tuning: _Tuning, file: Path) -> str:
    kept, step = tuning.kept(), tuning.comparison
    gain = sum(found.gain_ms for found in tuning.found if found.wanted.kernel.key in kept)
    said = [f"expected: {gain:.3f} ms a step less"] if kept else []
    if step is None:
        said.append("no whole step was measured" if kept else "nothing is faster than the target's own way")
    elif step.wins:
        said.append(f"measured: {_times(step)}")
    else:
        said.append(f"a step does not become faster ({_times(step)}); nothing is kept")
    if kept:
        said.append(f"{len(kept)} choice{'s' * (len(kept) > 1)} kept in {file}")
    if tuning.skipped:
        said.append(f"{tuning.skipped} products were not reached (--budget)")
    return "; ".join(said)
