"""A byte-level GPT that learns to write Python from the standard library of the Python that runs it.

    fungc train examples/gpt.py

Everything below is ordinary PyTorch; `build` at the end says what belongs to a run.
"""

import math
import sysconfig
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset

import fungible

LAYERS, WIDTH, HEADS, CONTEXT, VOCABULARY = 4, 256, 4, 128, 256
BATCH, STEPS, WARM_UP, LEARNING_RATE = 8, 700, 50, 1e-3


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.qkv, self.out = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.up, self.down = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)
        self.dropout = nn.Dropout(0.1)

    def attention(self, x):
        batch, length, _ = x.shape
        heads = self.qkv(x).view(batch, length, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(heads[0], heads[1], heads[2], is_causal=True)
        return self.out(mixed.transpose(1, 2).reshape(batch, length, WIDTH))

    def forward(self, x):
        x = x + self.dropout(self.attention(self.norm1(x)))
        return x + self.dropout(self.down(F.gelu(self.up(self.norm2(x)))))


class GPT(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens, self.positions = nn.Embedding(VOCABULARY, WIDTH), nn.Embedding(CONTEXT, WIDTH)
        self.dropout = nn.Dropout(0.1)
        self.blocks = nn.Sequential(*(Block() for _ in range(LAYERS)))
        self.norm, self.head = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, VOCABULARY, bias=False)
        # Positions begin as sines (Vaswani et al., 2017): "the byte before" is then the same everywhere.
        angles = torch.arange(CONTEXT)[:, None] * 1e4 ** -(torch.arange(0, WIDTH, 2) / WIDTH)
        self.positions.weight.data = torch.cat([angles.sin(), angles.cos()], dim=1)

    def forward(self, tokens):
        x = self.tokens(tokens) + self.positions(torch.arange(tokens.shape[1]))
        return self.head(self.norm(self.blocks(self.dropout(x))))


class Windows(Dataset):
    """Pieces of a text: CONTEXT bytes, and the byte that follows each of them."""

    def __init__(self, text: bytes):
        self.text = torch.frombuffer(bytearray(text), dtype=torch.uint8).long()

    def __len__(self):
        return (len(self.text) - 1) // CONTEXT

    def __getitem__(self, index):
        piece = self.text[index * CONTEXT : (index + 1) * CONTEXT + 1]
        return piece[:-1], piece[1:]


def read_standard_library() -> tuple[bytes, bytes]:
    """Text to train on, and the text of every tenth file, which is held out."""
    files = sorted(Path(sysconfig.get_path("stdlib")).glob("*.py"))
    held_out = files[::10]
    return tuple(b"".join(f.read_bytes() for f in part) for part in ([f for f in files if f not in held_out], held_out))


def continued(session: fungible.Session, prompt: str, temperature: float) -> str:
    """The prompt and 400 bytes more; at temperature 0 the likeliest ones."""
    tokens = fungible.generate(session, list(prompt.encode()), 400, temperature=temperature)
    return bytes(tokens.tolist()).decode(errors="replace")


def build() -> fungible.Program:
    training_text, held_out_text = read_standard_library()
    model = GPT()
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE, betas=(0.9, 0.95), weight_decay=0.1)

    def learning_rate(step):
        if step < WARM_UP:
            return (step + 1) / WARM_UP
        done = min(1.0, (step - WARM_UP) / (STEPS - WARM_UP))
        return 0.1 + 0.9 * 0.5 * (1 + math.cos(math.pi * done))

    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, learning_rate)

    def loss_of(batch):
        x, y = batch
        return F.cross_entropy(model(x).flatten(0, 1), y.flatten())

    def step(batch):
        model.train()
        optimizer.zero_grad()
        loss = loss_of(batch)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        scheduler.step()
        return loss

    @torch.no_grad()
    def evaluate(batch):
        model.eval()
        return {"loss": loss_of(batch)}

    @torch.no_grad()
    def predict(tokens):
        model.eval()
        return model(tokens)

    held_out = Windows(held_out_text)
    spread = range(0, len(held_out), len(held_out) // (20 * BATCH))
    return fungible.Program(
        model=model,
        optimizer=optimizer,
        scheduler=scheduler,
        step=step,
        steps=STEPS,
        batches=DataLoader(Windows(training_text), BATCH, shuffle=True, drop_last=True),
        evaluate=evaluate,
        evaluate_batches=DataLoader(torch.utils.data.Subset(held_out, spread), BATCH, drop_last=True),
        predict=predict,
        predict_example=torch.zeros(1, CONTEXT, dtype=torch.long),
        finish=lambda session: continued(session, "import os\n\n\ndef ", temperature=0.7),
    )
