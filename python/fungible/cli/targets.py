"""`fungc targets`: what programs can be compiled for, and what this machine can run."""

from __future__ import annotations

import argparse
import json

from .. import iree, targets
from ..errors import FungibleError, TargetError
from ..runtime.devices import matching
from ..targets import Target

EXAMPLES = """\
examples:
  fungc targets                                        every target, and the devices here that report what it requires
  fungc targets --json | jq -r '.targets[] | select(.trains_here) | .name'
  fungc doctor                                         the devices here, proved with known answers
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")


def run(args: argparse.Namespace) -> int:
    compiles, why = _compiler()
    entries = [_entry(target, compiles) for target in map(targets.resolve, targets.names())]
    if args.json:
        print(json.dumps({"targets": entries}))
        return 0
    width = max(len(entry["name"]) for entry in entries)
    for entry in entries:
        mark = f"  (trains here: {entry['device']})" if entry["trains_here"] else ""
        print(f"{entry['name']:{width}}  {entry['summary']}{mark}")
    if not compiles:
        print(f"\nNothing can be compiled here: {why}")
    return 0


def _compiler() -> tuple[bool, str]:
    try:
        iree.tool()
    except FungibleError as error:
        return False, str(error)
    return True, ""


def _entry(target: Target, compiles: bool) -> dict:
    entry = {
        "name": target.name,
        "summary": target.summary,
        "driver": target.driver,
        "compiles_here": compiles,
        "requires": list(target.requires),
        "lacks": list(target.lacks),
        "flags": list(targets.flags(target)),
    }
    try:
        device = matching(target.name, target.driver, target.requires)[0]
    except TargetError as error:
        return {**entry, "trains_here": False, "device": None, "reason": str(error)}
    return {**entry, "trains_here": True, "device": device.report.name, "reason": None}
