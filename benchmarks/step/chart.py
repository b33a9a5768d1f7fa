"""Results as a bar chart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

_COLOURS = {
    "eager": "#b8b8b8", "inductor": "#8a8a8a", "jax": "#5c5c5c", "iree": "#7b9fc4", "tvm": "#b9cde2", "fungible": "#d1495b"
}  # fmt: skip


def draw(record: dict[str, Any], destination: Path) -> None:
    """How many times the best peer's step each contestant takes, for each program; one file, SVG or PNG by its name."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    programs = record["programs"]
    names = list(dict.fromkeys(name for result in programs.values() for name in result["contestants"]))
    figure = Figure(figsize=(10, 4), layout="constrained")
    axes = figure.subplots()
    width = 0.8 / len(names)
    for number, name in enumerate(names):
        heights = []
        for result in programs.values():
            steps = {n: found["step_ms"] for n, found in result["contestants"].items() if "step_ms" in found}
            peers = [step for n, step in steps.items() if n != "fungible"]
            heights.append(steps[name] / min(peers) if name in steps and peers else 0.0)
        places = [place + (number - (len(names) - 1) / 2) * width for place in range(len(programs))]
        axes.bar(places, heights, width, label=name, color=_COLOURS.get(name))
    axes.axhline(1, color="black", linewidth=0.8)
    axes.set_ylim(0, 3)
    axes.set_xticks(range(len(programs)), list(programs))
    axes.set_ylabel("time of a step, best peer = 1 (cut off at 3)")
    axes.legend(ncols=len(names))
    # Neither a date nor random names: the same results are the same file.
    with rc_context({"svg.hashsalt": "fungible"}):
        figure.savefig(destination, metadata={"Date": None} if destination.suffix == ".svg" else None)
