"""`fungc doctor`: proves the devices of this machine with known answers and says what each is good for."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Sequence

from .. import iree, proof, targets
from ..artifact import load
from ..runtime.build import Build
from ..errors import FungibleError, TargetError, UsageError
from ..runtime.devices import DRIVERS, Candidate, DriverMissing, of_driver

EXAMPLES = """\
Each row is a device and a target. A device is refused that does not report what the target
requires, or that gives a wrong answer to one of the known-answer checks, compiled for that target.
With an artifact the checks are its own and no compiler is needed.

exit codes: 0 a device is good for what was asked for, 1 none is, 2 usage

examples:
  fungc doctor                           every device, for the targets that fit it
  fungc doctor gpt.fung                  what an artifact can run on here
  fungc doctor --numerics exact          which devices give the same bits as all others
  fungc doctor --target vulkan:rdna3     whether a device here is good for one target
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("artifact", nargs="?", metavar="ARTIFACT", help="prove devices for the targets of this .fung file")
    parser.add_argument("--target", metavar="T", help="for this target or family alone")
    parser.add_argument(
        "--numerics",
        choices=("fast", "exact"),
        default="fast",
        help="exact: whether a device keeps exact numerics (order, fusion, rounding, subnormal numbers); default: fast",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")


def run(args: argparse.Namespace) -> int:
    if args.target is not None:
        targets.check_name(args.target)
    if args.artifact and args.numerics != "fast":
        raise UsageError(f"{args.artifact}: an artifact's checks are for its own numerics; leave --numerics out")
    rows = list(_of_artifact(args.artifact, args.target) if args.artifact else _of_machine(args.target, args.numerics))
    if args.json:
        print(json.dumps({"devices": rows, "drivers": _drivers()}))
    else:
        print(_table(rows))
        for driver, reason in _drivers().items():
            if reason is not None:
                print(f"{driver}: {reason}")
    return 0 if any(row["verdict"] == "good" for row in rows) else 1


def _of_artifact(path: str, wanted: str | None) -> Iterator[dict]:
    artifact = load(path)
    builds = [build for build in artifact.builds if wanted in (None, build.name, build.family)]
    if not builds:
        raise TargetError(f"{path}: not compiled for '{wanted}', only for {', '.join(artifact.targets)}")
    for build in builds:
        yield from _rows(build.name, build.driver, build.requires, lambda build=build: build)


def _of_machine(wanted: str | None, numerics: str) -> Iterator[dict]:
    known = [targets.resolve(name) for name in targets.names()]
    if wanted is None:
        fitting = set(_fitting())
        chosen = [target for target in known if target.name in fitting]
    else:
        chosen = [target for target in known if wanted in (target.name, target.family)]
    for target in chosen:
        yield from _rows(target.name, target.driver, target.requires, lambda target=target: _checks(target, numerics))


def _fitting() -> list[str]:
    """For each device the targets that are worth a row: the family's portable one and the most specific."""
    names: list[str] = []
    for driver in DRIVERS:
        try:
            candidates = of_driver(driver)
        except DriverMissing:
            continue
        for candidate in candidates:
            fitting = [
                target
                for target in map(targets.resolve, targets.names())
                if target.driver == driver and not candidate.report.missing(target.requires)
            ]
            portable = [target.name for target in fitting if target.name == target.family]
            specific = [target.name for target in fitting if target.name != target.family]
            # The last that fits is the newest; a CPU's own target is more specific than any level.
            names += portable if driver == "local-task" else [*portable, *specific[-1:]]
    return names


def _rows(name: str, driver: str, requires: Sequence[str], build: Callable[[], Build]) -> Iterator[dict]:
    """A row for each device of the driver; `build` gives the checks."""
    try:
        candidates = of_driver(driver)
    except DriverMissing as error:
        yield _row(name, None, "absent", str(error))
        return
    for candidate in candidates:
        missing = candidate.report.missing(tuple(requires))
        if missing:
            yield _row(name, candidate, "refused", f"lacks {', '.join(missing)}")
            continue
        try:
            found = proof.examine(candidate, build())
        except FungibleError as error:
            yield _row(name, candidate, "unknown", f"{error}; name an artifact, which brings its checks")
            continue
        if found.proved:
            yield _row(name, candidate, "good", f"{len(found.passed)} checks passed")
        else:
            yield _row(name, candidate, "refused", found.reason())


def _checks(target: targets.Target, numerics: str) -> Build:
    """A build of the checks alone.

    Raises:
        FungibleError: there is no compiler here.
    """
    iree.tool()
    try:
        from .. import compiler
    except ModuleNotFoundError as error:
        raise FungibleError(f"{error.name} is not installed, which compiles the checks") from None
    return Build.of(target, b"", *compiler.known_answers_for(target, numerics))


def _row(target: str, candidate: Candidate | None, verdict: str, reason: str) -> dict:
    device = None if candidate is None else candidate.report.name
    facts = [] if candidate is None else sorted(candidate.report.facts)
    return {"target": target, "device": device, "verdict": verdict, "reason": reason, "facts": facts}


def _drivers() -> dict[str, str | None]:
    """Driver -> why it has no device, or None."""
    states: dict[str, str | None] = {}
    for driver in DRIVERS:
        try:
            of_driver(driver)
            states[driver] = None
        except DriverMissing as error:
            states[driver] = str(error)
    return states


def _table(rows: Sequence[dict]) -> str:
    head = ("target", "device", "verdict", "reason")
    lines = [head, *((row["target"], row["device"] or "-", row["verdict"], row["reason"]) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(3)]
    return "\n".join("  ".join([*(f"{cell:{width}}" for cell, width in zip(line, widths)), line[3]]) for line in lines)
