"""Where the time of a step on the CPU goes: its kernels by what IREE calls them, and what is between them.

    python benchmarks/cpu_kernels.py [--programs gpt,mlp-adamw] [--steps 30] [--out FILE.json]

Programs are those of `benchmarks/step`. `iree-benchmark-module` takes steps of the compiled module on the first batch, from the state
that the module starts with, with threads and memory as our runtime sets them, and profiles each kernel; the medians are of `--runs`
processes. Milliseconds a step: `kernels` by kind, `between` is what the commands took beyond their kernels (barriers, launches), and
`host` what the step took beyond its commands. Profiled steps are a little slower than others.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "step")]

import command_line  # noqa: E402
import compilers  # noqa: E402
import host  # noqa: E402
import kernel_kinds  # noqa: E402
import numpy as np  # noqa: E402
import programs  # noqa: E402
from setting import Setting  # noqa: E402

from fungible import load  # noqa: E402
from fungible.runtime.workers import physical_cores, worker_count  # noqa: E402

#: As `runtime/heap.py` sets glibc's malloc.
_HEAP = "glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=18446744073709551615:glibc.malloc.top_pad=16777216:glibc.malloc.arena_max=1"


def _compiled(program: str, folder: Path) -> list[str]:
    """Writes the module and the first batch; flags of `iree-benchmark-module` for them."""
    artifact, module = folder / "step.fung", folder / "step.vmfb"
    compilers.for_fungible(program, Setting(), artifact)
    module.write_bytes(load(artifact).builds[0].module)
    flags = [f"--module={module}", "--function=step"]
    for number, array in enumerate(compilers.load_batches(artifact.with_suffix(".npz"))[0]):
        np.save(folder / f"{number}.npy", array)
        flags.append(f"--input=@{folder / f'{number}.npy'}")
    return flags


def _profiled(flags: list[str], steps: int, folder: Path) -> dict[str, float]:
    """Milliseconds a step by kind, and of the whole as `commands` and `step`."""
    profile, cores = folder / "step.ireeprof", physical_cores(os.sched_getaffinity(0))
    command = ["iree-benchmark-module", *flags, "--device=local-task", f"--task_topology_cpu_ids={','.join(map(str, cores[: worker_count()]))}"]
    command += ["--device_profiling_mode=queue-events,host-execution", f"--device_profiling_output={profile}"]
    command += [f"--benchmark_min_time={steps}x", "--benchmark_format=json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, "GLIBC_TUNABLES": _HEAP})
    (timed,) = json.loads(done.stdout[done.stdout.index("{") :])["benchmarks"]
    rows = subprocess.run(["iree-profile", "statistics", "--format=jsonl", profile], capture_output=True, text=True, check=True)
    times, executed = Counter(), []
    for row in map(json.loads, rows.stdout.splitlines()):
        if row.get("row_type") == "host_execution_function":
            times[kernel_kinds.kind(row["function_name"])] += row["total_duration_ns"] / 1e6 / steps
        elif row.get("row_type") == "host_execution_queue_operation" and row["event_name"] == "execute":
            executed.append(row["total_duration_ns"] / 1e6)
    return {**times, "commands": sum(executed) / steps, "step": timed["real_time"]}


def measure(program: str, steps: int, runs: int) -> dict:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        flags = _compiled(program, folder)
        found = [_profiled(flags, steps, folder) for _ in range(runs)]
    medians = {key: statistics.median(each[key] for each in found) for key in found[0]}
    step, commands = medians.pop("step"), medians.pop("commands")
    kernels = {kind: round(time, 3) for kind, time in sorted(medians.items(), key=lambda each: -each[1])}
    between = commands - sum(medians.values())
    return {"step": round(step, 3), "kernels": kernels, "between": round(between, 3), "host": round(step - commands, 3)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", type=command_line.names(programs.PROGRAMS), default=["gpt", "mlp-adamw"], help="default: gpt,mlp-adamw")
    parser.add_argument("--steps", type=command_line.count, default=30)
    parser.add_argument("--runs", type=command_line.count, default=5)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    rows = {}
    for program in args.programs:
        row = rows[program] = measure(program, args.steps, args.runs)
        print(f"{program}: {row['step']:.2f} ms a step")
        for kind, time in {**row["kernels"], "between kernels": row["between"], "host": row["host"]}.items():
            print(f"  {kind:32} {time:8.3f}", flush=True)
        if args.out:
            args.out.write_text(json.dumps({**host.describe(), "steps": args.steps, "runs": args.runs, "programs": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
