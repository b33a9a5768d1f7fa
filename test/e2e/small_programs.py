"""Small training programs of the usual kinds: a GPT with dropout, a Llama, a ResNet, an LSTM."""

import torch
from torch import nn
from torch.nn import functional as F

import fungible

VOCABULARY, LENGTH, WIDTH, HEADS = 64, 16, 32, 4


def _attend(q, k, v):
    """Causal self-attention of (batch, length, width) tensors."""
    q, k, v = (x.unflatten(-1, (HEADS, -1)).transpose(1, 2) for x in (q, k, v))
    return F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).flatten(2)


class GPTBlock(nn.Module):
    def __init__(self):
        super().__init__()
        self.norms = nn.ModuleList(nn.LayerNorm(WIDTH) for _ in range(2))
        self.qkv, self.out = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.mlp = nn.Sequential(nn.Linear(WIDTH, 4 * WIDTH), nn.GELU(), nn.Linear(4 * WIDTH, WIDTH))
        self.dropout = nn.Dropout(0.1)

    def forward(self, x):
        x = x + self.dropout(self.out(_attend(*self.qkv(self.norms[0](x)).chunk(3, -1))))
        return x + self.dropout(self.mlp(self.norms[1](x)))


class GPT(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens, self.positions = nn.Embedding(VOCABULARY, WIDTH), nn.Embedding(LENGTH, WIDTH)
        self.blocks = nn.Sequential(*(GPTBlock() for _ in range(2)))
        self.norm, self.head = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, VOCABULARY, bias=False)

    def forward(self, tokens):
        x = self.tokens(tokens) + self.positions(torch.arange(tokens.shape[1]))
        return self.head(self.norm(self.blocks(x)))


def _rotated(x):
    """Rotary positions (Su et al., 2021) on (batch, length, width)."""
    half = WIDTH // HEADS // 2
    angle = torch.outer(torch.arange(x.shape[1]).float(), 10000.0 ** (-torch.arange(half) / half))
    angle = angle.repeat(1, HEADS)
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack([even * angle.cos() - odd * angle.sin(), even * angle.sin() + odd * angle.cos()], -1).flatten(-2)


class LlamaBlock(nn.Module):
    def __init__(self):
        super().__init__()
        self.norms = nn.ModuleList(nn.RMSNorm(WIDTH, eps=1e-6) for _ in range(2))
        self.q, self.k, self.v, self.out = (nn.Linear(WIDTH, WIDTH, bias=False) for _ in range(4))
        self.gate, self.up = (nn.Linear(WIDTH, 2 * WIDTH, bias=False) for _ in range(2))
        self.down = nn.Linear(2 * WIDTH, WIDTH, bias=False)

    def forward(self, x):
        y = self.norms[0](x)
        x = x + self.out(_attend(_rotated(self.q(y)), _rotated(self.k(y)), self.v(y)))
        y = self.norms[1](x)
        return x + self.down(F.silu(self.gate(y)) * self.up(y))


class Llama(nn.Sequential):
    def __init__(self):
        blocks = (LlamaBlock() for _ in range(2))
        head = nn.Linear(WIDTH, VOCABULARY, bias=False)
        super().__init__(nn.Embedding(VOCABULARY, WIDTH), *blocks, nn.RMSNorm(WIDTH, eps=1e-6), head)


class ResidualBlock(nn.Module):
    def __init__(self, before: int, width: int, stride: int):
        super().__init__()
        self.conv1, self.norm1 = nn.Conv2d(before, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width)
        self.conv2, self.norm2 = nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width)
        self.shortcut = nn.Identity()
        if stride > 1:
            self.shortcut = nn.Sequential(nn.Conv2d(before, width, 1, stride, bias=False), nn.BatchNorm2d(width))

    def forward(self, x):
        y = self.norm2(self.conv2(F.relu(self.norm1(self.conv1(x)))))
        return F.relu(y + self.shortcut(x))


class ResNet(nn.Sequential):
    def __init__(self):
        stem = (nn.Conv2d(3, 8, 3, 1, 1, bias=False), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(3, 2, 1))
        blocks = (ResidualBlock(8, 8, 1), ResidualBlock(8, 16, 2))
        super().__init__(*stem, *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 10))


class LSTM(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens, self.head = nn.Embedding(VOCABULARY, WIDTH), nn.Linear(WIDTH, VOCABULARY)
        self.lstm = nn.LSTM(WIDTH, WIDTH, 2, batch_first=True)

    def forward(self, tokens):
        return self.head(self.lstm(self.tokens(tokens))[0])


def _text(steps: int):
    return [torch.randint(0, VOCABULARY, (4, LENGTH + 1)) for _ in range(steps)]


def _images(steps: int):
    return [(torch.randn(4, 3, 16, 16), torch.randint(0, 10, (4,))) for _ in range(steps)]


def _next_token(model, batch):
    return F.cross_entropy(model(batch[:, :-1]).flatten(0, 1), batch[:, 1:].flatten())


def _label(model, batch):
    return F.cross_entropy(model(batch[0]), batch[1])


_ADAM = {"lr": 1e-3, "eps": 1e-3}  # a usual eps turns gradients that are rounding errors into updates

#: Name -> the model, its data, its loss, its optimizer.
_KINDS = {
    "gpt": (GPT, _text, _next_token, lambda p: torch.optim.AdamW(p, weight_decay=0.1, **_ADAM)),
    "llama": (Llama, _text, _next_token, lambda p: torch.optim.AdamW(p, weight_decay=0.1, **_ADAM)),
    "resnet": (ResNet, _images, _label, lambda p: torch.optim.SGD(p, 0.05, momentum=0.9, nesterov=True)),
    "lstm": (LSTM, _text, _next_token, lambda p: torch.optim.Adam(p, **_ADAM)),
}

NAMES = tuple(_KINDS)


def program(name: str, steps: int) -> fungible.Program:
    """One of `NAMES`, with as many batches; the same at every call."""
    model_class, data, loss_of, optimizer_of = _KINDS[name]
    torch.manual_seed(0)
    model, batches = model_class(), data(steps)
    optimizer = optimizer_of(model.parameters())

    def step(batch):
        optimizer.zero_grad()
        loss = loss_of(model, batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        return loss

    return fungible.Program(model=model, optimizer=optimizer, step=step, batches=batches, seed=0)
