"""The examples against PyTorch eager, from the same initial state, on the same batches, without dropout.

One step: every gradient and every updated tensor is as close to a float64 run of the same
step as eager float32 is, within a factor of 3. A hundred steps: every loss within 1e-3.
"""

import itertools
import os
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.utils import _pytree as pytree

from fungible.program import capture
from fungible.training.program_file import load_program

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
FACTOR = 3
#: Relative to the norm: what rounding an exact result to float32 may cost, which nobody can beat.
ROUNDING = 2.0**-24
STEPS = 100

slow = pytest.mark.skipif(
    os.environ.get("FUNGIBLE_TEST_SLOW") != "1", reason="slow: a GPT for 100 steps, set FUNGIBLE_TEST_SLOW=1"
)


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


@pytest.mark.parametrize("name", ["mlp", "digits", "gpt"])
def test_one_step_is_as_exact_as_eager(name):
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

    worse = []
    for key, value in exact.items():
        norm = np.linalg.norm(value)
        error = np.linalg.norm(compiled[key].astype(np.float64) - value)
        allowed = FACTOR * max(np.linalg.norm(eager[key] - value), ROUNDING * norm)
        if error > allowed:
            worse.append(f"{key}: {error:.3g} from float64, eager {np.linalg.norm(eager[key] - value):.3g}")
    assert not worse, f"{len(worse)} of {len(exact)}:\n" + "\n".join(worse)


@pytest.mark.parametrize("name", ["mlp", "digits", pytest.param("gpt", marks=slow)])
def test_a_hundred_losses_are_eagers(name):
    program = _program(name)
    batches = _batches(program, STEPS)
    session = program.compile().on("cpu")
    compiled = [float(session.step(batch)) for batch in batches]
    eager = [float(program.step(batch).detach()) for batch in batches]
    np.testing.assert_allclose(compiled, eager, rtol=1e-3)
