"""The block of a decoder: causal attention and a layer of four times the width, normalized before each."""

from torch import nn
from torch.nn import functional as F


class Block(nn.Module):
    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def attention(self, x):
        batch, length, width = x.shape
        q, k, v = self.qkv(x).view(batch, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.out(mixed.transpose(1, 2).reshape(batch, length, width))

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.down(F.gelu(self.up(self.norm2(x))))


def jax_block(p: dict, name: str, x, heads: int):
    """The block of that name, with the parameters of the module above."""
    import jax

    from . import in_jax as jax_

    batch, length, width = x.shape
    qkv = jax_.linear(p, f"{name}.qkv", jax_.layer_norm(p, f"{name}.norm1", x))
    q, k, v = (part.reshape(batch, length, heads, -1) for part in jax.numpy.split(qkv, 3, axis=-1))
    mixed = jax.nn.dot_product_attention(q, k, v, is_causal=True).reshape(batch, length, width)
    x = x + jax_.linear(p, f"{name}.out", mixed)
    inner = jax_.linear(p, f"{name}.up", jax_.layer_norm(p, f"{name}.norm2", x))
    return x + jax_.linear(p, f"{name}.down", jax.nn.gelu(inner, approximate=False))
