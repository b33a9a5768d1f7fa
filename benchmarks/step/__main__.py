"""The time of a training step, against PyTorch eager, `torch.compile`, JAX, plain IREE and TVM on the same device.

    python benchmarks/step [--programs NAME,NAME] [--contestants NAME,NAME] [--rounds 15] [--seconds 0.5] [--out FILE.json]
    python benchmarks/step --target cuda:sm_90 [--precision f32|tf32|bf16] [--artifacts DIR] ...
    python benchmarks/step compile DIR --target cuda:sm_90 [--precision f32|bf16] [--programs NAME,NAME]
    python benchmarks/step pairs FIRST.fung SECOND.fung [--rounds 9] [--seconds 2] [--target cpu] [--precision f32|bf16]
    python benchmarks/step merge OUT.json FILE.json FILE.json ...
    python benchmarks/step report FILE.json
    python benchmarks/step chart FILE.json FILE.svg

Every contestant runs in a process of its own, all take turns in one run, and what is compared are
medians over all rounds; `merge` makes one of several runs, with their medians. Before anything is timed, the
losses of the first steps have to agree. `pairs` takes artifacts of `compile` by two versions of fungible, for one program: each round starts a process
of each, and the ratio is the second's step to the first's, the median of the rounds' ratios. PyTorch's contestants take options: `eager+channels-last`, `inductor+autotune+compiled-optimizer`
(`contestants.py`). A program that a contestant cannot express or compile is shown as such, with the reason.

On a target that is a GPU the peers run on the GPU that PyTorch and JAX find, `torch.compile` with `max-autotune`, whose
CUDA graphs and measured kernels are part of it (`inductor+untuned` has the graphs alone, and is ready in less time). `compile` writes artifacts for a machine that has fungible and IREE's
runtime but no compiler; `--artifacts DIR` takes them there. `--at-once N` takes less time in all: it starts N programs at a time, all before any is
timed, and `--longest-start` leaves out who would keep the others waiting. What it says of their starts, and the kernels that `max-autotune` finds to be the fastest, were then measured beside
other work.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import functools
import json
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import chart  # noqa: E402
import command_line  # noqa: E402
import contestants  # noqa: E402
import host  # noqa: E402
import measure  # noqa: E402
import merge  # noqa: E402
import pairs  # noqa: E402
import programs  # noqa: E402
import report  # noqa: E402
from setting import AGREEMENT, Setting  # noqa: E402

from fungible import FungibleError, targets  # noqa: E402


def _parser(description: str, **more) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter, **more
    )
    parser.add_argument("--programs", type=command_line.names(programs.PROGRAMS), default=list(programs.PROGRAMS))
    parser.add_argument("--target", default="cpu", help="what fungible compiles for (fungc targets); default: cpu")
    parser.add_argument("--precision", choices=AGREEMENT, default="f32", help="of products and convolutions; default: f32")
    return parser


def _setting(parser: argparse.ArgumentParser, options: argparse.Namespace) -> Setting:
    """Of the options; what cannot be is a usage error."""
    setting = Setting(options.target, options.precision)
    try:
        targets.check_name(setting.target)
    except FungibleError as error:
        parser.error(str(error))
    if setting.precision == "tf32" and not setting.is_gpu:
        parser.error(f"tf32 is for GPUs, and the target is '{setting.target}'; use f32 or bf16")
    return setting


def _compile(arguments: list[str]) -> int:
    """Artifacts into a folder."""
    parser = _parser("Compile the programs for a machine without a compiler.", prog="benchmarks/step compile")
    parser.add_argument("folder", type=Path, metavar="DIR")
    options = parser.parse_args(arguments)
    setting, failures = _setting(parser, options), 0
    options.folder.mkdir(parents=True, exist_ok=True)
    for name in options.programs:
        file = options.folder / measure.artifact_name(name, setting)
        try:
            print(f"{file}: {measure.compile(name, setting, file):.1f} s", flush=True)
        except measure.Failed as error:
            print(f"{file}: {error}", file=sys.stderr, flush=True)
            failures += 1
    return int(failures > 0)


def _pairs(arguments: list[str]) -> int:
    """Two artifacts in turn."""
    parser = argparse.ArgumentParser(description="Two artifacts of one program, in processes that take turns.", prog="benchmarks/step pairs")
    parser.add_argument("artifacts", nargs=2, type=Path, metavar="FILE.fung")
    parser.add_argument("--target", default="cpu", help="as they were compiled for; default: cpu")
    parser.add_argument("--precision", choices=("f32", "bf16"), default="f32", help="as they were compiled in; default: f32")
    parser.add_argument("--rounds", type=command_line.count, default=9)
    parser.add_argument("--seconds", type=float, default=2.0, help="of timed steps in each process")
    options = parser.parse_args(arguments)
    setting = _setting(parser, options)
    try:
        found = pairs.measure(options.artifacts, setting, options.rounds, options.seconds)
    except (measure.Disagreement, measure.Failed) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    for artifact, times in zip(options.artifacts, found["step_ms"]):
        print(f"{artifact}: {statistics.median(times):.3g} ms, {min(times):.3g} to {max(times):.3g}")
    print(f"ratio {found['ratio']:.3f}: {', '.join(f'{ratio:.3f}' for ratio in sorted(found['ratios']))}")
    return 0


def _merge(out: Path, files: list[Path]) -> int:
    try:
        record = merge.merged([json.loads(file.read_text()) for file in files])
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    out.write_text(json.dumps(record, indent=1) + "\n")
    print(report.table(record))
    return 0


def _machine(setting: Setting) -> dict:
    found = host.describe()
    return {**found, "gpu": measure.alone("gpu", "", setting, Path(), {})} if setting.is_gpu else found


def _measurements(options, names: list[str], setting: Setting) -> Iterator[tuple[str, Callable[[], dict]]]:
    """Each program, and what measures it."""
    timing = options.rounds, options.seconds
    if not options.at_once:
        for program in options.programs:
            yield program, functools.partial(measure.measure, program, names, setting, *timing, options.artifacts, options.longest_start)
        return
    with contextlib.ExitStack() as stack, ThreadPoolExecutor(options.at_once) as threads:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))

        def start(program: str) -> measure.Started:
            (folder / program).mkdir()
            started = measure.start(program, names, setting, folder / program, options.artifacts, at_once=True, longest=options.longest_start)
            stack.callback(started.close)
            return started

        everyone = list(threads.map(start, options.programs))
        products = measure.start_products(setting)
        for worker in products:
            stack.callback(worker.close)
        for program, started in zip(options.programs, everyone):
            yield program, functools.partial(measure.time, started, products, *timing)


def _run(arguments: list[str]) -> int:
    parser = _parser(__doc__.splitlines()[0], epilog=__doc__)
    parser.add_argument("--contestants", type=command_line.names(contestants.CONTESTANTS, contestants.is_known), help="default: all that take part on the target")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seconds", type=float, default=0.5, help="of each contestant in each round")
    parser.add_argument("--artifacts", type=Path, metavar="DIR", help="compiled before; default: compiled here, and timed")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--longest-start", type=float, metavar="SECONDS", help="give up a contestant that is not ready then")
    parser.add_argument("--at-once", type=command_line.count, metavar="N", help="start N programs at a time, all before any is timed")
    options = parser.parse_args(arguments)
    setting = _setting(parser, options)
    names = options.contestants or contestants.of(setting)
    record = {**_machine(setting), **dataclasses.asdict(setting), "rounds": options.rounds, "at_once": options.at_once, "programs": {}}
    disagreements = 0
    for name, measured in _measurements(options, names, setting):
        try:
            result = measured()
        except measure.Disagreement as error:
            print(f"{name}: error: {error}", file=sys.stderr, flush=True)
            disagreements += 1
            continue
        record["programs"][name] = result
        print(report.lines(name, result), flush=True)
        if options.out:
            options.out.write_text(json.dumps(record, indent=1) + "\n")
    print(report.table(record))
    return int(disagreements > 0)


def main(arguments: list[str]) -> int:
    command, rest = arguments[:1], arguments[1:]
    if command == ["report"]:
        print(report.table(json.loads(Path(rest[0]).read_text())))
        return 0
    if command == ["merge"]:
        return _merge(Path(rest[0]), [Path(name) for name in rest[1:]])
    if command == ["chart"]:
        chart.draw(json.loads(Path(rest[0]).read_text()), Path(rest[1]))
        return 0
    if command == ["pairs"]:
        return _pairs(rest)
    return _compile(rest) if command == ["compile"] else _run(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
