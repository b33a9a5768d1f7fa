"""Trains one artifact on one device in a process of its own: a crash costs that one alone, and
thread pools do not mix.

    python device_row.py < REQUEST.json

The request is an object with the arguments of `train`. The answer is a line of JSON for each
step, `{"loss": 5.6, "ms": 12.5}`, as soon as it is made, and one about the whole run.
"""

import dataclasses
import itertools
import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

from fungible import FungibleError, load
from fungible.runtime.devices import matching
from fungible.runtime.session import Session
from fungible.training.data import StackedBatches
from fungible.training.host import loss_of
from fungible.training.memory import peak_rss_mb

#: What a machine that only runs artifacts does not have.
_FOREIGN = ("torch", "torch_mlir", "iree.compiler", "matplotlib")


def start(timeout: float, **request) -> dict:
    """Calls `train` in a process of its own.

    Returns:
        Its last answer, `losses`, `ms` (one each step) and `fault`: None, or why it did not come to its end.
    """
    command = [sys.executable, __file__]
    try:
        done = subprocess.run(command, input=json.dumps(request).encode(), capture_output=True, timeout=timeout)
        output, fault = done.stdout, _fault(done)
    except subprocess.TimeoutExpired as error:
        output, fault = error.stdout or b"", f"no end after {timeout:g} s"
    answers = [json.loads(line) for line in output.decode().splitlines() if line.startswith("{") and line.endswith("}")]
    steps = [answer for answer in answers if "loss" in answer]
    result = {key: value for answer in answers if "loss" not in answer for key, value in answer.items()}
    return {**result, "losses": [step["loss"] for step in steps], "ms": [step["ms"] for step in steps], "fault": fault}


def _fault(done: subprocess.CompletedProcess) -> str | None:
    if done.returncode == 0:
        return None
    if done.returncode < 0:
        return f"crashed ({signal.Signals(-done.returncode).name})"
    return (done.stderr.decode(errors="replace").strip().splitlines() or ["no message"])[-1]


def train(
    artifact: str, data: str, target: str, steps: int, restore: str | None = None, save: str | None = None, trust: bool = False
) -> None:
    """Trains from the first batch, or from where a checkpoint stands, up to batch `steps`.

    Args:
        artifact: path of the `.fung`.
        data: path of the stacked batches.
        restore: path of a checkpoint to go on from.
        save: path of a checkpoint to write at the end.
        trust: whether a device that gives wrong answers to the known-answer checks is used.
    """
    started = time.perf_counter()
    session = _open(artifact, target, trust)
    opened = time.perf_counter() - started
    first = session.restore(restore).step if restore else 0
    batches = StackedBatches(data, [session.schema.entry_points["step"].inputs])
    for batch in itertools.islice(batches, first, steps):
        begun = time.perf_counter()
        loss = loss_of(session.step(batch))
        _say(loss=loss, ms=round(1e3 * (time.perf_counter() - begun), 3))
    if save:
        session.save(save, step=steps)
    digest, memory = session.state_digest(), round(_peak_mb(), 1)
    assert_without_compiler()
    _say(device=session.device.name, open_s=round(opened, 3), peak_rss_mb=memory, state_digest=digest)


def _open(path: str, target: str, trust: bool) -> Session:
    artifact = load(path)
    build = next(build for build in artifact.builds if build.name == target)
    if trust:
        return Session(artifact, build, matching(build.name, build.driver, build.requires).open())
    # With the others, `vulkan` would be the most specific of its family.
    return dataclasses.replace(artifact, builds=(build,)).on(target)


def _peak_mb() -> float:
    """MiB that this process has taken at most; `getrusage` would count its parent, up to the exec."""
    try:
        found = re.search(r"^VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    except OSError:
        found = None
    return int(found[1]) / 2**10 if found else peak_rss_mb()


def _say(**answer) -> None:
    print(json.dumps(answer), flush=True)


def assert_without_compiler() -> None:
    """Raises AssertionError if anything imported what is not needed to run an artifact."""
    found = [name for name in _FOREIGN if name in sys.modules]
    assert not found, f"running an artifact imported {', '.join(found)}"


if __name__ == "__main__":
    try:
        train(**json.load(sys.stdin))
    except FungibleError as error:
        sys.exit(str(error))
