"""`fungc train`: compiles where needed, trains, and keeps what is worth keeping."""

from __future__ import annotations

import argparse
import json
import sys

from . import numbers

EXAMPLES = """\
A program has its own data. An artifact has none; --data takes one of:
  FILE.py   defines batches(), which returns an iterable of batches (NumPy arrays will do)
  FILE.npz  stacked batches: one array a tensor, named batch[0], batch[1], ... or arr_0, arr_1, ...
  random    seeded batches that fit the program, integers within the range of its example

A run is a folder: run.json (settings), metrics.jsonl (one line a step), loss.png,
program.fung (the artifact) and checkpoints/. Ctrl-C ends the step, saves a checkpoint and
leaves with 130; --resume goes on from the newest checkpoint, bit for bit as if never stopped.

examples:
  fungc train examples/gpt.py
  fungc train examples/digits.py --steps 100 --out runs/short
  fungc train --resume runs/short --steps 400
  fungc train --resume runs/short --target vulkan      the same run on another device
  fungc train examples/gpt.py --steps 20 --check       PyTorch beside it, compared at each step
  fungc train gpt.fung --data random --steps 10 --json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("program", nargs="?", metavar="PROGRAM.py|ARTIFACT", help="what to train; --resume knows it already")
    parser.add_argument("--data", metavar="FILE.py|FILE.npz|random", help="where batches come from, instead of the program's")
    parser.add_argument("--target", metavar="T", help="the device (fungc targets); default: cpu, or the artifact's first that runs here")
    parser.add_argument("--steps", type=numbers.positive, metavar="N", help="length of the whole run; default: the program's, or 1000")
    parser.add_argument("--seed", type=numbers.seed, metavar="N", help="of parameters, data order and dropout; default: 0")
    parser.add_argument("--memory-budget", type=numbers.memory, metavar="SIZE", help="run activations again in the backward pass until the intermediate tensors of a step fit (64MiB, 2GB)")
    parser.add_argument("--tuning", metavar="FILE|none", help="the choices of fungc tune in this file; default: the user's own, then the shipped ones")
    parser.add_argument(
        "--numerics", choices=("fast", "exact"), default="fast", help="fast (default): the target chooses order, fusion and functions; exact: the same bits on every target"
    )

    keeping = parser.add_argument_group("what is kept")
    keeping.add_argument("--out", metavar="DIR", help="the folder of the run; default: a new one in runs/")
    keeping.add_argument("--resume", metavar="DIR", help="go on with the run in this folder")
    keeping.add_argument("--checkpoint-every", type=numbers.positive, metavar="N", help="steps between checkpoints; default: 100")
    keeping.add_argument("--evaluate-every", type=numbers.positive, metavar="N", help="steps between evaluations; default: 100")

    saying = parser.add_argument_group("what is said")
    saying.add_argument("--check", action="store_true", help="take each step in PyTorch eager too, and stop at the first that differs")
    saying.add_argument("--json", action="store_true", help="print one JSON object as the last line of standard output")
    saying.add_argument("--quiet", action="store_true", help="no progress")


def run(args: argparse.Namespace) -> int:
    from ..training.job import Job
    from ..training.loop import NotFinite
    from ..training.settings import Settings

    settings = Settings.of(args)
    job = Job(settings, quiet=args.quiet)
    try:
        outcome = job.run(check=args.check)
    except NotFinite as error:
        if args.json:
            print(json.dumps({**job.report(), "error": str(error)}))
        raise
    if outcome.interrupted:
        print(f"interrupted after step {outcome.step}; resume with: fungc train --resume {settings.directory.path}", file=sys.stderr)
    else:
        text = job.finish()
        if text:
            print(text)
    if args.json:
        print(json.dumps(job.report()))
    return 130 if outcome.interrupted else 0
