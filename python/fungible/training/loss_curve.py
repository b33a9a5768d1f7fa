"""A run as a picture."""

from __future__ import annotations

import importlib.util
import io
from pathlib import Path
from typing import Any

from ..files import write_atomically


def draw(path: Path, metrics: list[dict[str, Any]], title: str) -> None:
    """Writes a PNG of the loss of every step, its running mean, and the held-out loss; nothing
    where matplotlib is not installed, which a machine that only trains can do without.

    Raises:
        FungibleError: the file cannot be written.
    """
    if importlib.util.find_spec("matplotlib") is None:
        return
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    steps = [(entry["step"], entry["loss"]) for entry in metrics if entry.get("loss") is not None]
    held_out = [
        (entry["step"], entry["evaluation"]["loss"])
        for entry in metrics
        if entry.get("evaluation", {}).get("loss") is not None
    ]
    # No pyplot: it keeps figures alive and may look for a display.
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot(xlabel="step", ylabel="loss", title=title)
    if steps:
        numbers, losses = zip(*steps)
        axes.plot(numbers, losses, color="tab:blue", alpha=0.35, linewidth=1, label="training")
        window = max(1, len(losses) // 50)
        if window > 1:
            axes.plot(numbers, _running_mean(losses, window), color="tab:blue", label=f"mean of {window} steps")
    if held_out:
        axes.plot(*zip(*held_out), color="tab:orange", marker="o", markersize=4, label="held out")
    if steps or held_out:
        axes.legend()
    axes.grid(alpha=0.3)
    image = io.BytesIO()
    figure.savefig(image, format="png", dpi=120)
    write_atomically(path, lambda file: file.write(image.getvalue()))


def _running_mean(values: tuple[float, ...], window: int) -> list[float]:
    """The mean of the last `window` values at each place, of fewer at the beginning."""
    result, total = [], 0.0
    for index, value in enumerate(values):
        total += value
        if index >= window:
            total -= values[index - window]
        result.append(total / min(index + 1, window))
    return result
