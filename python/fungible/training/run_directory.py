"""The folder of a run: settings, metrics, loss curve, artifact, checkpoints."""

from __future__ import annotations

import json
import math
import os
import re
from pathlib import Path
from typing import Any

from ..errors import CheckpointError, FungibleError
from ..files import write_atomically

#: Checkpoints that are kept, the newest among them.
KEPT = 3


class RunDirectory:
    """`run.json`, `metrics.jsonl`, `loss.png`, `program.fung` and
    `checkpoints/step-NNNNNN.safetensors`.

    `metrics.jsonl` has one line a step, `{"step": 1, "loss": 5.6, "seconds": 0.2}`, and one
    for each evaluation, `{"step": 100, "evaluation": {"loss": 2.3}}`. A number that is not
    finite is `null`.
    """

    def __init__(self, path: str | os.PathLike):
        self.path = Path(path)
        self.artifact = self.path / "program.fung"
        self.loss_curve = self.path / "loss.png"
        self._settings = self.path / "run.json"
        self._metrics = self.path / "metrics.jsonl"
        self._checkpoints = self.path / "checkpoints"

    @classmethod
    def create(cls, path: str | os.PathLike) -> RunDirectory:
        """A folder for a new run; it may exist, but not hold a run.

        Raises:
            FungibleError: it holds one, or it cannot be written.
        """
        directory = cls(path)
        if directory._settings.exists():
            raise FungibleError(f"{path}: holds a run already; go on with it by --resume {path}, or choose another --out")
        try:
            directory._checkpoints.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FungibleError(f"cannot write {path}: {error.strerror}") from None
        directory._append("")  # says now what would otherwise be said after the compilation
        return directory

    @classmethod
    def create_numbered(cls, path: str | os.PathLike) -> RunDirectory:
        """The same, with `-2`, `-3`, ... after the name while there is a run of that name."""
        number, candidate = 1, Path(path)
        while (candidate / "run.json").exists():
            number += 1
            candidate = Path(f"{path}-{number}")
        return cls.create(candidate)

    @classmethod
    def open(cls, path: str | os.PathLike) -> RunDirectory:
        """The folder of a run that was begun.

        Raises:
            FungibleError: it holds no run.
        """
        directory = cls(path)
        if not directory._settings.is_file():
            raise FungibleError(f"{path}: holds no run (there is no {directory._settings.name} in it)")
        return directory

    def write_settings(self, settings: dict[str, Any]) -> None:
        """Raises FungibleError if the disk does not allow it."""
        text = json.dumps(settings, indent=2) + "\n"
        write_atomically(self._settings, lambda file: file.write(text.encode()))

    def read_settings(self) -> dict[str, Any]:
        """Raises FungibleError if they are damaged."""
        try:
            settings = json.loads(self._settings.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise FungibleError(f"{self._settings}: cannot be read ({error})") from None
        if not isinstance(settings, dict):
            raise FungibleError(f"{self._settings}: not the settings of a run")
        return settings

    def log(self, entry: dict[str, Any]) -> None:
        """Adds a line to the metrics.

        Raises:
            FungibleError: the disk does not allow it.
        """
        self._append(json.dumps(finite(entry)) + "\n")

    def _append(self, text: str) -> None:
        try:
            with self._metrics.open("a", encoding="utf-8") as file:
                file.write(text)
        except OSError as error:
            raise FungibleError(f"cannot write {self._metrics}: {error.strerror}") from None

    def metrics(self) -> list[dict[str, Any]]:
        """The lines so far; one that a crash left unfinished is no line."""
        if not self._metrics.exists():
            return []
        entries = []
        for line in self._metrics.read_text(encoding="utf-8").splitlines():
            try:
                entries.append(json.loads(line))
            except ValueError:
                continue
        return entries

    def losses(self) -> list[float]:
        """The loss of each step so far."""
        losses = (entry["loss"] for entry in self.metrics() if "loss" in entry)
        return [math.nan if loss is None else loss for loss in losses]

    def forget_after(self, step: int) -> None:
        """Drops the metrics of later steps, which are going to be made again."""
        kept = [json.dumps(entry) + "\n" for entry in self.metrics() if entry.get("step", 0) <= step]
        write_atomically(self._metrics, lambda file: file.write("".join(kept).encode()))

    def checkpoint(self, step: int) -> Path:
        """Where the checkpoint after that step is, or will be."""
        return self._checkpoints / f"step-{step:06d}.safetensors"

    def checkpoints(self) -> list[tuple[int, Path]]:
        """Steps and files of the checkpoints, oldest first."""
        if not self._checkpoints.is_dir():
            return []
        matches = ((re.fullmatch(r"step-(\d+)\.safetensors", path.name), path) for path in self._checkpoints.iterdir())
        return sorted((int(match[1]), path) for match, path in matches if match)

    def newest_checkpoint(self) -> tuple[int, Path]:
        """Raises CheckpointError if there is none."""
        checkpoints = self.checkpoints()
        if not checkpoints:
            raise CheckpointError(f"{self.path}: has no checkpoint to resume from")
        return checkpoints[-1]

    def remove_old_checkpoints(self) -> None:
        for _, path in self.checkpoints()[:-KEPT]:
            path.unlink(missing_ok=True)


def finite(value: Any) -> Any:
    """The same JSON value with `null` for numbers that JSON does not have."""
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
