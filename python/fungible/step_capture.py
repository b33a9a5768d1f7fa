"""`capture`: a program of a step function, without a file of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .program import HORIZON, Program

if TYPE_CHECKING:
    import torch


def capture(
    step: Callable[[Any], Any] | None = None,
    *,
    model: torch.nn.Module
    | Sequence[torch.nn.Module]
    | Mapping[str, torch.nn.Module]
    | torch.export.ExportedProgram,
    optimizer: torch.optim.Optimizer
    | Sequence[torch.optim.Optimizer]
    | Mapping[str, torch.optim.Optimizer]
    | Callable[[Iterable[torch.nn.Parameter]], torch.optim.Optimizer]
    | None = None,
    example: Any,
    buckets: Sequence[Any] | Mapping[str, Sequence[Any]] = (),
    loss: Callable[[Any, Any], torch.Tensor] | None = None,
    scheduler: Any = None,
    seed: int | None = None,
    horizon: int = HORIZON,
) -> Program:
    """Captures a training step as one graph.

    Args:
        step: `step(batch)`, the usual PyTorch function: forward, backward, clipping,
            optimizer, schedule. None with `loss`: then the step is the plain one,
            `loss(model(inputs), targets)` for a batch of `(inputs, targets)`.
        model: the module whose parameters and buffers the step trains, or several; see `Program`.
            Averages of weights (`AveragedModel`, or copies that the step updates itself) are models
            too. With `loss`, it may be an `ExportedProgram` of `torch.export`; its own parameters
            are the ones that an optimizer has.
        optimizer: any of `torch.optim` but LBFGS and SparseAdam, one of your own whose `step` is
            made of tensor operations, or several; see `Program`. With `loss`, also a function that
            makes it of the model's parameters, such as `functools.partial(torch.optim.AdamW, lr=1e-3)`.
        example: a batch; its shapes and dtypes are those of every batch to come.
        buckets: batches of other shapes that the step takes too; see `Program`.
        scheduler: a learning-rate scheduler, or several, that the step calls. Those that
            the function names itself are found without it.
        seed: of dropout and other random functions; by default torch's current seed.
        horizon: for how many steps learning-rate schedules are computed ahead.

    Raises:
        CaptureError: the step cannot be one graph; the message has the user's line.
    """
    if (step is None) == (loss is None):
        raise TypeError("capture() takes a step function, or loss=, and not both")
    if loss is not None:
        from .frontend import exported

        model, optimizer = exported.unpacked(model, optimizer)
        if not hasattr(optimizer, "step") or not callable(model):
            raise TypeError("capture(loss=...) makes the step of one model and one optimizer; with others, pass a step")
    program = Program(
        model=model,
        optimizer=optimizer,
        step=step if step is not None else _plain_step(model, loss, optimizer),
        batches=[example],
        buckets=buckets,
        scheduler=scheduler,
        seed=seed,
        horizon=horizon,
    )
    program.captured()
    return program


def _plain_step(model, loss, optimizer):
    def step(batch):
        inputs, wanted = batch
        optimizer.zero_grad()
        value = loss(model(inputs), wanted)
        value.backward()
        optimizer.step()
        return value

    return step
