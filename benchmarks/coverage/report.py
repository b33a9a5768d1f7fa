"""The results of sweeps as lines, a summary, and the page of the docs."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parents[2] / "docs" / "coverage.md"

TITLES = {
    "modules": "Modules (`module_db`)",
    "optimizers": "Optimizers (`optim_db`)",
    "operators": "Operators with autograd (`op_db`)",
    "architectures": "Architectures",
}


def line(row: dict[str, Any]) -> str:
    verdicts = []
    for target, result in row["targets"].items():
        detail = f" at {result['stage']}: {result['reason']}" if result["status"] == "fail" else ""
        verdicts.append(f"{target} {result['status']}{detail}")
    return f"{row['suite']}/{row['name']} ({row['seconds']:.1f} s): {'; '.join(verdicts)}"


def _counts(rows: list[dict[str, Any]], suite: str) -> dict[str, Counter]:
    counts: dict[str, Counter] = {}
    for row in rows:
        if row["suite"] == suite:
            for target, result in row["targets"].items():
                kind = result["stage"] if result["status"] == "fail" else result["status"]
                counts.setdefault(target, Counter())[kind] += 1
    return counts


def summary(rows: list[dict[str, Any]]) -> str:
    lines = []
    for suite in TITLES:
        total = sum(row["suite"] == suite for row in rows)
        for target, count in _counts(rows, suite).items():
            others = ", ".join(f"{n} {kind}" for kind, n in count.most_common() if kind != "pass")
            lines.append(f"{suite} on {target}: {count['pass']} of {total} pass" + (f" ({others})" if others else ""))
    return "\n".join(lines)


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("|", "\\|")


def page(rows: list[dict[str, Any]], source: list[str]) -> str:
    """The page of the docs: how many pass, and all that do not, with reasons."""
    targets = list(dict.fromkeys(target for row in rows for target in row["targets"]))
    text = [
        "<!-- Written by `python benchmarks/coverage report`; rerun that instead of editing. -->",
        "# Coverage",
        "",
        "PyTorch's own test databases and real architectures: forward, backward and update of the compiled",
        "program against PyTorch eager, within the tolerance of PyTorch's own tests for float32",
        "(architectures: twenty losses within 1e-3). A target is tried for the rows that pass on the one before it.",
        f"Results: {', '.join(f'`{name}`' for name in source)}.",
        "",
        f"| suite | rows | {' | '.join(f'pass on `{t}`' for t in targets)} |",
        f"| --- | --- |{' --- |' * len(targets)}",
    ]
    for suite, title in TITLES.items():
        counts = _counts(rows, suite)
        total = sum(row["suite"] == suite for row in rows)
        if total:
            text.append(f"| {title} | {total} | {' | '.join(str(counts.get(t, Counter())['pass']) for t in targets)} |")
    for suite, title in TITLES.items():
        failing = [
            (row["name"], target, result)
            for row in rows
            if row["suite"] == suite
            for target, result in row["targets"].items()
            if result["status"] != "pass"
        ]
        if failing:
            text += ["", f"## {title}: what does not pass", "", "| row | target | stage | reason |", "| --- | --- | --- | --- |"]
            text += [
                f"| `{name}` | `{target}` | {result.get('stage', result['status'])} | {_cell(result['reason'])} |"
                for name, target, result in failing
            ]
    return "\n".join(text) + "\n"


def main(arguments: list[str]) -> int:
    """Merges files and writes the page; with `--check` fails where the page is another one."""
    check = "--check" in arguments
    files = [name for name in arguments if name != "--check"]
    if not files:
        print("usage: python benchmarks/coverage report [--check] FILE.json [FILE.json ...]", file=sys.stderr)
        return 2
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for name in files:
        for row in json.loads(Path(name).read_text())["rows"]:
            known = rows.setdefault((row["suite"], row["name"]), {**row, "targets": {}})
            known["targets"].update(row["targets"])
    order = {suite: place for place, suite in enumerate(TITLES)}
    merged = sorted(rows.values(), key=lambda row: (order[row["suite"]], row["name"]))
    text = page(merged, [Path(name).name for name in files])
    if check and PAGE.read_text() != text:
        print(f"{PAGE.name} is not what the results say; run the same command without --check", file=sys.stderr)
        return 1
    if not check:
        PAGE.write_text(text)
    print(summary(merged))
    return 0
