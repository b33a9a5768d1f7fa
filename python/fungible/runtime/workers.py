"""How many threads the CPU device works with, and where they run."""

import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import iree.runtime.flags

from .. import config

#: What IREE's executor takes at most.
_MAX_WORKERS = 256


def physical_cores(cpus: set[int]) -> list[int]:
    """One logical CPU of each physical core in `cpus`: two workers on one core share its
    vector units and gain nothing."""
    first: dict[str, int] = {}
    for cpu in sorted(cpus):
        try:
            siblings = Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list").read_text()
        except OSError:
            siblings = str(cpu)
        first.setdefault(siblings, cpu)
    return list(first.values())


def quota() -> float:
    """CPUs' worth of time that the container may use (control groups, version 2 or 1)."""
    try:
        limit, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
    except (OSError, ValueError):
        try:
            folder = Path("/sys/fs/cgroup/cpu")
            limit = (folder / "cpu.cfs_quota_us").read_text().strip()
            period = (folder / "cpu.cfs_period_us").read_text()
        except OSError:
            return math.inf
    return math.inf if limit in ("max", "-1") else int(limit) / int(period)


def worker_count() -> int:
    """How many workers a CPU device that is opened now gets; see `workers`."""
    if not hasattr(os, "sched_getaffinity"):
        return min(config.threads() or os.cpu_count() or 1, _MAX_WORKERS)
    allowed = os.sched_getaffinity(0)
    wanted = config.threads() or max(1, math.ceil(min(len(physical_cores(allowed)), quota())))
    return min(wanted, len(allowed), _MAX_WORKERS)


@contextmanager
def workers() -> Iterator[int]:
    """Sets up IREE's task system for the device that is opened inside; yields the number of workers.

    By default one worker is pinned to each physical core that the process may use; IREE
    alone would stay on one NUMA node. Fewer workers than cores, by `FUNGIBLE_THREADS` or a
    container's quota, are left to the scheduler, so that processes that share a machine do
    not crowd the same cores. More than there are CPUs would only take turns and are not
    made. The driver reads the flags once, the first time.
    """
    count = worker_count()
    if not hasattr(os, "sched_getaffinity"):
        iree.runtime.flags.parse_flags(f"--task_topology_group_count={count}")
        yield count
        return
    allowed = os.sched_getaffinity(0)
    cores = physical_cores(allowed)
    if count == len(cores):
        iree.runtime.flags.parse_flags(f"--task_topology_cpu_ids={','.join(map(str, cores))}")
        yield count
        return
    iree.runtime.flags.parse_flags(f"--task_topology_group_count={count}")
    before = set(os.listdir("/proc/self/task"))
    yield count
    # IREE lets workers that are not pinned run anywhere, even outside the process's own mask.
    for thread in set(os.listdir("/proc/self/task")) - before:
        os.sched_setaffinity(int(thread), allowed)
