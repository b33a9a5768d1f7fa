"""One row: a case is compiled and run on a target, and compared with PyTorch eager."""

from __future__ import annotations

import contextlib
import importlib
import re
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch.utils import _pytree as pytree

import fungible
from case import Case, Skipped
from eager import counter_based
from fungible.frontend.tensors import to_numpy
from fungible.errors import CaptureError, CompilationError, FungibleError

#: Suite -> its module, which has `names()` and `case(name, target)`.
SUITES = {"modules": "modules", "optimizers": "optimizers", "operators": "operators", "architectures": "architectures"}

#: Where a row can fail, in order. `eager` says that PyTorch itself does not run the case.
STAGES = ("eager", "capture", "import", "raise", "lowering", "iree", "run", "numerics")

_AFTER = {"torch": "raise", "fungible": "lowering", "linalg": "iree"}


class Failure(Exception):
    """The row fails at a stage."""

    def __init__(self, stage: str, reason: str):
        super().__init__(reason)
        self.stage = stage


def suite(name: str) -> Any:
    return importlib.import_module(SUITES[name])


def run(suite_name: str, name: str, targets: list[str], tell: Callable[[tuple[str, str]], None]) -> dict[str, Any]:
    """Target -> `{"status": "pass" | "fail" | "skip", "stage": ..., "reason": ..., "worst": ...}`.

    Args:
        tell: called with the target and the stage before each stage, so that a crash has a place.
    """
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    results: dict[str, Any] = {}
    for target in targets:
        try:
            worst = _one(suite_name, name, target, lambda stage, target=target: tell((target, stage)))
            results[target] = {"status": "pass", "worst": worst}
        except Skipped as reason:
            results[target] = {"status": "skip", "reason": str(reason)}
        except Failure as failure:
            results[target] = {"status": "fail", "stage": failure.stage, "reason": _one_line(str(failure))}
        if results[target]["status"] != "pass":
            break  # what does not pass on the first is not tried on the others
    return results


def _one_line(text: str) -> str:
    """Without reproducers and the folders of this machine."""
    text = re.split(r"\s*\b(?:reproducer|reproduce with): ", text.strip())[0]
    text = re.sub(r"(?:/[\w.+-]+)+/([\w.+-]+\.(?:py|mlir))", r"\1", text)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return " | ".join(lines[:3])[:240]


@contextlib.contextmanager
def _stage(name: str):
    try:
        yield
    except (Skipped, Failure):
        raise
    except Exception as error:
        text = str(error) if isinstance(error, FungibleError) else f"{type(error).__name__}: {error}"
        raise Failure(name, text) from error


def _one(suite_name: str, name: str, target: str, tell: Callable[[str], None]) -> float:
    tell("eager")
    with _stage("eager"):
        case = suite(suite_name).case(name, target)
    program = fungible.Program(
        model=case.model, optimizer=case.optimizer, step=case.step, batches=case.batches, seed=0
    )
    tell("capture")
    with _stage("capture"):
        program.captured()
    tell("import")
    artifact = _compile(program, target, tell)
    tell("run")
    with _stage("run"):
        session = artifact.on(target)
        outputs = [pytree.tree_leaves(session.step(batch)) for batch in case.batches]
        state = {key: np.asarray(session.state[key]) for key in session.state if key.startswith("model.")}
    tell("eager")
    with _stage("eager"):
        expected = _eager(case)
    tell("numerics")
    return _compare(case, outputs, state, expected)


def _compile(program: fungible.Program, target: str, tell: Callable[[str], None]) -> fungible.artifact.Artifact:
    tell("lowering")  # a crash on the way to linalg is one of ours or of torch-mlir's
    try:
        return program.compile(targets=[target])
    except (CaptureError, CompilationError) as error:
        reason = str(error)
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
    stage = "import"
    try:
        for reached, _, _ in program.stages("linalg"):
            stage = _AFTER[reached]
    except Exception:
        pass
    raise Failure(stage, reason)


def _eager(case: Case) -> list[list[np.ndarray]]:
    outputs = []
    for number, batch in enumerate(case.batches):
        with counter_based(step=number), torch.enable_grad():
            leaves = pytree.tree_leaves(case.step(batch))
        outputs.append([np.array(to_numpy(_with_storage(leaf.detach()))) for leaf in leaves])
    return outputs


def _with_storage(tensor: torch.Tensor) -> torch.Tensor:
    """Some gradients are zeros that PyTorch does not store."""
    return torch.zeros_like(tensor) if tensor._is_zerotensor() else tensor


def _compare(case: Case, outputs, state, expected) -> float:
    """The worst distance, in tolerances."""
    worst = 0.0
    for number, (ours, eager) in enumerate(zip(outputs, expected, strict=True)):
        for index, (a, b) in enumerate(zip(ours, eager, strict=True)):
            where = f"output {index}" + (f" of step {number + 1}" if len(expected) > 1 else "")
            rtol, atol = (case.rtol, case.atol) if case.rtol_of_losses is None else (case.rtol_of_losses, 0.0)
            worst = max(worst, distance(where, np.asarray(a), b, rtol, atol))
    if case.rtol_of_losses is None:
        own = {**dict(case.model.named_parameters()), **dict(case.model.named_buffers())}
        for key, value in state.items():
            eager = own[key.removeprefix("model.")].detach().numpy()
            worst = max(worst, distance(key, value, eager, case.rtol, case.atol))
    return worst


def distance(where: str, ours: np.ndarray, eager: np.ndarray, rtol: float, atol: float) -> float:
    if ours.shape != eager.shape or ours.dtype != eager.dtype:
        raise Failure("numerics", f"{where} is {ours.dtype}{list(ours.shape)}, in eager {eager.dtype}{list(eager.shape)}")
    if ours.dtype.kind not in "f" and ours.dtype.name != "bfloat16":
        if not np.array_equal(ours, eager):
            raise Failure("numerics", f"{where} (integers) differs in {int((ours != eager).sum())} of {ours.size} elements")
        return 0.0
    ours, eager = ours.astype(np.float64), eager.astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        # Equal infinities and NaNs are no difference.
        same = (ours == eager) | (np.isnan(ours) & np.isnan(eager))
        ratio = np.where(same, 0.0, np.abs(ours - eager) / (atol + rtol * np.abs(eager)))
    ratio = np.where(np.isnan(ratio), np.inf, ratio)
    worst = float(ratio.max()) if ratio.size else 0.0
    if worst > 1.0:
        place = tuple(int(i) for i in np.unravel_index(int(ratio.argmax()), ratio.shape))
        raise Failure(
            "numerics",
            f"{where} differs in {int((ratio > 1).sum())} of {ratio.size} elements,"
            f" most at {list(place)}: {ours[place]:.9g} for {eager[place]:.9g} ({worst:.3g} tolerances)",
        )
    return worst
