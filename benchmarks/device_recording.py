"""The half of `devices.py` that needs torch and the compiler: artifacts, batches, and eager's losses on them."""

import dataclasses
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import host
import numpy as np

from fungible import FungibleError, config, tree
from fungible.training.cursor import BatchCursor
from fungible.training.eager import EagerTwin
from fungible.training.host import to_numpy
from fungible.training.program_file import load_program

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
SEED = 0


def record(folder: Path, examples: Sequence[str], targets: Sequence[str], steps: int) -> bool:
    """Writes the folder that `devices.py run` reads; whether every example compiled for every target."""
    folder.mkdir(parents=True, exist_ok=True)
    # Seconds of a compilation say something only if the cache is off.
    report = {"host": host.describe(), "seed": SEED, "steps": steps, "cache": not config.no_cache(), "examples": {}}
    for name in examples:
        report["examples"][name] = _record(folder, name, targets, steps)
        (folder / "record.json").write_text(json.dumps(report, indent=1) + "\n")
    return not any("fault" in target for example in report["examples"].values() for target in example["targets"].values())


def _record(folder: Path, name: str, targets: Sequence[str], steps: int) -> dict:
    program = load_program(str(EXAMPLES / f"{name}.py"), SEED)
    program.horizon = max(program.horizon, steps + 1)
    started = time.perf_counter()
    program.captured()
    captured = time.perf_counter() - started
    artifact, report = None, {}
    for target in targets:
        started = time.perf_counter()
        try:
            compiled = program.compile(targets=[target])
        except FungibleError as error:
            report[target] = {"fault": str(error).splitlines()[0]}
            print(f"{name} for {target}: {error}", file=sys.stderr, flush=True)
            continue
        (build,) = compiled.builds
        seconds = round(time.perf_counter() - started, 2)
        report[target] = {"compile_s": seconds, "module_bytes": len(build.module), "checks_bytes": len(build.checks)}
        builds = (*artifact.builds, build) if artifact else (build,)
        artifact = dataclasses.replace(compiled, builds=builds)
        print(f"{name} for {target}: {seconds} s, {len(build.module)} bytes", flush=True)
    if artifact is None:
        raise FungibleError(f"{name}: compiles for none of the targets")
    artifact.save(folder / f"{name}.fung")
    started = time.perf_counter()
    _run_eager(program, artifact, steps, folder / f"{name}.npz")
    eager = time.perf_counter() - started
    print(f"{name}: {steps} steps of PyTorch eager in {eager:.1f} s", flush=True)
    return {"capture_s": round(captured, 2), "eager_s": round(eager, 2), "targets": report}


def _run_eager(program, artifact, steps: int, path: Path) -> None:
    """Trains the user's own objects, whose state goes from step to step, and keeps batches and losses.

    The names are those that `fungible.training.data.StackedBatches` looks for.
    """
    twin = EagerTwin(program)
    for name, value in artifact.state.items():
        if name.startswith("model."):
            np.testing.assert_array_equal(twin.read(name), value, err_msg=name)
    twin.load(artifact.state)  # from here on the twin is alone; this gives it the seed of the masks
    losses = []
    save_batches(program, artifact, steps, path, lambda batch: losses.append(float(twin.step(batch)[0])), eager_losses=losses)


def save_batches(
    program, artifact, steps: int, path: Path, each: Callable = lambda batch: None, **more: Sequence[float]
) -> None:
    """The batches of the first steps; each is given to a function before the next is asked for."""
    inputs = artifact.schema.entry_points["step"].inputs
    cursor, leaves = BatchCursor(program.batches, SEED), []
    for _ in range(steps):
        batch = cursor.next()
        leaves.append([to_numpy(leaf).copy() for leaf in tree.flatten_like(inputs, batch)])
        each(batch)
    stacked = {spec.name: np.stack(column) for spec, column in zip(tree.flatten(inputs), zip(*leaves, strict=True), strict=True)}
    np.savez_compressed(path, **stacked, **{name: np.array(values, np.float64) for name, values in more.items()})
