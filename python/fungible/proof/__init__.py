"""Proves a device with known answers before it is trusted with a program.

What a device reports is matched first (`runtime/devices.py`); then it computes what is known.
A device that passed is not asked again while its driver, its code and the checks are the same.
"""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from .. import __version__, cache
from ..runtime.build import Build
from ..errors import TargetError
from ..runtime.devices import Candidate
from .checks import KNOWN

#: Seconds; drivers compile each kernel when it is first used.
_LIMIT = 300


@dataclass(frozen=True)
class Verdict:
    """What came of the checks.

    Attributes:
        passed: Names of the checks whose answers were right.
        failed: Name of a check -> what was wrong.
        fault: Why the checks could not be run at all, or None.
    """

    passed: tuple[str, ...]
    failed: dict[str, str]
    fault: str | None = None

    @property
    def proved(self) -> bool:
        return self.fault is None and not self.failed

    def reason(self) -> str:
        """In one line, why the device is not proved."""
        if self.fault is not None:
            return f"the known-answer checks do not run: {self.fault}"
        first, *more = self.failed.items()
        others = f"; so do {', '.join(name for name, _ in more)}" if more else ""
        return f"the known-answer check '{first[0]}' fails: {first[1]}{others}"


def prove(candidate: Candidate, build: Build) -> None:
    """Lets a device pass that gives the known answers with this build's code generation.

    Raises:
        TargetError: it does not; the message has the failing check.
    """
    verdict = examine(candidate, build)
    if not verdict.proved:
        raise TargetError(f"'{build.name}' on {candidate.report.name}: {verdict.reason()}")


def examine(candidate: Candidate, build: Build) -> Verdict:
    """What the checks say; only a pass is remembered."""
    checks = [name for name in KNOWN if name in build.check_names]
    if not checks:
        return Verdict((), {}, "they are of another version of fungible; compile the program again")
    store = cache.default()
    parts = (__version__, _runtime_version(), candidate.driver, candidate.path, candidate.report.identity)
    key = cache.key("proof", *parts, build.checks, *checks)
    if store is not None:
        known = store.get(key)
        if known is not None:
            return Verdict(tuple(json.loads(known)), {})
    verdict = _run(candidate, build, checks)
    if verdict.proved and set(verdict.passed) != set(checks):
        verdict = Verdict(verdict.passed, {}, "not all of them came back")
    if store is not None and verdict.proved:
        store.put(key, json.dumps(verdict.passed).encode())
    return verdict


def _runtime_version() -> str:
    import iree.runtime.version

    return iree.runtime.version.VERSION


def _run(candidate: Candidate, build: Build, checks: list[str]) -> Verdict:
    request = {"driver": candidate.driver, "path": candidate.path, "dtypes": dict(build.dtypes), "checks": checks}
    command = [sys.executable, "-P", "-m", f"{__name__}.run"]  # -P: no modules from the working directory
    try:
        done = subprocess.run(
            command, input=json.dumps(request).encode() + b"\n" + build.checks, capture_output=True, timeout=_LIMIT
        )
        output, status = done.stdout, done.returncode
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
    except subprocess.TimeoutExpired as error:
        output, status, last = error.stdout or b"", None, [f"no answer in {_LIMIT} s"]
    entries = list(_entries(output.decode(errors="replace")))
    answers = {entry[0]: entry[1] for entry in entries if len(entry) == 2}
    passed = tuple(name for name, fault in answers.items() if fault is None)
    failed = {name: fault for name, fault in answers.items() if fault is not None}
    if status != 0:
        what = _crash(status) or "".join(last) or "no message"
        if entries and len(entries[-1]) == 1:
            failed[entries[-1][0]] = what
        elif not failed:
            return Verdict(passed, {}, what)
    return Verdict(passed, failed)


def _entries(output: str) -> Iterator[list]:
    """The answers among what a driver may have printed of its own."""
    for line in output.splitlines():
        with contextlib.suppress(ValueError):
            entry = json.loads(line)
            if isinstance(entry, list) and entry and isinstance(entry[0], str):
                yield entry


def _crash(status: int | None) -> str | None:
    if status is None or status >= 0:
        return None
    try:
        return f"the driver crashed ({signal.Signals(-status).name})"
    except ValueError:
        return f"the driver crashed (signal {-status})"
