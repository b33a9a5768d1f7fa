"""The model in use: greedy decoding and `evaluate`/`predict` in eval mode, equal to PyTorch eager."""

import importlib.util
import math
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

import fungible
from fungible.errors import FungibleError, InputError

CONTEXT, VOCABULARY = 12, 17


@pytest.fixture(scope="module")
def tiny():
    """The model of `examples/gpt.py`, small, with a context of 4 besides that of 12; trained a little."""
    spec = importlib.util.spec_from_file_location("gpt", Path(__file__).parents[2] / "examples/gpt.py")
    gpt = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(gpt)
    gpt.LAYERS, gpt.WIDTH, gpt.HEADS, gpt.CONTEXT, gpt.VOCABULARY = 1, 16, 2, CONTEXT, VOCABULARY
    torch.manual_seed(0)
    model = gpt.GPT()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.02)
    text = torch.arange(4 * (CONTEXT + 1)).reshape(4, -1) * 3 % VOCABULARY
    batch = text[:, :-1], text[:, 1:]

    def step(batch):
        model.train()
        x, y = batch
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten())
        loss.backward()
        optimizer.step()
        return loss

    @torch.no_grad()
    def predict(tokens):
        model.eval()
        return model(tokens)

    program = fungible.Program(
        model=model,
        optimizer=optimizer,
        step=step,
        batches=[batch],
        predict=predict,
        predict_example=torch.zeros(1, CONTEXT, dtype=torch.long),
        buckets={"predict": [torch.zeros(1, 4, dtype=torch.long), torch.zeros(2, CONTEXT, dtype=torch.long)]},
    )
    session = program.compile().on("cpu")
    for _ in range(15):
        session.step(batch)
    model.load_state_dict({name: torch.from_numpy(session.state[f"model.{name}"].copy()) for name in model.state_dict()})
    return session, model.eval()


def _greedy(model, prompt, count):
    text = list(prompt)
    with torch.no_grad():
        for _ in range(count):
            text.append(int(model(torch.tensor([text[-CONTEXT:]]))[0, -1].argmax()))
    return text


@pytest.mark.parametrize("prompt", [[3], [1, 4, 7], [16, 2, 5, 8, 11], list(range(14))])
def test_greedy_decoding_is_that_of_eager(tiny, prompt):
    """From within the small context, across its end, and past the end of the large one."""
    session, model = tiny
    before = session.state_digest()
    found = fungible.generate(session, prompt, 12)
    assert found.dtype == np.int64 and found.tolist() == _greedy(model, prompt, 12)
    assert session.state_digest() == before


def test_several_sequences_at_once(tiny):
    session, model = tiny
    prompts = [[3, 6], [10, 13]]
    assert fungible.generate(session, prompts, 5).tolist() == [_greedy(model, prompt, 5) for prompt in prompts]


def test_a_temperature_draws_by_the_seed(tiny):
    session, _ = tiny
    drawn = [fungible.generate(session, [3], 10, temperature=2.0, seed=seed).tolist() for seed in (0, 0, 1)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert fungible.generate(session, [3], 10, temperature=1e-9).tolist() == fungible.generate(session, [3], 10).tolist()


@pytest.mark.parametrize(
    ("prompt", "message"),
    [([], "expects integers"), ([0.5], "expects integers"), ([[1]] * 3, "3 sequences, and 'predict' was compiled for 1 or 2")],
)
def test_prompts_that_do_not_fit(tiny, prompt, message):
    with pytest.raises(InputError, match=message):
        fungible.generate(tiny[0], prompt, 1)


def test_programs_that_generate_no_text(tiny):
    session, _ = tiny
    with pytest.raises(FungibleError, match="no entry point 'chat'"):
        fungible.generate(session, [1], 1, entry_point="chat")
    with pytest.raises(FungibleError, match=r"'step' takes int64\[4x12\], int64\[4x12\] and returns float32"):
        fungible.generate(session, [1], 1, entry_point="step")


def test_evaluate_and_predict_switch_off_dropout_and_take_running_statistics():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Dropout(0.5), nn.Linear(8, 3))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    x, y = torch.randn(16, 4), torch.arange(16) % 3

    def step(batch):
        x, y = batch
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        return loss

    def evaluate(batch):
        model.eval()
        with torch.no_grad():
            return {"loss": F.cross_entropy(model(batch[0]), batch[1])}

    @torch.inference_mode()
    def predict(x):
        model.eval()
        return model(x).softmax(-1)

    program = fungible.Program(
        model=model, optimizer=optimizer, step=step, batches=[(x, y)], evaluate=evaluate, predict=predict, predict_example=x
    )
    session = program.compile().on("cpu")
    assert model.training
    for _ in range(3):
        session.step((x, y))
    before = session.state_digest()
    loss, chances = session.evaluate((x, y))["loss"], session.predict(x)
    assert session.state_digest() == before
    model.load_state_dict({name: torch.from_numpy(np.array(session.state[f"model.{name}"])) for name in model.state_dict()})
    assert int(model[1].num_batches_tracked) == 3 and not torch.equal(model[1].running_mean, torch.zeros(8))
    np.testing.assert_allclose(chances, predict(x).numpy(), rtol=1e-4, atol=1e-6)
    assert math.isclose(loss, float(evaluate((x, y))["loss"]), rel_tol=1e-5)
