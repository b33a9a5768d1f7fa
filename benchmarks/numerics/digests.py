"""One state digest a program, on every device that this machine has for it.

    python benchmarks/numerics/digests.py --out benchmarks/results/numerics-digests.json
    python benchmarks/numerics/digests.py --programs mlp,llama --targets cpu,vulkan --steps 20
    python benchmarks/numerics/digests.py --record DIR --targets cuda:sm_90,vulkan:ampere
    python benchmarks/numerics/digests.py --recorded DIR --targets cuda:sm_90,vulkan:ampere --out FILE.json

Each program trains with `--numerics exact` for the same steps on each target, in a process of its own. A
run whose digest differs from the one that the file has of the program, or else from the first one's, is a breach of
docs/numerics.md; the command then ends with 1. `--record` writes artifacts and batches for a machine that has
neither PyTorch nor the compiler, `--recorded` trains them there.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

sys.path[:0] = [str(Path(__file__).resolve().parents[1])]
import device_row  # noqa: E402
import host  # noqa: E402

from fungible import FungibleError  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = {
    "mlp": ROOT / "examples/mlp.py",
    "digits": ROOT / "examples/digits.py",
    "mlp-dropout": ROOT / "benchmarks/numerics/programs/mlp_dropout.py",
    "digits-dropout": ROOT / "benchmarks/numerics/programs/digits_dropout.py",
    "gpt": ROOT / "examples/gpt.py",
    "llama": ROOT / "benchmarks/numerics/programs/llama.py",
    "resnet": ROOT / "benchmarks/numerics/programs/resnet.py",
}
#: Target, and the number of threads where it is not the machine's.
TARGETS = ("cpu", "cpu@1", "cpu:x86-64-v3", "cpu:x86-64-v2", "vmvx", "vulkan")

#: Seconds after which a recorded program is given up.
_LONGEST = 3600

_ROW = "{:14} {:16} {:>5}  {:16}  {:>12} {:>10}  {}"


def run(program: str, target: str, steps: int) -> dict:
    """What `fungc train` says of one program on one target, or why it does not."""
    name, _, threads = target.partition("@")
    environment = {**os.environ, **({"FUNGIBLE_THREADS": threads} if threads else {})}
    with tempfile.TemporaryDirectory() as folder:
        command = ["fungc", "train", str(PROGRAMS[program]), "--numerics", "exact", "--steps", str(steps)]
        command += ["--target", name, "--json", "--out", f"{folder}/run"]
        done = subprocess.run(command, capture_output=True, text=True, env=environment)
    row = {"program": program, "target": target, "steps": steps}
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if "error" in line] or done.stderr.splitlines()[-1:] or ["no message"]
        return {**row, "error": lines[0]}
    result = json.loads(done.stdout.splitlines()[-1])
    kept = ("device", "state_digest", "loss_first", "loss_last", "step_ms_median", "compile_s")
    return {**row, **{key: result[key] for key in kept}}


def record(folder: Path, programs: list[str], targets: list[str], steps: int) -> None:
    """One artifact for all targets and the batches of the steps, for each program."""
    import device_recording

    from fungible.training.program_file import load_program

    folder.mkdir(parents=True, exist_ok=True)
    for name in programs:
        program = load_program(str(PROGRAMS[name]), device_recording.SEED)
        program.horizon = max(program.horizon, steps + 1)
        artifact = program.compile(targets=targets, numerics="exact")
        artifact.save(folder / f"{name}.fung")
        device_recording.save_batches(program, artifact, steps, folder / f"{name}.npz")
        print(f"{name}: {', '.join(artifact.targets)}", flush=True)


def run_recorded(folder: Path, program: str, target: str, steps: int) -> dict:
    """The same row as `run` gives, of an artifact."""
    paths = {"artifact": str(folder / f"{program}.fung"), "data": str(folder / f"{program}.npz")}
    found = device_row.start(_LONGEST, **paths, target=target, steps=steps)
    row = {"program": program, "target": target, "steps": steps}
    if found["fault"]:
        return {**row, "error": found["fault"]}
    losses = {"loss_first": found["losses"][0], "loss_last": found["losses"][-1]}
    return {**row, "device": found["device"], "state_digest": found["state_digest"], **losses, "step_ms_median": median(found["ms"])}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", default=",".join(PROGRAMS))
    parser.add_argument("--targets", default=",".join(TARGETS), help="default: %(default)s; cpu@1 is with one thread")
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--out", type=Path, help="JSON; rows that it has already stay")
    folders = parser.add_mutually_exclusive_group()
    folders.add_argument("--record", type=Path, metavar="DIR", help="compile into a folder instead")
    folders.add_argument("--recorded", type=Path, metavar="DIR", help="train what a folder has")
    args = parser.parse_args()
    if args.steps < 1:
        parser.error("--steps: expects a positive number")
    if (args.record or args.recorded) and "@" in args.targets:
        parser.error("--targets: an artifact is for targets, and does not fix the number of threads")
    programs, targets = args.programs.split(","), args.targets.split(",")
    if args.record:
        record(args.record, programs, targets, args.steps)
        return 0
    rows = json.loads(args.out.read_text())["rows"] if args.out and args.out.exists() else []
    print(_ROW.format("program", "target", "steps", "digest", "last loss", "ms a step", ""))
    differs = False
    for program in programs:
        known = [row["state_digest"] for row in rows if (row["program"], row["steps"]) == (program, args.steps) and "error" not in row]
        first = known[0] if known else None
        for target in targets:
            row = run_recorded(args.recorded, program, target, args.steps) if args.recorded else run(program, target, args.steps)
            same = (program, target, args.steps)
            rows = [old for old in rows if (old["program"], old["target"], old["steps"]) != same] + [row]
            if "error" in row:
                print(_ROW.format(program, target, args.steps, "-", "-", "-", row["error"]), flush=True)
                continue
            first = first or row["state_digest"]
            verdict = "" if row["state_digest"] == first else "DIFFERS"
            differs = differs or bool(verdict)
            shown = (row["state_digest"][:16], f"{row['loss_last']:.7g}", f"{row['step_ms_median']:.4g}", verdict)
            print(_ROW.format(program, target, args.steps, *shown), flush=True)
            if args.out:
                args.out.write_text(json.dumps({**host.describe(), "rows": rows}, indent=1) + "\n")
    return int(differs)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except FungibleError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
