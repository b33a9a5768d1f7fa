"""Runs rows, each in a process of its own with a time limit, so that a crash costs one row."""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

#: Imported once, by the process that all rows are forked from.
_PRELOADED = [
    "torch",
    "torch.testing._internal.common_methods_invocations",
    "torch.testing._internal.common_modules",
    "torch.testing._internal.common_optimizers",
    "fungible.compiler",
    "fungible.program",
    "fungible.frontend.capture",
    "fungible.frontend.importer",
    "iree.runtime",
]


def _child(connection, folder: str, suite: str, name: str, targets: list[str]) -> None:
    os.setsid()  # so that a compiler that it started can be stopped with it
    sys.path.insert(0, folder)
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    import row

    connection.send(("result", row.run(suite, name, targets, lambda at: connection.send(("at", at)))))
    connection.close()
    os._exit(0)  # drivers may hang when they are torn down


class _Running:
    def __init__(self, context, suite: str, name: str, targets: list[str], limit: float):
        self.suite, self.name, self.targets = suite, name, targets
        self.started, self.at, self.result = time.monotonic(), (targets[0], "eager"), None
        self.deadline = self.started + limit
        self.connection, theirs = context.Pipe(duplex=False)
        arguments = (theirs, str(Path(__file__).parent), suite, name, targets)
        self.process = context.Process(target=_child, args=arguments, daemon=True)
        self.process.start()
        theirs.close()

    def poll(self) -> bool:
        """Whether the row is over."""
        try:
            while self.connection.poll():
                kind, value = self.connection.recv()
                if kind == "at":
                    self.at = value
                else:
                    self.result = value
        except (EOFError, OSError):
            self.process.join(5)
            return True
        return self.result is not None or time.monotonic() > self.deadline

    def finish(self) -> dict[str, Any]:
        late = self.result is None and time.monotonic() > self.deadline
        if self.result is None and not late:
            self.process.join(5)
        code = self.process.exitcode
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.join(5)
        self.connection.close()
        result = self.result
        if result is None:
            target, stage = self.at
            reason = f"takes more than {self.deadline - self.started:.0f} s" if late else f"the process died ({_death(code)})"
            passed = self.targets[: self.targets.index(target)]
            result = {before: {"status": "pass"} for before in passed}
            result[target] = {"status": "fail", "stage": stage, "reason": reason}
        seconds = round(time.monotonic() - self.started, 1)
        return {"suite": self.suite, "name": self.name, "targets": result, "seconds": seconds}


def _death(code: int | None) -> str:
    if code is None or code >= 0:
        return f"exit status {code}"
    return signal.Signals(-code).name


def sweep(
    rows: Sequence[tuple[str, str]],
    targets: list[str],
    jobs: int,
    limit: Callable[[str], float],
) -> Iterator[dict[str, Any]]:
    """The result of each row as it comes, `jobs` at a time.

    Args:
        rows: suite and name of each.
        limit: suite -> seconds.
    """
    # Rows are killed rather than ended, so that the locks of the libraries in them are left behind.
    os.environ.setdefault("PYTHONWARNINGS", "ignore::UserWarning:multiprocessing.resource_tracker")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    waiting, running = list(rows), []
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                suite, name = waiting.pop(0)
                running.append(_Running(context, suite, name, targets, limit(suite)))
            multiprocessing.connection.wait([r.connection for r in running], timeout=0.5)
            for each in [r for r in running if r.poll()]:
                running.remove(each)
                yield each.finish()
    finally:
        for each in running:
            each.finish()
