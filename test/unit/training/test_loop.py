"""The steps of a run: metrics, checkpoints, interruptions, losses that are no number."""

import math
import os
import signal

import numpy as np
import pytest

from fungible.errors import DeviceError, InputError
from fungible.training import evaluation
from fungible.training.cursor import BatchCursor
from fungible.training.loop import NotFinite, Outcome, Plan, run
from fungible.training.progress import Progress, items_of, shown_rate, shown_time
from fungible.training.run_directory import RunDirectory
from fungible.schema import TensorSpec

from .fakes import TorchSession, program


class Run:
    """A run in a folder, as `Job` puts it together."""

    def __init__(self, folder, spoil=None, resume=False, steps=12, evaluate_batches=None):
        own = program(dropout=0.5, scheduled=True)
        self.session = TorchSession(own, spoil)
        self.cursor = BatchCursor(own.batches, seed=0)
        self.directory = RunDirectory.open(folder) if resume else RunDirectory.create(folder)
        self.plan = Plan(steps, seed=0, checkpoint_every=5, evaluate_every=4, evaluate_batches=evaluate_batches)
        first = 0
        if resume:
            first, path = self.directory.newest_checkpoint()
            self.cursor.restore(self.session.restore(path).extra["batches"])
            self.directory.forget_after(first)
        else:
            self.directory.write_settings({})
        self.outcome = Outcome(first)

    def go(self):
        progress = Progress(self.outcome.step, self.plan.steps, (8, "samples"), quiet=True)
        return run(self.session, self.cursor, self.directory, self.plan, progress, self.outcome)


def interrupt(state, loss):
    os.kill(os.getpid(), signal.SIGINT)
    return loss


def checkpoints(directory):
    return [step for step, _ in directory.checkpoints()]


def test_a_run_leaves_its_files(tmp_path):
    whole = Run(tmp_path / "run")
    outcome = whole.go()
    assert (outcome.step, outcome.interrupted) == (12, False)
    assert len(outcome.seconds) == len(whole.directory.losses()) == 12
    assert checkpoints(whole.directory) == [5, 10, 12]
    assert whole.directory.loss_curve.exists()


@pytest.mark.parametrize("stop", [3, 7, 11])
def test_an_interrupted_run_goes_on_as_if_never_stopped(tmp_path, stop):
    whole = Run(tmp_path / "whole")
    whole.go()
    stopped = Run(tmp_path / "stopped", {stop: interrupt})
    outcome = stopped.go()
    assert (outcome.step, outcome.interrupted) == (stop, True)
    assert checkpoints(stopped.directory)[-1] == stop
    resumed = Run(tmp_path / "stopped", resume=True)
    assert resumed.go().step == 12
    assert resumed.session.state_digest() == whole.session.state_digest()
    assert resumed.directory.losses() == whole.directory.losses()


def test_the_handlers_are_put_back(tmp_path):
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    Run(tmp_path / "run", {2: interrupt}).go()
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


def test_a_second_interrupt_does_not_wait(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        Run(tmp_path / "run", {2: lambda state, loss: interrupt(state, interrupt(state, loss))}).go()


def test_an_interrupt_at_the_last_step_is_the_end(tmp_path):
    assert not Run(tmp_path / "run", {12: interrupt}).go().interrupted


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_loss_that_is_no_number_keeps_the_last_good_checkpoint(tmp_path, bad):
    spoilt = Run(tmp_path / "run", {7: lambda state, loss: bad})
    with pytest.raises(NotFinite, match=rf"the loss is {bad} at step 7; the last good checkpoint is .*step-000005"):
        spoilt.go()
    assert checkpoints(spoilt.directory) == [5]
    assert spoilt.outcome.step == 7
    assert math.isnan(spoilt.directory.losses()[-1])


def lose_the_device(state, loss):
    raise DeviceError("'step' failed on vulkan, a GPU: VK_ERROR_DEVICE_LOST")


def test_a_device_that_is_lost_keeps_the_last_checkpoint(tmp_path):
    lost = Run(tmp_path / "run", {8: lose_the_device})
    with pytest.raises(DeviceError) as error:
        lost.go()
    text = str(error.value)
    assert text.startswith("step 8: 'step' failed on vulkan, a GPU: VK_ERROR_DEVICE_LOST; the last good checkpoint is ")
    assert text.endswith(f"step-000005.safetensors; go on with: fungc train --resume {lost.directory.path}")
    assert checkpoints(lost.directory) == [5] and len(lost.directory.losses()) == 7
    resumed, whole = Run(tmp_path / "run", resume=True), Run(tmp_path / "whole")
    resumed.go(), whole.go()
    assert resumed.directory.losses() == whole.directory.losses()


def test_a_device_that_is_lost_before_any_checkpoint(tmp_path):
    with pytest.raises(DeviceError, match="no checkpoint was saved before; start again$"):
        Run(tmp_path / "run", {2: lose_the_device}).go()


def test_before_any_checkpoint(tmp_path):
    with pytest.raises(NotFinite, match="at step 1; no checkpoint was saved before"):
        Run(tmp_path / "run", {1: lambda state, loss: math.nan}).go()


def test_bad_state_behind_a_good_loss_is_not_saved(tmp_path):
    def spoil(state, loss):
        state["model.0.weight"] = np.full_like(state["model.0.weight"], np.nan)
        return loss

    spoilt = Run(tmp_path / "run", {10: spoil})
    with pytest.raises(NotFinite, match=r"model.0.weight is not finite after step 10; .*step-000005"):
        spoilt.go()
    assert checkpoints(spoilt.directory) == [5]


def test_evaluates_at_intervals_and_at_the_end(tmp_path):
    own = program()
    evaluated = Run(tmp_path / "run", evaluate_batches=own.batches, steps=10)
    assert evaluated.go().evaluation == {"loss": 0.5, "samples": 8.0}
    entries = [entry["step"] for entry in evaluated.directory.metrics() if "evaluation" in entry]
    assert entries == [4, 8, 10]


class Metrics:
    def __init__(self, values):
        self.values = iter(values)

    def evaluate(self, batch):
        return next(self.values)


def test_metrics_are_means():
    session = Metrics([{"loss": 1.0}, {"loss": 2.0}])
    assert evaluation.evaluate(session, [0, 1], 0) == {"loss": 1.5}


def test_metrics_are_weighted_where_they_say_so():
    session = Metrics([{"loss": 1.0, "weight": 3}, {"loss": 2.0, "weight": 1}])
    assert evaluation.evaluate(session, [0, 1], 0) == {"loss": 1.25}


def test_nothing_to_evaluate():
    with pytest.raises(InputError, match="evaluate_batches: there are none"):
        evaluation.evaluate(Metrics([]), [], 0)


def test_progress_without_a_terminal_is_lines(capsys):
    progress = Progress(0, 100, (1024, "tokens"))
    for step in range(1, 101):
        progress.step(step, 2.5)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 21
    assert lines[-1].startswith("step 100/100  loss 2.5  ") and lines[-1].endswith("  0:00 left")
    assert "tokens/s" in lines[-1]


def test_items_of_a_batch():
    tokens = (TensorSpec("batch[0]", "int64", (8, 128)), TensorSpec("batch[1]", "int64", (8, 128)))
    images = (TensorSpec("batch[0]", "float32", (64, 1, 8, 8)), TensorSpec("batch[1]", "int64", (64,)))
    assert items_of(tokens) == (1024, "tokens")
    assert items_of(images) == (64, "samples")


def test_numbers_for_people():
    assert [shown_rate(v) for v in (3.94, 840.2, 4100, 2.5e6)] == ["3.9", "840", "4.1k", "2.5M"]
    assert [shown_time(v) for v in (7, 754, 3723)] == ["0:07", "12:34", "1:02:03"]
