"""How a thread waits for workers that share its CPUs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_preempting() -> Iterator[None]:
    """Inside, the calling thread takes no CPU from another when it wakes up.

    The worker that ends a call wakes the thread that waits for it, which then spins until the worker has left the function in
    which it did so (`iree_async_semaphore_multi_wait` of IREE 3.13). If both are on one CPU, Linux lets the one that wakes up
    preempt the other, and it spins for a time slice: 2 to 5 ms of many a step of an MLP that takes 6. A thread of
    the policy SCHED_BATCH waits for its turn instead. Threads of another policy than the ordinary one stay as they are; so do all where the system
    has no policies or does not let a process choose.
    """
    changed = _change("SCHED_OTHER", "SCHED_BATCH")
    try:
        yield
    finally:
        if changed:
            _change("SCHED_BATCH", "SCHED_OTHER")


def _change(old: str, new: str) -> bool:
    """Whether the calling thread had a policy, and now has another."""
    try:
        if os.sched_getscheduler(0) != getattr(os, old):
            return False
        os.sched_setscheduler(0, getattr(os, new), os.sched_param(0))
    except (AttributeError, OSError):
        return False
    return True
