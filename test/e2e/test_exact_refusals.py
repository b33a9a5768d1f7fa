"""What exact numerics do not promise is refused by name and place; what was compiled with them says so."""

import json
from pathlib import Path

import pytest

from fungible.errors import CompilationError
from fungible.proof import exact
from fungible.training.program_file import load_program
from python_process import fungc

EXAMPLE = Path(__file__).resolve().parents[1] / "cli" / "Inputs" / "tiny.py"

#: A program whose line 12 is the one that is refused.
_PROGRAM = """\
import torch
from torch import nn
import fungible

model = nn.Linear(4, 2).to(torch.{dtype})
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

def step(batch):
    optimizer.zero_grad()
    loss = torch.zeros((), dtype=torch.{dtype})
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled={autocast}):
        loss = loss + {value}.sum()
    loss.backward()
    optimizer.step()
    return loss

def build():
    batch = torch.ones(3, 4, dtype=torch.{dtype})
    return fungible.Program(model=model, optimizer=optimizer, step=step, batches=[batch], seed=0)
"""

_NO_LOWERING, _OTHER_FLOATS = "no exact lowering is known for these ops", "exact numerics are of float32 alone"

#: What the program computes -> what of it is refused, and why.
REFUSED = {
    "remainder": (dict(value="torch.remainder(model(batch), 0.3)"), _NO_LOWERING, "arith.remf (1)"),
    "remainder of C": (dict(value="torch.fmod(model(batch), 0.3)"), _NO_LOWERING, "arith.remf (1)"),
    "float64": (dict(value="model(batch)", dtype="float64"), _OTHER_FLOATS, "linalg.matmul (2)"),
    "autocast": (dict(value="model(batch)", autocast=True), _OTHER_FLOATS, "linalg.matmul (2)"),
    "bfloat16": (dict(value="model(batch).bfloat16().exp()"), _OTHER_FLOATS, "math.exp (1)"),
    "float16": (dict(value="(model(batch).half() * 3)"), _OTHER_FLOATS, "arith.mulf"),
}


@pytest.fixture(autouse=True)
def reproducers(tmp_path, monkeypatch):
    monkeypatch.setenv("FUNGIBLE_REPRODUCER_DIR", str(tmp_path))


def _write(case: str, file: Path) -> None:
    file.write_text(_PROGRAM.format(**{"dtype": "float32", "autocast": False, **REFUSED[case][0]}))


@pytest.mark.parametrize("case", REFUSED)
def test_what_has_no_exact_lowering(case, tmp_path):
    _, reason, op = REFUSED[case]
    _write(case, tmp_path / "program.py")
    program = load_program(str(tmp_path / "program.py"))
    with pytest.raises(CompilationError) as error:
        program.compile(["cpu"], "exact")
    first = str(error.value).splitlines()[0]
    assert "program.py:12:" in first and reason in first and op in first and "use fast numerics" in first


@pytest.mark.parametrize("command", ["compile", "train"])
def test_every_command_refuses_it(command, tmp_path):
    _, reason, op = REFUSED["remainder"]
    _write("remainder", tmp_path / "program.py")
    out = ("-o", "out.fung") if command == "compile" else ("--steps", 1, "--out", "run")
    done = fungc(command, "program.py", "--numerics", "exact", *out, cwd=tmp_path)
    assert done.returncode == 1 and not (tmp_path / "out.fung").exists() and "Traceback" not in done.stderr
    (line,) = [line for line in done.stderr.splitlines() if "error: " in line]
    assert "program.py:12:" in line and reason in line and op in line


def test_a_target_that_cannot_keep_them_is_refused_at_once(tmp_path):
    _write("remainder", tmp_path / "program.py")  # which is refused as well, later
    done = fungc("compile", "program.py", "--numerics", "exact", "--targets", "cpu,metal", "-o", "out.fung", cwd=tmp_path)
    expected = "error: target 'metal' cannot keep exact numerics; compile it with --numerics fast"
    assert done.returncode == 1 and done.stderr.strip() == expected and not (tmp_path / "out.fung").exists()


def test_training_on_a_target_that_cannot_keep_them(tmp_path):
    done = fungc("train", EXAMPLE, "--numerics", "exact", "--target", "metal", "--steps", 1, "--out", "run", cwd=tmp_path)
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1
    # Where there is no such device, that is said first.
    assert "'metal' cannot keep exact numerics" in done.stderr or "'metal' cannot run here" in done.stderr


def test_the_devices_that_keep_them(tmp_path):
    done = fungc("doctor", "--numerics", "exact", "--target", "vmvx", "--json", cwd=tmp_path)
    (row,) = json.loads(done.stdout.splitlines()[-1])["devices"]
    assert done.returncode == 0 and row["verdict"] == "good"
    assert int(row["reason"].split()[0]) > len(exact.CHECKS)


def test_an_artifact_says_which_it_has(tmp_path):
    for numerics, options in {"fast": (), "exact": ("--numerics", "exact")}.items():
        done = fungc("compile", EXAMPLE, *options, "-o", "out.fung", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert json.loads(fungc("inspect", "out.fung", "--json", cwd=tmp_path).stdout.splitlines()[-1])["numerics"] == numerics
        assert f"numerics  {numerics}\n" in fungc("inspect", "out.fung", cwd=tmp_path).stdout


def test_fast_programs_know_nothing_of_them(tmp_path):
    texts = {}
    for numerics in ("fast", "exact"):
        arguments = ("--numerics", numerics, "--compile-to", "legalized", "-o", "-")
        texts[numerics] = fungc("compile", EXAMPLE, *arguments, cwd=tmp_path).stdout
    assert 'fungible.numerics = "exact"' in texts["exact"] and "math.fma" in texts["exact"]
    assert "fungible.numerics" not in texts["fast"] and "math.fma" not in texts["fast"] and "math.tanh" in texts["fast"]


def test_text_and_artifacts_that_are_not_exact_are_not_called_so(tmp_path):
    assert fungc("compile", EXAMPLE, "--compile-to", "linalg", "-o", "fast.mlir", cwd=tmp_path).returncode == 0
    done = fungc("compile", "fast.mlir", "--compile-from", "linalg", "--numerics", "exact", "-o", "out.fung", cwd=tmp_path)
    assert done.returncode == 1 and "fast.mlir: the module's numerics are not exact" in done.stderr
    assert fungc("compile", EXAMPLE, "-o", "fast.fung", cwd=tmp_path).returncode == 0
    done = fungc("train", "fast.fung", "--data", "random", "--numerics", "exact", "--steps", 1, "--out", "run", cwd=tmp_path)
    assert done.returncode == 1 and "fast.fung: was compiled with fast numerics" in done.stderr


def test_text_that_breaks_the_contract_is_refused_where_it_starts(tmp_path):
    """Not only what comes from a program."""
    assert fungc("compile", EXAMPLE, "--numerics", "exact", "--compile-to", "linalg", "-o", "in.mlir", cwd=tmp_path).returncode == 0
    text = (tmp_path / "in.mlir").read_text()
    line = next(line for line in text.splitlines() if "= arith.addf " in line)
    (tmp_path / "out.mlir").write_text(text.replace(line, line.replace(" : f32", " fastmath<reassoc> : f32"), 1))
    done = fungc("compile", "out.mlir", "--compile-from", "linalg", "-o", "out.fung", cwd=tmp_path)
    assert done.returncode == 1 and "these ops have flags that say else" in done.stderr
    done = fungc("compile", "out.mlir", "--compile-from", "linalg", "--targets", "cpu,metal", "-o", "out.fung", cwd=tmp_path)
    assert done.returncode == 1 and done.stderr.startswith("error: target 'metal' cannot keep exact numerics")


def test_flags_of_the_user_that_may_change_bits_are_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("FUNGIBLE_IREE_FLAGS", "--iree-opt-level=O3")
    done = fungc("compile", EXAMPLE, "--numerics", "exact", "-o", "out.fung", cwd=tmp_path)
    assert done.returncode == 1 and "exact numerics are not compiled with --iree-opt-level=O3, which may change bits" in done.stderr
