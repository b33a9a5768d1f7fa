"""Batches of several shapes through one artifact: as exact as eager, on one state, and refused where none fits."""

import json

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

import fungible
from fungible.errors import CaptureError, InputError
from python_process import fungc

PROGRAM = '''
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

import fungible


def build():
    generator = torch.Generator().manual_seed(1)
    x, y = torch.randn(11, 4, generator=generator), torch.randint(0, 3, (11,), generator=generator)
    loader = DataLoader(TensorDataset(x, y), batch_size=4)
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Dropout(0.2), nn.Linear(8, 3))
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.05)

    def step(batch):
        x, y = batch
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        return loss

    def evaluate(batch):
        x, y = batch
        model.eval()
        return {"loss": F.cross_entropy(model(x), y), "weight": torch.tensor(float(len(y)))}

    *_, last = loader
    return fungible.Program(
        model=model,
        optimizer=optimizer,
        step=step,
        batches=loader,
        evaluate=evaluate,
        evaluate_batches=loader,
        buckets={"step": [last], "evaluate": [last]},
        steps=6,
    )
'''


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run of `PROGRAM` of two epochs with `--check`: its folder, and its report."""
    folder = tmp_path_factory.mktemp("buckets")
    (folder / "ragged.py").write_text(PROGRAM)
    done = fungc("train", "ragged.py", "--check", "--json", "--out", "run", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "all 6 steps agree with PyTorch eager" in done.stderr
    return folder, json.loads(done.stdout.splitlines()[-1])


def test_an_epoch_with_a_smaller_last_batch_trains_like_eager(run):
    folder, report = run
    assert report["steps"] == 6
    assert np.isfinite(report["losses"]).all()
    schema = fungible.load(folder / "run" / "program.fung").schema
    assert list(schema.entry_points) == ["step", "step_1", "evaluate", "evaluate_1"]


def test_the_held_out_metric_weighs_the_smaller_batch(run):
    """The mean over batches of 4, 4 and 3 is the mean over all 11 samples."""
    folder, report = run
    session = fungible.load(folder / "run" / "program.fung").on("cpu")
    session.restore(sorted((folder / "run").rglob("*.safetensors"))[-1])
    state = {name.removeprefix("model."): torch.from_numpy(np.array(value)) for name, value in session.state.items() if name.startswith("model.")}
    model = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Dropout(0.2), nn.Linear(8, 3)).eval()
    model.load_state_dict(state)
    generator = torch.Generator().manual_seed(1)
    x, y = torch.randn(11, 4, generator=generator), torch.randint(0, 3, (11,), generator=generator)
    np.testing.assert_allclose(report["evaluation"]["loss"], float(F.cross_entropy(model(x), y).detach()), rtol=1e-5)


def test_inspect_and_random_data_know_every_bucket(run):
    folder, _ = run
    shown = fungc("inspect", "run/program.fung", cwd=folder)
    assert shown.returncode == 0, shown.stderr
    assert "step_1  (step, for other shapes)\n  takes    batch[0]: float32[3x4]" in shown.stdout
    done = fungc("train", "run/program.fung", "--data", "random", "--steps", "4", "--json", "--out", "again", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["steps"] == 4


def test_a_resumed_run_goes_on_as_if_never_stopped(run):
    folder, report = run
    assert fungc("train", "ragged.py", "--steps", "2", "--out", "part", cwd=folder).returncode == 0
    done = fungc("train", "--resume", "part", "--steps", "6", "--json", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["state_digest"] == report["state_digest"]


def test_what_fits_no_bucket_is_refused_with_the_declared_shapes(run):
    folder, _ = run
    session = fungible.load(folder / "run" / "program.fung").on("cpu")
    before = session.state_digest()
    with pytest.raises(InputError, match=r"no bucket for a batch of batch\[0\] 2x4, batch\[1\] 2; .* batch\[0\] 4x4, batch\[1\] 4 \| batch\[0\] 3x4, batch\[1\] 3;"):
        session.step((np.zeros((2, 4), np.float32), np.zeros(2, np.int64)))
    with pytest.raises(InputError, match=r"batch\[0\]: expects float32\[3x4\], got float64"):
        session.step((np.zeros((3, 4)), np.zeros(3, np.int64)))
    assert session.state_digest() == before


def _capture(buckets):
    model = nn.Linear(4, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    return fungible.capture(
        model=model, optimizer=optimizer, loss=F.mse_loss, example=(torch.zeros(8, 4), torch.zeros(8, 2)), buckets=buckets
    )


def test_buckets_of_the_same_shapes_are_one():
    program = _capture([(torch.ones(8, 4), torch.ones(8, 2)), (torch.ones(2, 4), torch.ones(2, 2))])
    assert [function.name for function in program.captured().functions] == ["step", "step_1"]


@pytest.mark.parametrize(
    ("buckets", "message"),
    [
        ([torch.zeros(4, 4)], r"step: buckets\[0\] is a tensor of float32\[4, 4\]; buckets differ .* a tuple of float32"),
        ([(torch.zeros(4, 4), torch.zeros(4, 2).double())], r"float64\[4, 2\]; buckets differ from the example in shapes"),
        ({"evaluate": []}, "the program has no 'evaluate'; it has: step"),
        (torch.zeros(4, 4), "expects a list of batches for step, got a Tensor"),
    ],
)
def test_buckets_that_are_none(buckets, message):
    with pytest.raises(CaptureError, match=message):
        _capture(buckets)
