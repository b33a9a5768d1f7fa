"""A run from its settings to its report."""

from __future__ import annotations

import contextlib
import statistics
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..artifact import Artifact, load
from ..errors import CheckpointError, FungibleError, TargetError
from ..runtime.devices import matching
from ..targets import resolve
from . import data, loop
from .check import Check
from .cursor import BatchCursor
from .memory import peak_rss_mb
from .program_file import load_program
from .progress import Progress, items_of
from .run_directory import finite
from .settings import STEPS, Settings

if TYPE_CHECKING:
    from ..program import Program
    from ..runtime.session import Session


def _runs_here(artifact: Artifact, target: str) -> bool:
    """Whether the artifact has code for a target or its family that a device here reports to fit."""
    for build in artifact.builds:
        if target in (build.name, build.family):
            with contextlib.suppress(TargetError):
                return bool(matching(build.name, build.driver, build.requires))
    return False


class Job:
    """Compiles or loads, opens the device, comes back to the checkpoint of a resumed run, and trains."""

    def __init__(self, settings: Settings, quiet: bool = False):
        """Raises FungibleError for whatever is wrong with the program, its data or the device."""
        self._settings = settings
        self._directory = settings.directory
        self._quiet = quiet
        self.program: Program | None = None
        if settings.is_source:
            target = resolve(settings.target or "cpu")
            matching(target.name, target.driver, target.requires)  # what does not run here is not worth compiling
            self._say_if_changed()
            self.program = load_program(settings.program, settings.seed)
        settings.steps = settings.steps or (self.program and self.program.steps) or STEPS
        if self.program is not None:
            self.program.horizon = max(self.program.horizon, settings.steps + 1)
        self.artifact, self._compile_s = self._compiled()
        self._require_schedule()
        self.session: Session = self.artifact.on(settings.target)
        self._cursor = BatchCursor(self._batches(), settings.seed)
        self._first = self._restore() if settings.resumed else 0
        if settings.steps < self._first:
            raise FungibleError(f"{self._directory.path}: has made {self._first} steps already, and {settings.steps} are asked for")
        settings.write()
        self._outcome = loop.Outcome(self._first)

    def _say_if_changed(self) -> None:
        if self._settings.resumed and self._settings.program_has_changed():
            print(
                f"warning: {self._settings.program} has changed since the run was begun; its model and step stay as"
                f" they are in {self._directory.artifact}",
                file=sys.stderr,
            )

    def _compiled(self) -> tuple[Artifact, float]:
        started = time.perf_counter()
        if self._settings.resumed:
            artifact = self._with_target(load(self._directory.artifact))
        elif self.program is not None:
            self._say(f"compiling {self._settings.program} for {self._settings.target or 'cpu'}")
            artifact = self.program.compile(
                [self._settings.target or "cpu"], self._settings.numerics, self._settings.memory_budget, self._settings.tuning
            )
            artifact.save(self._directory.artifact)
        else:
            artifact = load(self._settings.program)
            artifact.save(self._directory.artifact)
        if self._settings.numerics == "exact" and artifact.numerics != "exact":
            raise FungibleError(f"{self._settings.program}: was compiled with {artifact.numerics} numerics; compile it with --numerics exact")
        return artifact, time.perf_counter() - started

    def _with_target(self, artifact: Artifact) -> Artifact:
        """The artifact of a resumed run, with code for the target that it goes on with."""
        target = self._settings.target
        if target is None or self.program is None or _runs_here(artifact, target):
            return artifact
        self._say(f"compiling {self._settings.program} for {target}")
        added = self.program.compile([target], artifact.numerics, self._settings.memory_budget, self._settings.tuning)
        if added.fingerprint != artifact.fingerprint:
            raise FungibleError(
                f"{self._settings.program} is not the program that {self._directory.path} was begun with, so that it"
                f" cannot be compiled for '{target}'; go on with {' or '.join(artifact.targets)}"
            )
        artifact = replace(artifact, builds=(*artifact.builds, *added.builds))
        artifact.save(self._directory.artifact)
        return artifact

    def _require_schedule(self) -> None:
        for spec in self.artifact.schema.state:
            if spec.name.endswith(".lr_table") and spec.shape[-1] <= self._settings.steps:
                raise FungibleError(
                    f"the learning-rate schedule was computed for {spec.shape[-1] - 1} steps when the program was"
                    f" compiled, and {self._settings.steps} are asked for; start a new run from the program with --steps,"
                    " if the scheduler itself goes on"
                )

    def _batches(self) -> Any:
        settings = self._settings
        if settings.data is not None:
            buckets = [entry.inputs for entry in self.artifact.schema.buckets("step").values()]
            return data.load(settings.data, buckets, settings.seed)
        return self.program.batches

    def _restore(self) -> int:
        step, path = self._directory.newest_checkpoint()
        checkpoint = self.session.restore(path)
        place = checkpoint.extra.get("batches")
        if checkpoint.step != step or place is None:
            raise CheckpointError(f"{path}: was not saved by fungc train after step {step}")
        self._cursor.restore(place)
        self._directory.forget_after(step)
        self._say(f"resuming after step {step}")
        return step

    def _say(self, text: str) -> None:
        if not self._quiet:
            print(text, file=sys.stderr, flush=True)

    def run(self, check: bool = False) -> loop.Outcome:
        """Trains; see `loop.run`."""
        settings = self._settings
        checker = self._checker() if check else None
        if self.program is not None:
            import torch

            # Torch's threads spin for a while after each operation, on the cores that the device needs.
            torch.set_num_threads(1)
        buckets = [entry.inputs for entry in self.artifact.schema.buckets("step").values()]
        items = items_of(buckets[0]) if len(buckets) == 1 else None
        self._say(f"training on {self.session.device.name}: steps {self._first + 1} to {settings.steps}, in {self._directory.path}")
        plan = loop.Plan(
            steps=settings.steps,
            seed=settings.seed,
            checkpoint_every=settings.checkpoint_every,
            evaluate_every=settings.evaluate_every,
            evaluate_batches=self.program.evaluate_batches if self.program is not None else None,
            title=settings.name,
        )
        progress = Progress(self._first, settings.steps, items, self._quiet)
        loop.run(self.session, self._cursor, self._directory, plan, progress, self._outcome, checker)
        if checker is not None:
            self._say(f"--check: all {checker.steps} steps agree with PyTorch eager")
        return self._outcome

    def _checker(self) -> Check:
        if self.program is None:
            raise FungibleError("--check needs the program's Python file, for PyTorch to run beside it")
        checker = Check(self.program, self.session)
        if self._settings.resumed:
            checker.resume(self.session)
        else:
            checker.compare_initial()
        return checker

    def finish(self) -> str | None:
        """What the program has to say after training."""
        made = [self._directory.loss_curve, self._outcome.checkpoint or self._directory.newest_checkpoint()[1]]
        self._say(f"done: {', '.join(str(path) for path in made if path.exists())}")
        if self.program is None or self.program.finish is None:
            return None
        return self.program.finish(self.session)

    def report(self) -> dict[str, Any]:
        """The object that `--json` prints."""
        losses = self._directory.losses()
        seconds = self._outcome.seconds
        report = {
            "target": self.session.target.name,
            "device": self.session.device.name,
            "numerics": self.artifact.numerics,
            "steps": self._outcome.step,
            "loss_first": losses[0] if losses else None,
            "loss_last": losses[-1] if losses else None,
            "losses": losses,
            "step_ms_median": round(1e3 * statistics.median(seconds), 3) if seconds else None,
            "compile_s": round(self._compile_s, 3),
            "peak_rss_mb": round(peak_rss_mb(), 1),
            "state_digest": self.session.state_digest(),
            "resumed_from": self._first if self._settings.resumed else None,
            "interrupted": self._outcome.interrupted,
            "evaluation": self._outcome.evaluation,
            "out": str(self._directory.path),
        }
        return finite(report)
