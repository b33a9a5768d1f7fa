"""Results as lines and as a table."""

from __future__ import annotations

import math
from typing import Any


def lines(name: str, result: dict[str, Any]) -> str:
    parts = []
    for contestant, found in result["contestants"].items():
        parts.append(f"{contestant} {found['step_ms']:.3g} ms" if "step_ms" in found else f"{contestant}: {found['error']}")
    ratio = f"; {result['ratio']:.2f} of the best peer" if result["ratio"] else ""
    return f"{name}: {', '.join(parts)}{ratio}"


def _rate(result: dict[str, Any]) -> str:
    own = result["contestants"].get("fungible", {}).get("step_ms")
    if not own or not result["product_gflops"]:
        return ""
    return f"{100 * result['flops'] / (own / 1e3) / 1e9 / result['product_gflops']:.0f} %"


def _megabytes(found: dict[str, Any]) -> str:
    return f"{(found['peak_bytes'] - found['bytes_before']) / 1e6:.0f}" if found.get("peak_bytes") else "-"


def _reasons(programs: dict[str, Any]) -> list[str]:
    """Why a contestant has no time: one line for each reason, with the programs."""
    found: dict[tuple[str, str], list[str]] = {}
    for name, result in programs.items():
        for contestant, measured in result["contestants"].items():
            if "error" in measured:
                found.setdefault((contestant, measured["error"]), []).append(f"`{name}`")
    lines = [f"- {contestant}, {', '.join(names)}: {reason}" for (contestant, reason), names in found.items()]
    return ["", *lines] if lines else []


def _spread(programs: dict[str, Any]) -> list[str]:
    compared = {name: result["ratios"] for name, result in programs.items() if result["ratio"]}
    return [f"`{name}` {', '.join(f'{ratio:.2f}' for ratio in ratios)}" for name, ratios in compared.items()]


def table(record: dict[str, Any]) -> str:
    """Markdown: a step in milliseconds, its ratio to the best peer's, and what else was measured."""
    names = list(dict.fromkeys(name for result in record["programs"].values() for name in result["contestants"]))
    text = [
        f"| program | {' | '.join(names)} | ratio | of the fastest product's rate | MB: {', '.join(names)} |",
        f"| --- |{' --- |' * (len(names) + 3)}",
    ]
    for name, result in record["programs"].items():
        found = [result["contestants"].get(contestant, {}) for contestant in names]
        steps = [f"{each['step_ms']:.3g}" if "step_ms" in each else "-" for each in found]
        ratio = f"{result['ratio']:.2f}" if result["ratio"] else "-"
        text.append(f"| `{name}` | {' | '.join(steps)} | {ratio} | {_rate(result)} | {', '.join(map(_megabytes, found))} |")
    text += _reasons(record["programs"])
    ratios = [result["ratio"] for result in record["programs"].values() if result["ratio"]]
    if ratios:
        mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
        text += ["", f"Geometric mean of the ratios: {mean:.3f}; the largest: {max(ratios):.2f}."]
    if "runs" in record:
        text += ["", f"The ratios of the {record['runs']} runs: {'; '.join(_spread(record['programs']))}."]
    return "\n".join(text)
