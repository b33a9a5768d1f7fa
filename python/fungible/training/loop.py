"""The steps of a run, and what happens between them."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import DeviceError, FungibleError, InputError
from . import evaluation, loss_curve
from .check import Check
from .cursor import BatchCursor
from .host import loss_of
from .interrupts import Interrupts
from .progress import Progress
from .run_directory import RunDirectory


class NotFinite(FungibleError):
    """The loss or the state is no longer a number."""


@dataclass
class Plan:
    """What a run does besides steps.

    Attributes:
        steps: Of the whole run, those before a resumption included.
        checkpoint_every: Steps from one checkpoint to the next.
        evaluate_every: Steps from one evaluation to the next; there is one at the end anyway.
        evaluate_batches: None for no evaluation.
    """

    steps: int
    seed: int
    checkpoint_every: int
    evaluate_every: int
    evaluate_batches: Iterable | None = None
    title: str = "training"


@dataclass
class Outcome:
    """How far a run has come; what is there when it fails stays true."""

    step: int
    interrupted: bool = False
    seconds: list[float] = field(default_factory=list)
    evaluation: dict[str, float] | None = None
    checkpoint: Path | None = None


def run(
    session: Any,
    cursor: BatchCursor,
    directory: RunDirectory,
    plan: Plan,
    progress: Progress,
    outcome: Outcome,
    check: Check | None = None,
) -> Outcome:
    """Makes the steps after `outcome.step`; a checkpoint is there when it returns.

    Raises:
        NotFinite: the loss or the trained state is NaN or infinite. The newest checkpoint is
            one from before that.
        DeviceError: the device failed; the checkpoints are as they were.
        FungibleError: a batch that does not fit, a full disk, or a step that the check rejects.
    """
    try:
        with Interrupts() as interrupts:
            while outcome.step < plan.steps and not interrupts.requested:
                _step(session, cursor, directory, progress, check, outcome)
                _between(session, cursor, directory, plan, progress, outcome, interrupts.requested)
            outcome.interrupted = outcome.step < plan.steps
    except DeviceError as error:
        with contextlib.suppress(FungibleError):  # the first error is the one to hear of
            _draw(directory, plan)
        hint = f"go on with: fungc train --resume {directory.path}" if directory.checkpoints() else "start again"
        raise DeviceError(f"step {outcome.step + 1}: {error}; {_last_good(directory)}; {hint}") from error
    except BaseException:
        with contextlib.suppress(FungibleError):  # the first error is the one to hear of
            _draw(directory, plan)
        raise
    finally:
        progress.close()
    _draw(directory, plan)
    return outcome


def _between(session, cursor, directory, plan, progress, outcome, leaving: bool) -> None:
    """What is due after a step."""
    step = outcome.step
    last = step == plan.steps
    if plan.evaluate_batches is not None and (last or step % plan.evaluate_every == 0):
        outcome.evaluation = evaluation.evaluate(session, plan.evaluate_batches, plan.seed)
        directory.log({"step": step, "evaluation": outcome.evaluation})
        progress.say(f"step {step}: held out: {evaluation.text_of(outcome.evaluation)}")
    if last or leaving or step % plan.checkpoint_every == 0:
        outcome.checkpoint = _save(session, cursor, directory, step)


def _draw(directory: RunDirectory, plan: Plan) -> None:
    loss_curve.draw(directory.loss_curve, directory.metrics(), plan.title)


def _step(session, cursor, directory, progress, check, outcome) -> None:
    batch = cursor.next()
    started = time.perf_counter()
    try:
        outputs = session.step(batch)
    except InputError as error:
        raise InputError(f"step {outcome.step + 1}: {error}") from None
    loss = loss_of(outputs)
    outcome.seconds.append(time.perf_counter() - started)
    outcome.step += 1
    directory.log({"step": outcome.step, "loss": loss, "seconds": round(outcome.seconds[-1], 6)})
    if not math.isfinite(loss):
        raise NotFinite(f"the loss is {loss} at step {outcome.step}; {_last_good(directory)}")
    if check is not None:
        check.after(session, batch, outputs, outcome.step)
    progress.step(outcome.step, loss)


def _save(session, cursor, directory: RunDirectory, step: int) -> Path:
    _require_finite(session, directory, step)
    path = directory.checkpoint(step)
    session.save(path, step=step, extra={"batches": cursor.state()})
    directory.remove_old_checkpoints()
    return path


def _require_finite(session, directory: RunDirectory, step: int) -> None:
    """A finite loss can leave bad parameters behind, which only the next step would show."""
    for spec in session.artifact.schema.state:
        if spec.role in ("parameter", "optimizer"):
            value = np.asarray(session.state[spec.name])
            if value.dtype.kind not in "biu" and not np.isfinite(value.astype(np.float64)).all():
                raise NotFinite(f"{spec.name} is not finite after step {step}; {_last_good(directory)}")


def _last_good(directory: RunDirectory) -> str:
    checkpoints = directory.checkpoints()
    if not checkpoints:
        return "no checkpoint was saved before"
    return f"the last good checkpoint is {checkpoints[-1][1]}"
