"""A contestant in a process of its own, which takes steps when it is told to."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

from setting import Setting

_FOLDER = Path(__file__).resolve().parent


def _peak_bytes() -> int:
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _described(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[0] if lines else ''}"


class Failed(Exception):
    """What `alone` ran raised an error, or its process died."""


def _enter(environment: dict[str, str]) -> None:
    os.environ.update(environment)
    sys.path[:0] = [str(_FOLDER), str(_FOLDER.parent)]


def _serve(connection, contestant: str, program: str, setting: Setting, artifact: Path, environment: dict[str, str]) -> None:
    _enter(environment)
    import contestants

    try:
        contestants.preload(contestant)
        before, start = _resident_bytes(), time.perf_counter()
        step, batches, peak_bytes = contestants.find(contestant)(program, setting, artifact)
        if peak_bytes:
            before = 0
        first = step(batches[0])
        connection.send({"first_loss": first, "first_step_s": time.perf_counter() - start})
        taken = 1
        for count in iter(connection.recv, None):
            losses, times = [], []
            for _ in range(count):
                begin = time.perf_counter()
                losses.append(step(batches[taken % len(batches)]))
                times.append(time.perf_counter() - begin)
                taken += 1
            connection.send({"losses": losses, "times": times, "peak": (peak_bytes or _peak_bytes)(), "before": before})
    except Exception as error:
        connection.send({"error": _described(error)})


class Worker:
    """One contestant at one program.

    Args:
        longest: Seconds after which one that is not ready is given up.

    Attributes:
        first: `first_loss` and `first_step_s` (seconds from the imports to the end of the first step), or `error`.
    """

    def __init__(
        self,
        contestant: str,
        program: str,
        setting: Setting,
        artifact: Path,
        environment: dict[str, str],
        longest: float | None = None,
    ):
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        arguments = (theirs, contestant, program, setting, artifact, environment)
        self._process = context.Process(target=_serve, args=arguments, daemon=True)
        self._process.start()
        theirs.close()
        self.first = self._answer(longest)

    def _answer(self, longest: float | None = None) -> dict[str, Any]:
        if not self._connection.poll(longest):
            self._process.kill()
            return {"error": f"not ready after {longest:g} s"}
        try:
            return self._connection.recv()
        except (EOFError, ConnectionResetError):
            self._process.join()
            return {"error": f"the process died (exit status {self._process.exitcode})"}

    def steps(self, count: int) -> dict[str, Any]:
        """`losses`, `times` in seconds, bytes at their `peak` and `before` the program; or `error`."""
        with contextlib.suppress(OSError):  # of a process that died, as the answer says
            self._connection.send(count)
        return self._answer()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._connection.send(None)
        self._process.join(10)
        if self._process.is_alive():
            self._process.kill()


def _once(connection, compiler: str, program: str, setting: Setting, artifact: Path, environment: dict[str, str]) -> None:
    _enter(environment)
    import compilers

    try:
        connection.send({"result": compilers.COMPILERS[compiler](program, setting, artifact)})
    except Exception as error:
        connection.send({"error": _described(error)})


def alone(compiler: str, program: str, setting: Setting, artifact: Path, environment: dict[str, str]) -> Any:
    """What one of `compilers.COMPILERS` returns, in a process of its own.

    Raises:
        Failed: it raised an error, or the process died.
    """
    context = multiprocessing.get_context("spawn")
    connection, theirs = context.Pipe(duplex=False)
    arguments = (theirs, compiler, program, setting, artifact, environment)
    process = context.Process(target=_once, args=arguments)
    process.start()
    theirs.close()
    try:
        answer = connection.recv()
    except EOFError:
        answer = {"error": "the process died"}
    process.join()
    if "error" in answer:
        raise Failed(answer["error"])
    return answer["result"]
