"""How many workers there are, and where. Each case is a process: the driver is opened once."""

import os
import subprocess
import sys

import pytest

from fungible.runtime.workers import physical_cores

CODE = """
import os, time
from fungible import targets
from fungible.runtime.devices import matching

def workers():
    threads = os.listdir("/proc/self/task")
    return [int(t) for t in threads if open(f"/proc/self/task/{t}/comm").read().startswith("iree-worker")]

cpu = targets.resolve("cpu")
device = matching(cpu.name, cpu.driver, cpu.requires)[0].open()
print(device.name)
# A thread gives itself its name when it first runs.
deadline = time.monotonic() + 10
while len(workers()) < int(device.name.split()[1]) and time.monotonic() < deadline:
    time.sleep(0.01)
for thread in workers():
    print(*sorted(os.sched_getaffinity(thread)))
"""

CORES = physical_cores(os.sched_getaffinity(0))


def workers(threads: str | None = None, cpus: set[int] | None = None) -> tuple[str, list[set[int]]]:
    """The device's name, and the CPUs that each worker may use."""
    environment = {name: value for name, value in os.environ.items() if name != "FUNGIBLE_THREADS"}
    if threads is not None:
        environment["FUNGIBLE_THREADS"] = threads
    out = subprocess.run(
        [sys.executable, "-c", CODE],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
        preexec_fn=(lambda: os.sched_setaffinity(0, cpus)) if cpus else None,
    )
    name, *masks = out.stdout.splitlines()
    return name, [set(map(int, mask.split())) for mask in masks]


def test_one_worker_a_core_within_the_mask():
    one = {CORES[-1]}
    assert workers(cpus=one) == ("cpu, 1 thread", [one])


@pytest.mark.skipif(len(CORES) < 2, reason="needs two cores")
def test_fewer_workers_are_not_pinned():
    assert workers(threads="1") == ("cpu, 1 thread", [os.sched_getaffinity(0)])


def test_no_more_workers_than_cpus():
    one = {CORES[-1]}
    assert workers(threads="3", cpus=one) == ("cpu, 1 thread", [one])
