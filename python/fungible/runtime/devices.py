"""The devices of this machine, and the one among them that may run a target's code."""

import functools
import threading
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass

import iree.runtime as rt

from ..errors import TargetError
from . import facts
from .device import Device, first_line, instance
from .facts import Report
from .heap import allocators, keep_freed_memory, prepare
from .staging import Staging
from .waiting import without_preempting
from .workers import workers

#: Drivers of IREE's runtime, the fastest devices first.
DRIVERS = ("cuda", "hip", "metal", "vulkan", "local-task")


@dataclass(frozen=True)
class Candidate:
    """A device that can be opened.

    Attributes:
        driver: Of IREE's runtime.
        path: What the driver calls it; empty for the CPU.
        report: What it says of itself.
    """

    driver: str
    path: str
    report: Report

    def open(self, in_calling_thread: bool = False) -> Device:
        """One handle for all sessions of the process.

        Args:
            in_calling_thread: Of a CPU, which then computes in the thread that calls a function.

        Raises:
            TargetError: the driver does not give it.
        """
        driver = "local-sync" if in_calling_thread and self.driver == "local-task" else self.driver
        return _open(driver, self.path, self.report)


class DriverMissing(TargetError):
    """The driver of a kind of device is not installed, or finds none."""


@functools.cache
def of_driver(driver: str) -> tuple[Candidate, ...]:
    """The devices of a driver, those that a CPU stands in for last.

    Raises:
        DriverMissing: there are none; the message has the driver's own reason.
    """
    if driver == "local-task":
        return (Candidate(driver, "", facts.local()),)
    prepare(driver)
    try:
        hal_driver = rt.get_driver(driver)
        found = hal_driver.query_available_devices()
        reports = [facts.parse(driver, info["name"], hal_driver.dump_device_info(info["device_id"])) for info in found]
    except (RuntimeError, ValueError) as error:
        raise DriverMissing(f"no {driver} driver: {first_line(error)}") from None
    if not found:
        raise DriverMissing(f"the {driver} driver finds no device")
    candidates = [Candidate(driver, info["path"], report) for info, report in zip(found, reports, strict=True)]
    return tuple(sorted(candidates, key=lambda candidate: candidate.report.emulated))


def matching(name: str, driver: str, requires: Sequence[str]) -> list[Candidate]:
    """The devices that report all that a target requires; at least one.

    Args:
        name: Of the target, for the message.

    Raises:
        DriverMissing: no device of that kind.
        TargetError: there are some, and each lacks something; the message says what.
    """
    try:
        candidates = of_driver(driver)
    except DriverMissing as error:
        raise DriverMissing(f"'{name}' cannot run here: {error}") from None
    missing = {candidate: candidate.report.missing(tuple(requires)) for candidate in candidates}
    found = [candidate for candidate in candidates if not missing[candidate]]
    if found:
        return found
    reasons = [f"{candidate.report.name} lacks {', '.join(lacks)}" for candidate, lacks in missing.items()]
    raise TargetError(f"'{name}' cannot run here: {'; '.join(reasons)}")


@functools.cache
def _open(driver: str, path: str, report: Report) -> Device:
    if driver == "local-task":
        keep_freed_memory()
        with workers() as count:
            hal = rt.get_driver(driver).create_default_device()
        threads = "1 thread" if count == 1 else f"{count} threads"
        return Device(f"cpu, {threads}", report, instance(), hal, Staging(hal), mapped=True, waiting=without_preempting)
    alone = threading.RLock()
    if driver == "local-sync":
        keep_freed_memory()
        hal = rt.get_driver(driver).create_default_device()
        return Device("cpu, 1 thread", report, instance(), hal, Staging(hal), mapped=True, waiting=lambda: alone)
    for kept in allocators(driver):
        try:
            hal = rt.get_driver(driver).create_device_by_uri(f"{driver}://{path}", allocators=kept)
        except (RuntimeError, ValueError) as error:
            failure = error
        else:
            # While kept memory is given back, calls of other threads wait.
            waiting = (lambda: alone) if kept else nullcontext
            return Device(f"{driver}, {report.name}", report, instance(), hal, Staging(hal), caching=bool(kept), waiting=waiting)
    raise TargetError(f"{report.name} cannot be opened: {first_line(failure)}") from failure


def close_all() -> None:
    """Lets go of the devices that were opened; sessions keep theirs."""
    _open.cache_clear()
    instance.cache_clear()
