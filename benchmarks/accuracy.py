"""The examples against PyTorch eager, from the same initial state, on the same batches, without dropout.

    python benchmarks/accuracy.py [--out FILE.json]

One step: the distance of every gradient and every updated tensor from a float64 run of the
same step, over the distance of eager float32 from it. A hundred steps: the largest relative
difference between a compiled loss and eager's.
"""

import argparse
import itertools
import json
from pathlib import Path

import host
import numpy as np
import torch
from torch.utils import _pytree as pytree

from fungible import capture
from fungible.training.program_file import load_program

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
PROGRAMS = ("mlp", "digits", "gpt")
STEPS = 100
#: Relative to the norm: what rounding an exact result to float32 may cost, which nobody can beat.
ROUNDING = 2.0**-24


def _program(name: str):
    program = load_program(str(EXAMPLES / f"{name}.py"), seed=0)
    for module in program.model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    return program


def _batches(program, count: int) -> list:
    torch.manual_seed(1)
    endless = itertools.chain.from_iterable(itertools.repeat(program.batches))
    return list(itertools.islice(endless, count))


def _with_gradients(program):
    def step(batch):
        loss = program.step(batch)
        return loss, {name: parameter.grad for name, parameter in program.model.named_parameters()}

    return step


def _eager_step(name: str, batch, dtype: torch.dtype) -> dict[str, np.ndarray]:
    """Gradients and the state after one step, by name, as float64."""
    program = _program(name)
    program.model.to(dtype)
    batch = pytree.tree_map(lambda leaf: leaf.to(dtype) if leaf.is_floating_point() else leaf, batch)
    _, gradients = _with_gradients(program)(batch)
    result = {f"gradient of {name}": gradient for name, gradient in gradients.items()}
    result |= {f"model.{name}": tensor for name, tensor in program.model.state_dict().items()}
    names = {id(p): name for name, p in program.model.named_parameters()}
    for parameter, state in program.optimizer.state.items():
        for key, value in state.items():
            if key != "step":
                result[f"optimizer.state.{names[id(parameter)]}.{key}"] = value
    return {name: tensor.detach().double().numpy().copy() for name, tensor in result.items()}


def one_step(name: str) -> dict[str, float]:
    """Tensor -> compiled distance from float64 over eager's, the latter at least one rounding."""
    program = _program(name)
    (batch,) = _batches(program, 1)
    exact = _eager_step(name, batch, torch.float64)
    eager = _eager_step(name, batch, torch.float32)
    captured = capture(
        _with_gradients(program),
        model=program.model,
        optimizer=program.optimizer,
        example=batch,
        scheduler=program.scheduler,
    )
    session = captured.compile().on("cpu")
    _, gradients = session.step(batch)
    compiled = {f"gradient of {name}": value for name, value in gradients.items()}
    compiled |= {name: np.asarray(session.state[name]) for name in exact if not name.startswith("gradient of")}
    ratios = {}
    for key, value in exact.items():
        unavoidable = max(np.linalg.norm(eager[key] - value), ROUNDING * np.linalg.norm(value))
        error = np.linalg.norm(compiled[key].astype(np.float64) - value)
        ratios[key] = 0.0 if error == 0 else float(error / unavoidable)
    return ratios


def losses(name: str, steps: int = STEPS) -> tuple[list[float], list[float]]:
    """Compiled losses and eager's."""
    program = _program(name)
    batches = _batches(program, steps)
    session = program.compile().on("cpu")
    compiled = [float(session.step(batch)) for batch in batches]
    return compiled, [float(program.step(batch).detach()) for batch in batches]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    results = {}
    for name in PROGRAMS:
        ratios = one_step(name)
        compiled, eager = map(np.array, losses(name))
        worst = max(ratios, key=ratios.get)
        results[name] = {
            "tensors": len(ratios),
            "error over eager's, median": round(float(np.median(list(ratios.values()))), 3),
            "error over eager's, worst": round(ratios[worst], 3),
            "worst tensor": worst,
            "steps": STEPS,
            "largest relative difference of a loss": float(f"{np.max(np.abs(compiled / eager - 1)):.3g}"),
        }
        print(name, json.dumps(results[name], indent=1))
    if options.out:
        options.out.write_text(json.dumps({"host": host.describe(), "results": results}, indent=1) + "\n")


if __name__ == "__main__":
    main()
