"""`fungc targets`: what programs can be compiled for."""

from __future__ import annotations

import argparse
import json

from .. import targets


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")


def run(args: argparse.Namespace) -> int:
    known = [targets.resolve(name) for name in targets.names()]
    if args.json:
        entries = [
            {
                "name": target.name,
                "summary": target.summary,
                "driver": target.driver,
                "trains_here": targets.trains_here(target),
                "flags": list(targets.flags([target])),
            }
            for target in known
        ]
        print(json.dumps({"targets": entries}))
        return 0
    width = max(len(target.name) for target in known)
    for target in known:
        mark = "  (trains here)" if targets.trains_here(target) else ""
        print(f"{target.name:{width}}  {target.summary}{mark}")
    return 0
