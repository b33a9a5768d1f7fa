"""With exact numerics a program, its batches and its seed give one state, whatever the device and the number of threads."""

import functools
import importlib
import itertools
import json
import os
import pickle
import platform
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

import fungible
import small_programs
from fungible import threefry, tree
from local_devices import runs_here
from python_process import python

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "examples"))

#: Other devices, and other code for the same one; "cpu" is what they are compared with.
OTHERS = ("cpu:x86-64-v3", "cpu:x86-64-v2", "vulkan")

SLOW = os.environ.get("FUNGIBLE_TEST_SLOW") == "1"

#: Programs and how many steps.
PROGRAMS = {"attention": 5, "convolutions": 5, "mlp": 200, "gpt": 6, "resnet": 5}

#: On which others they run. Compiling takes most of the time.
_TARGETS = {"mlp": (*OTHERS, "vmvx")} if SLOW else {"attention": ("cpu:x86-64-v2",), "mlp": ("cpu:x86-64-v2", "vulkan", "vmvx")}

#: Of "attention" after its steps, from the reference interpreter. It follows from the text at `linalg` alone: who changes it
#: changes what exact programs compute.
DIGEST = "14ffcc6c55bf257161070387d3ebed9292bb65ddf9c52420758d416500437154"


def _numbers(*shape: int, stream: int) -> np.ndarray:
    """float32 from -1 to 1, of 24 bits; made of integers alone."""
    words = threefry.words(int(np.prod(shape)), (1, 2), 3, stream)
    return ((words >> np.uint32(8)).astype(np.float32) * np.float32(2.0**-23) - np.float32(1)).reshape(shape)


class Attention(nn.Module):
    """Embedding, one block of attention and one of a GELU, with dropout."""

    def __init__(self):
        super().__init__()
        self.tokens, self.qkv, self.out = nn.Embedding(8, 8), nn.Linear(8, 24), nn.Linear(8, 8)
        self.norm, self.dropout = nn.LayerNorm(8), nn.Dropout(0.25)
        self.head = nn.Sequential(nn.Linear(8, 16), nn.GELU(), nn.Linear(16, 8))

    def forward(self, tokens):
        x = self.tokens(tokens)
        q, k, v = self.qkv(self.norm(x)).chunk(3, -1)
        x = x + self.dropout(self.out(F.scaled_dot_product_attention(q, k, v, is_causal=True)))
        return self.head(x)


def _convolutions() -> nn.Module:
    layers = nn.Conv2d(2, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 4, 3, padding=1)
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(16, 8))


def _own_program(name: str) -> fungible.Program:
    """No number of it is from torch's generators."""
    model = Attention() if name == "attention" else _convolutions()
    with torch.no_grad():
        for stream, parameter in enumerate(model.parameters()):
            parameter.copy_(torch.from_numpy(_numbers(*parameter.shape, stream=stream)) / 2)
    if name == "attention":
        optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
        inputs = [torch.arange(12).view(2, 6) * (2 * i + 1) % 7 for i in range(5)]
    else:
        optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
        inputs = [torch.from_numpy(_numbers(3, 2, 6, 6, stream=100 + i)) for i in range(5)]

    def step(batch):
        x, y = batch
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x).view(-1, 8), y.flatten())
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        return loss

    batches = [(x, (x + 1) % 8 if name == "attention" else torch.arange(len(x))) for x in inputs]
    return fungible.Program(model=model, optimizer=optimizer, step=step, batches=batches, seed=7)


def _program(name: str) -> fungible.Program:
    if name in ("convolutions", *small_programs.NAMES) and not SLOW:
        pytest.skip("takes minutes; FUNGIBLE_TEST_SLOW=1 runs it")
    if name in ("attention", "convolutions"):
        return _own_program(name)
    if name in small_programs.NAMES:
        return small_programs.program(name, PROGRAMS[name])
    torch.manual_seed(0)
    return importlib.import_module(name).build()


def _batches(program: fungible.Program, steps: int) -> list:
    """Epoch after epoch, as arrays."""
    epochs = itertools.chain.from_iterable(itertools.repeat(program.batches))
    return [tree.map_leaves(np.asarray, batch) for batch in itertools.islice(epochs, steps)]


def _digest(session, batches) -> str:
    for batch in batches:
        session.step(batch)
    return session.state_digest()


@functools.cache
def _compiled(name: str) -> tuple[fungible.Artifact, list]:
    """The artifact, for the CPU and the others that run here, and the batches."""
    program = _program(name)
    return program.compile(["cpu", *filter(runs_here, _TARGETS.get(name, OTHERS))], "exact"), _batches(program, PROGRAMS[name])


@pytest.fixture(scope="module", params=PROGRAMS)
def run(request):
    """An artifact, its batches, and the digest of the state after them on the CPU."""
    artifact, batches = _compiled(request.param)
    session = artifact.on("cpu")
    before = session.state_digest()
    digest = _digest(session, batches)
    assert digest != before
    return artifact, batches, digest


@pytest.mark.parametrize("target", [*OTHERS, "vmvx"])
def test_other_devices(run, target):
    artifact, batches, digest = run
    if target not in artifact.targets:
        pytest.skip(f"{target} does not run here, or is left to slow tests")
    assert _digest(artifact.on(target), batches) == digest


def test_one_thread(run, tmp_path):
    artifact, batches, digest = run
    artifact.save(tmp_path / "program.fung")
    (tmp_path / "batches").write_bytes(pickle.dumps(batches))
    command = [HERE / "Inputs" / "take_steps.py", tmp_path / "program.fung", tmp_path / "batches", "cpu"]
    done = python(*command, env={**os.environ, "FUNGIBLE_THREADS": "1"})
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n")[:2] == ["cpu, 1 thread", digest]


@pytest.mark.parametrize("target", ["cpu:x86-64-v2", "vulkan"])
def test_a_run_that_moves(run, target, tmp_path):
    artifact, batches, digest = run
    if target not in artifact.targets:
        pytest.skip(f"{target} does not run here, or is left to slow tests")
    half = len(batches) // 2
    first, second = artifact.on("cpu"), artifact.on(target)
    _digest(first, batches[:half])
    first.save(tmp_path / "state", step=half)
    second.restore(tmp_path / "state")
    assert second.state_digest() == first.state_digest()
    assert _digest(second, batches[half:]) == digest


def test_the_digest_is_the_committed_one():
    artifact, batches = _compiled("attention")
    assert _digest(artifact.on("cpu"), batches) == DIGEST


@pytest.mark.parametrize("name", ["mlp", "digits", "mlp-dropout", "digits-dropout", "llama", "resnet", "gpt"])
def test_200_steps_have_the_published_digest(name):
    sys.path.append(str(HERE.parents[1] / "benchmarks" / "numerics"))
    import digests

    results = HERE.parents[1] / "benchmarks" / "results"
    published, *more = (json.loads((results / f"numerics-digests{kind}.json").read_text()) for kind in ("", "-dropout"))
    if name != "mlp" and not SLOW:
        pytest.skip("takes a minute; FUNGIBLE_TEST_SLOW=1 runs it")
    if name == "gpt" and published["python"] != platform.python_version():
        pytest.skip(f"its text is the standard library of Python {published['python']}")
    expected = {row["state_digest"] for file in (published, *more) for row in file["rows"] if (row["program"], row["steps"]) == (name, 200)}
    assert {digests.run(name, "cpu", 200)["state_digest"]} == expected
