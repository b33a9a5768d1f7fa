"""`benchmarks/numerics/held_out.py`: a small program with an evaluation, and one without."""

import json
from pathlib import Path

from python_process import python

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "benchmarks" / "numerics" / "held_out.py"

PROGRAM = """\
import torch
from torch import nn

import fungible


def build():
    model = nn.Linear(4, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def step(x):
        optimizer.zero_grad()
        loss = (model(x) - x.sum(1, keepdim=True)).square().mean()
        loss.backward()
        optimizer.step()
        return loss

    def evaluate(x):
        return (model(x) - x.sum(1, keepdim=True)).square().mean()

    batches = [torch.randn(8, 4) for _ in range(4)]
    return fungible.Program(
        model=model, optimizer=optimizer, step=step, batches=batches, steps=4, evaluate=evaluate, evaluate_batches=batches
    )
"""


def _run(*arguments):
    return python(FILE, *arguments)


def test_both_numerics_are_evaluated_after_the_last_step(tmp_path):
    program, out = tmp_path / "small.py", tmp_path / "held-out.json"
    program.write_text(PROGRAM)
    done = _run("--program", program, "--out", out)
    assert done.returncode == 0, done.stderr
    found = json.loads(out.read_text())
    losses = [found["runs"][numerics]["evaluation"]["loss"] for numerics in ("fast", "exact")]
    assert [run["step"] for run in found["runs"].values()] == [4, 4] and losses[0] > 0
    assert found["relative_difference"] == losses[1] / losses[0] - 1
    assert abs(found["relative_difference"]) < 1e-4


def test_a_program_without_an_evaluation_is_one_line():
    done = _run("--program", ROOT / "examples" / "mlp.py", "--steps", "2")
    assert done.returncode == 1 and done.stderr.endswith("mlp.py has no evaluation\n") and done.stderr.count("\n") == 1
