"""How much of PyTorch trains: its own test databases and real architectures, against eager.

    python benchmarks/coverage [--suites S,S] [--targets cpu,vulkan] [--rows PATTERN] [--shard I/N]
                               [--jobs 2] [--limit SECONDS] [--out FILE.json]
    python benchmarks/coverage report [--check] FILE.json [FILE.json ...]

Suites: `modules` (module_db), `optimizers` (optim_db), `operators` (op_db with autograd),
`architectures` (transformers and others). A row passes on a target where forward, backward and
update agree with PyTorch eager within the tolerance of PyTorch's own tests; each runs in a process
of its own. A target is tried for the rows that pass on the one before. `--rows` takes a regular
expression that has to match the whole of `suite/name`; with it, or with a shard, results that
the file already has for other rows stay. `report` merges files and writes docs/coverage.md; with
`--check` it says whether the page is what the files say.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

LIMITS = {"architectures": 240.0, "optimizers": 180.0}


def _shard(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d+)/(\d+)", text)
    if not match or not 1 <= int(match[1]) <= int(match[2]):
        raise argparse.ArgumentTypeError("expects I/N, from 1/N to N/N")
    return int(match[1]), int(match[2])


def _names(text: str) -> list[str]:
    return [name for name in text.split(",") if name]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], epilog=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--suites", type=_names, default=["modules", "optimizers", "operators", "architectures"])
    parser.add_argument("--targets", type=_names, default=["cpu"])
    parser.add_argument("--rows", type=re.compile, help="of suite/name; a regular expression for all of it")
    parser.add_argument("--shard", type=_shard, default=(1, 1), metavar="I/N")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--limit", type=float, help="seconds for each row and target")
    parser.add_argument("--out", type=Path)
    return parser


def _rows(options: argparse.Namespace) -> list[tuple[str, str]]:
    import row

    rows = [(suite, name) for suite in options.suites for name in row.suite(suite).names()]
    if options.rows:
        rows = [(suite, name) for suite, name in rows if options.rows.fullmatch(f"{suite}/{name}")]
    index, count = options.shard
    return rows[index - 1 :: count]


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["report"]:
        import report

        return report.main(arguments[1:])
    options = _parser().parse_args(arguments)
    import host
    import report
    import sweep

    rows = _rows(options)
    if not rows:
        print("error: no row matches", file=sys.stderr)
        return 2
    results = {}
    if options.out and options.out.exists():
        results = {(r["suite"], r["name"]): r for r in json.loads(options.out.read_text())["rows"]}
    limits = {suite: options.limit or LIMITS.get(suite, 60.0) for suite in options.suites}
    found = sweep.sweep(rows, options.targets, options.jobs, lambda suite: limits[suite] * len(options.targets))
    for number, result in enumerate(found, 1):
        results[result["suite"], result["name"]] = result
        print(f"[{number}/{len(rows)}] {report.line(result)}", flush=True)
        if options.out:
            text = json.dumps({**host.describe(), "rows": list(results.values())}, indent=1)
            options.out.write_text(text + "\n")
    print(report.summary(list(results.values())))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
