"""Transformers' Trainer trains a model that was compiled for fungible, with eager's losses; see docs/doors.md."""

import copy

import numpy as np
import pytest
import torch
from transformers import GPT2Config, GPT2LMHeadModel, Trainer, TrainingArguments

STEPS = 5
VOCABULARY, LENGTH = 32, 8


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    config = GPT2Config(
        vocab_size=VOCABULARY, n_positions=LENGTH, n_embd=16, n_layer=1, n_head=2,
        resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0,  # the masks are of another generator than eager's
        bos_token_id=0, eos_token_id=0,
    )  # fmt: skip
    return GPT2LMHeadModel(config)


def _train(model, folder) -> tuple[list[float], dict[str, float]]:
    texts = [(start + torch.arange(LENGTH)) % VOCABULARY for start in range(2 * STEPS)]
    data = [{"input_ids": text, "labels": text} for text in texts]
    arguments = TrainingArguments(
        output_dir=str(folder), use_cpu=True, max_steps=STEPS, per_device_train_batch_size=2, logging_steps=1,
        learning_rate=1e-2, save_strategy="no", report_to=[], disable_tqdm=True, seed=1,
        per_device_eval_batch_size=2,
    )  # fmt: skip
    trainer = Trainer(model=model, args=arguments, train_dataset=data, eval_dataset=data[:4])
    trainer.train()
    losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
    return losses, trainer.evaluate()["eval_loss"]


def test_the_trainer_has_eagers_losses(model, tmp_path):
    torch._dynamo.reset()
    torch._dynamo.utils.counters.clear()
    own = copy.deepcopy(model)
    own.compile(backend="fungible")
    compiled = _train(own, tmp_path)
    assert torch._dynamo.utils.counters["stats"]["unique_graphs"] >= 2  # training and evaluation
    eager = _train(model, tmp_path)
    assert eager[0][-1] < eager[0][0]
    np.testing.assert_allclose(compiled[0], eager[0], rtol=1e-3)
    np.testing.assert_allclose(compiled[1], eager[1], rtol=1e-3)
    # The names of the state are those of the model that was not compiled.
    assert own.state_dict().keys() == model.state_dict().keys()
