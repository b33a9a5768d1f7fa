"""One artifact on several devices, and on a machine that has nothing but the runtime."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

import fungible
from local_devices import runs_here
from python_process import fungc

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
PROGRAM = ROOT / "test" / "cli" / "Inputs" / "tiny.py"
SLOW = os.environ.get("FUNGIBLE_TEST_SLOW") == "1"

#: What an artifact must not need.
BLOCKED = ("torch", "torch_mlir", "matplotlib", "tqdm", "sklearn")


def report(done: subprocess.CompletedProcess) -> dict:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("devices")


@pytest.fixture(scope="module")
def artifact(folder):
    path = folder / "tiny.fung"
    done = fungc("compile", PROGRAM, "--targets", "cpu:generic,cpu:x86-64-v2,cpu:aarch64,vmvx,vulkan,cuda:sm_89,rocm:gfx942", "-o", path, cwd=folder)
    assert done.returncode == 0, done.stderr
    return path


@pytest.fixture(scope="module")
def whole(artifact, folder):
    """The report of 30 steps on the CPU."""
    return report(fungc("train", artifact, "--data", "random", "--steps", 30, "--target", "cpu:generic", "--out", folder / "whole", "--json", cwd=folder))


@pytest.mark.parametrize("target", ["cpu:x86-64-v2", "vmvx", "vulkan"])
def test_the_same_artifact_trains_alike_on_every_device(artifact, folder, whole, target):
    if not runs_here(target):
        pytest.skip(f"{target} does not run here")
    other = report(fungc("train", artifact, "--data", "random", "--steps", 30, "--target", target, "--out", folder / target, "--json", cwd=folder))
    assert (whole["target"], other["target"]) == ("cpu:generic", target)
    np.testing.assert_allclose(other["losses"], whole["losses"], rtol=1e-3)


def test_a_run_moves_from_device_to_device(artifact, folder, whole):
    """The CPU, another, and the CPU again, through the checkpoints of one run."""
    other = "vulkan" if runs_here("vulkan") else "vmvx"
    train = ("train", "--json")
    report(fungc(*train, artifact, "--data", "random", "--steps", 10, "--target", "cpu", "--out", folder / "moved", cwd=folder))
    second = report(fungc(*train, "--resume", folder / "moved", "--steps", 20, "--target", other, cwd=folder))
    third = report(fungc(*train, "--resume", folder / "moved", "--steps", 30, "--target", "cpu", cwd=folder))
    assert (second["target"], second["resumed_from"], third["resumed_from"]) == (other, 10, 20)
    assert len(third["losses"]) == 30
    np.testing.assert_allclose(third["losses"], whole["losses"], rtol=1e-3)


def test_a_run_of_a_program_moves_to_a_target_that_it_was_not_compiled_for(folder):
    train = ("train", "--json")
    report(fungc(*train, PROGRAM, "--steps", 5, "--target", "cpu:generic", "--out", folder / "added", cwd=folder))
    moved = report(fungc(*train, "--resume", folder / "added", "--steps", 8, "--target", "vmvx", cwd=folder))
    assert (moved["target"], moved["resumed_from"], len(moved["losses"])) == ("vmvx", 5, 8)
    assert fungible.load(folder / "added" / "program.fung").targets == ("cpu:generic", "vmvx")


def test_an_artifact_does_not_move_to_a_target_that_it_lacks(artifact, folder):
    fungc("train", artifact, "--data", "random", "--steps", 2, "--target", "cpu", "--out", folder / "stays", cwd=folder)
    done = fungc("train", "--resume", folder / "stays", "--steps", 4, "--target", "metal", cwd=folder)
    assert done.returncode == 1 and "not compiled for 'metal', only for cpu:generic, " in done.stderr


def test_a_driver_that_is_missing_is_one_line(artifact, folder):
    if runs_here("rocm:gfx942"):
        pytest.skip("the driver is here")
    done = fungc("train", artifact, "--data", "random", "--steps", 2, "--target", "rocm", "--out", folder / "rocm", cwd=folder)
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1
    assert "'rocm:gfx942' cannot run here: no hip driver: HIP runtime library" in done.stderr


def test_training_needs_nothing_but_the_runtime(artifact, folder):
    code = f"""
import sys
class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {BLOCKED!r} or name.startswith("iree.compiler"):
            raise ModuleNotFoundError(f"{{name}} is blocked", name=name)
sys.meta_path.insert(0, Blocker())
import importlib.util
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name in {BLOCKED!r} else find(name, *rest)
from fungible.cli.main import main
sys.exit(main(sys.argv[1:]))
"""
    run = [sys.executable, "-c", code]
    arguments = ["train", artifact, "--data", "random", "--steps", "5", "--out", folder / "bare", "--json"]
    done = subprocess.run([*run, *arguments], capture_output=True, text=True, cwd=folder)
    assert len(report(done)["losses"]) == 5
    done = subprocess.run([*run, "train", EXAMPLES / "mlp.py"], capture_output=True, text=True, cwd=folder)
    assert done.returncode == 1 and "which is not installed; run: pip install 'fungible[compiler]'" in done.stderr


@pytest.mark.skipif(not SLOW, reason="slow: installs packages into a fresh environment")
def test_a_fresh_environment_with_the_runtime_alone(artifact, folder):
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    python = folder / "venv" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "-q", ROOT], check=True)
    done = subprocess.run([python, "-c", "import torch"], capture_output=True, text=True)
    assert "No module named 'torch'" in done.stderr
    command = [python.with_name("fungc"), "train", artifact, "--data", "random", "--steps", "20", "--out", folder / "fresh", "--json"]
    assert len(report(subprocess.run(command, capture_output=True, text=True, cwd=folder))["losses"]) == 20


@pytest.fixture(scope="module")
def mixed():
    """Half precision, a mask, bytes and 64-bit integers in one program; the program and eager's losses."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(8, 16), nn.LayerNorm(16), nn.Linear(16, 4))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    mask, bytes_ = torch.rand(32, 16) > 0.3, torch.randint(0, 255, (32, 8), dtype=torch.uint8)
    batch = (torch.randn(32, 8), torch.randint(4, (32,)), mask, bytes_)

    def step(batch):
        x, labels, mask, bytes_ = batch
        optimizer.zero_grad()
        hidden = x.half() + bytes_.half() / 255
        hidden = functional.gelu(functional.linear(hidden, model[0].weight.half(), model[0].bias.half()))
        hidden = model[1](hidden.float()).bfloat16() * mask
        scores = functional.linear(hidden, model[2].weight.bfloat16()).float() + model[2].bias
        loss = functional.cross_entropy(scores, labels)
        loss.backward()
        optimizer.step()
        return {"loss": loss, "hits": scores.argmax(1) == labels, "next": labels + 1}

    program = fungible.capture(step, model=model, optimizer=optimizer, example=batch)
    return program, batch, [step(batch) for _ in range(10)]


@pytest.mark.parametrize("target", ["cpu", "vmvx", "vulkan", "vulkan:llvmpipe"])
def test_types_that_a_target_lacks_are_computed_in_others(mixed, target):
    if not runs_here(target):
        pytest.skip(f"{target} does not run here")
    program, batch, eager = mixed
    session = program.compile([target]).on()
    for expected in eager:
        results = session.step(batch)
        # bfloat16 has 8 bits, and kernels may keep more of them between two ops.
        np.testing.assert_allclose(results["loss"], expected["loss"].item(), rtol=2e-3)
        assert results["hits"].dtype == bool and results["next"].dtype == np.int64
        np.testing.assert_array_equal(results["next"], expected["next"].numpy())
        assert (results["hits"] != expected["hits"].numpy()).mean() <= 1 / 16


@pytest.mark.skipif(not SLOW, reason="slow: a minute for each example")
@pytest.mark.parametrize("name", ["mlp", "digits", "gpt"])
def test_an_example_takes_its_first_steps_on_vulkan_as_on_the_cpu(folder, name):
    if not runs_here("vulkan"):
        pytest.skip("vulkan does not run here")
    path = folder / f"{name}.fung"
    done = fungc("compile", EXAMPLES / f"{name}.py", "--targets", "cpu:generic,vulkan", "-o", path, cwd=folder)
    assert done.returncode == 0, done.stderr
    losses = []
    for target in ("cpu", "vulkan"):
        out = folder / f"{name}-{target}"
        losses.append(report(fungc("train", path, "--data", "random", "--steps", 3, "--target", target, "--out", out, "--json", cwd=folder))["losses"])
    np.testing.assert_allclose(losses[1], losses[0], rtol=1e-3)
