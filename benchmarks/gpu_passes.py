"""Passes that tune code for GPUs, each against a step without it, and where the time of the step goes.

    python benchmarks/gpu_passes.py compile DIR [--target cuda:sm_90] [--programs NAME,NAME] [--precision f32|bf16] [--variants +PASS+PASS,-PASS]
    python benchmarks/gpu_passes.py run DIR --out FILE.json [--seconds N]

`compile`, where torch and the compiler are, writes artifacts of programs of `benchmarks/step`: with the passes of the target, and
for each variant with more of them (`+`) or fewer (`-`), by default without each of the target's. `run`, on a machine with that GPU and PyTorch but without compiler,
takes steps of them in turn, in a process for each program, after their first losses agreed. The time of a step is that of the
host, which uploads a batch and reads the loss; beside it stand the kernels and copies on the GPU (by CUPTI, through PyTorch's
profiler), in microseconds a step, by what IREE calls them. The file is written after each program.

exit codes: 0 all is well; 1 no GPU, an artifact that does not run, or losses that differ; 2 usage
"""

from __future__ import annotations

import argparse
import itertools
import json
import multiprocessing
import re
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "step")]

import command_line  # noqa: E402
import compilers  # noqa: E402
import host  # noqa: E402
import kernel_kinds  # noqa: E402
import programs  # noqa: E402
import turns  # noqa: E402

from fungible import FungibleError, UsageError, load, targets  # noqa: E402
from fungible.passes import pipelines  # noqa: E402
from fungible.targets import Target  # noqa: E402

#: The target's own way.
_ALL = "as it is"
_PROFILED_STEPS = 5
#: Of first losses, relatively: sums are in another order.
_AGREEMENT, _AGREEING_STEPS = 1e-3, 5


def _variant(target: Target, name: str) -> Target:
    """The target with the passes of `+PASS-PASS`.

    Raises:
        UsageError: no pass of that name, or one that it has already, or that it has not.
    """
    passes = list(target.tuning)
    changes = re.findall(r"([+-])(fungible(?:-[a-z]+)+?)(?=[+-]fungible|$)", name)
    if "".join(sign + each for sign, each in changes) != name or not name:
        raise UsageError(f"'{name}' is no variant; expects one like -{pipelines.TUNING[0]}")
    for sign, each in changes:
        if each not in pipelines.TUNING or (sign == "-") != (each in passes):
            raise UsageError(f"'{sign}{each}': {target.name} has {', '.join(passes) or 'no passes'}; there are {', '.join(pipelines.TUNING)}")
        passes = [*passes, each] if sign == "+" else [other for other in passes if other != each]
    return replace(target, tuning=tuple(passes))


def compile_all(folder: Path, name: str, precision: str, wanted: list[str] | None, changes: list[str] | None) -> None:
    """Writes the folder that `run` reads."""
    from setting import Setting

    from fungible import Artifact, Program, compiler
    from fungible.frontend.importer import schema_of

    target, setting = targets.resolve(name), Setting(name, precision)
    changes = [f"-{each}" for each in target.tuning] if changes is None else changes
    variants = {_ALL: target} | {change: _variant(target, change) for change in changes}
    folder.mkdir(parents=True, exist_ok=True)
    index = {"target": name, "precision": precision, "variants": list(variants), "programs": wanted or list(programs.PROGRAMS)}
    for program in index["programs"]:
        made = compilers.program_in_torch(program, setting, "cpu")
        captured = Program(model=made.model, optimizer=made.optimizer, step=made.step, batches=compilers.tensors(made), seed=0)
        *_, (_, _, text) = captured.stages("linalg")
        compilers.save_batches(made, folder / f"{program}.npz")
        for number, variant in enumerate(variants.values()):
            build = compiler.build(lambda: (text, "linalg"), None, variant)
            artifact = Artifact.create(name=program, schema=schema_of(captured.captured()), builds=[build], state=captured.initial_state())
            artifact.save(folder / f"{program}.{number}.fung")
        print(f"{program}: {', '.join(variants)}", flush=True)
    (folder / "index.json").write_text(json.dumps(index, indent=1) + "\n")


def _kernels(step) -> tuple[dict[str, list[float]], float, float]:
    """Kind -> its number and microseconds a step; both over all kinds."""
    import torch
    from torch.profiler import ProfilerActivity, profile

    with profile(activities=[ProfilerActivity.CUDA]) as profiler:
        for _ in range(_PROFILED_STEPS):
            step()
        torch.cuda.synchronize()
    counts, times = Counter(), Counter()
    for event in profiler.events():
        if event.device_type == torch.autograd.DeviceType.CUDA:
            kind = kernel_kinds.kind(event.name)
            counts[kind] += 1
            times[kind] += event.device_time_total
    if not counts:
        raise FungibleError("PyTorch's profiler sees no kernels; does the driver let CUPTI read them?")
    each = {kind: [round(counts[kind] / _PROFILED_STEPS, 1), round(time / _PROFILED_STEPS, 1)] for kind, time in times.most_common()}
    return each, round(counts.total() / _PROFILED_STEPS, 1), round(times.total() / _PROFILED_STEPS, 1)


def measure(folder: Path, program: str, index: dict, seconds: float) -> dict:
    """Each variant's step in milliseconds, and what it is made of.

    Raises:
        FungibleError: an artifact does not run, or losses differ.
    """
    import torch

    torch.cuda.init()
    stored = compilers.load_batches(folder / f"{program}.npz")
    files = {variant: folder / f"{program}.{number}.fung" for number, variant in enumerate(index["variants"])}
    sessions = {variant: load(file).on(index["target"]) for variant, file in files.items()}
    losses = {key: [float(session.step(stored[n % len(stored)])) for n in range(_AGREEING_STEPS)] for key, session in sessions.items()}
    for variant, found in losses.items():
        if not all(abs(own - other) <= _AGREEMENT * abs(other) for own, other in zip(found, losses[_ALL])):
            raise FungibleError(f"{program}, {variant}: the losses are {found}, and as it is {losses[_ALL]}")
    taken = {variant: itertools.cycle(stored) for variant in sessions}
    steps = {key: lambda key=key: float(sessions[key].step(next(taken[key]))) for key in sessions}
    times, rows = turns.take(steps, seconds), {}
    for variant, step in steps.items():
        kinds, count, microseconds = _kernels(step)
        row = {"step_ms": round(turns.medians(times)[variant], 3), "ratio": round(turns.ratio(times[variant], times[_ALL]), 3)}
        rows[variant] = {**row, "gpu_us": microseconds, "activities": count, "kinds": kinds}
    return rows


def _alone(*arguments) -> dict | str:
    """What `measure` returns in a process of its own, or why it does not."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        try:
            return pool.submit(measure, *arguments).result()
        except Exception as error:
            return f"{type(error).__name__}: {error}"


def run(folder: Path, out: Path, seconds: float) -> bool:
    """Whether all programs ran."""
    import torch

    try:
        index = json.loads((folder / "index.json").read_text())
    except OSError as error:
        raise UsageError(f"{folder}: not a folder of `compile` ({error.strerror})") from None
    if not torch.cuda.is_available():
        raise FungibleError(f"PyTorch {torch.__version__} finds no GPU here")
    record = {**host.describe(), "gpu": torch.cuda.get_device_name(), "target": index["target"], "precision": index["precision"]}
    record["programs"], failed = {}, False
    for program in index["programs"]:
        rows = _alone(folder, program, index, seconds)
        if isinstance(rows, str):
            print(f"error: {program}: {rows}", file=sys.stderr, flush=True)
            failed = True
            continue
        record["programs"][program] = rows
        out.write_text(_on_short_lines(json.dumps(record, indent=1)) + "\n")
        for variant, row in rows.items():
            print(f"{program:12} {variant:40} {row['step_ms']:8.3f} ms {row['gpu_us']:9.1f} us in {row['activities']:g} on the GPU", flush=True)
    return not failed


def _on_short_lines(text: str) -> str:
    return re.sub(r"\[\s+([\d.]+),\s+([\d.]+)\s+\]", r"[\1, \2]", text)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], epilog=__doc__.partition("\n\n")[2], formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("compile")
    command.add_argument("folder", type=Path, metavar="DIR")
    command.add_argument("--target", default="cuda:sm_90", help="default: cuda:sm_90")
    command.add_argument("--programs", type=command_line.names(programs.PROGRAMS), help="default: all")
    command.add_argument("--precision", choices=("f32", "bf16"), default="f32")
    command.add_argument("--variants", type=lambda text: text.split(","), help="default: without each pass that tunes code for the target; --variants=-PASS")
    command = commands.add_parser("run")
    command.add_argument("folder", type=Path, metavar="DIR")
    command.add_argument("--out", type=Path, required=True, metavar="FILE.json")
    command.add_argument("--seconds", type=float, default=60.0, help="for the rounds of a program")
    options = parser.parse_args()
    if options.command == "run":
        return 0 if run(options.folder, options.out, options.seconds) else 1
    compile_all(options.folder, options.target, options.precision, options.programs, options.variants)
    return 0


if __name__ == "__main__":
    command_line.end(main)
