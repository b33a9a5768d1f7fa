"""A language model of two LSTM layers of 256; 64 tokens, batch 16, vocabulary 4096."""

from torch import nn
from torch.nn import functional as F

BATCH, LENGTH, WIDTH, LAYERS, VOCABULARY = 16, 64, 256, 2, 4096


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(VOCABULARY, WIDTH)
        self.lstm = nn.LSTM(WIDTH, WIDTH, LAYERS, batch_first=True)
        self.head = nn.Linear(WIDTH, VOCABULARY)

    def forward(self, tokens):
        return self.head(self.lstm(self.tokens(tokens))[0])


def torch_step():
    from . import in_torch as torch_

    model = Model()
    batches = torch_.text(BATCH, LENGTH, VOCABULARY)

    def loss_of(x, y):
        return F.cross_entropy(model(x).flatten(0, 1), y.flatten())

    return torch_.TorchStep(model, torch_.adamw(model), loss_of, batches)


def jax_step(parameters: dict):
    import jax
    import jax.numpy as jnp

    from . import in_jax as jax_

    def layer(p, number, x):
        weight, recurrent, *biases = (p[f"lstm.{kind}_l{number}"] for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
        x, weight, recurrent, *biases = jax_.operands(x, weight, recurrent, *biases)
        from_input = x @ weight.T + sum(biases)

        def one(carry, gates):
            hidden, cell = carry
            i, f, g, o = jnp.split(gates + hidden @ recurrent.T, 4, axis=-1)
            cell = jax.nn.sigmoid(f) * cell + jax.nn.sigmoid(i) * jnp.tanh(g)
            hidden = jax.nn.sigmoid(o) * jnp.tanh(cell)
            return (hidden, cell), hidden

        zeros = jnp.zeros((x.shape[1], WIDTH), x.dtype)
        return jax.lax.scan(one, (zeros, zeros), from_input)[1]

    def loss_of(p, tokens, y):
        x = p["tokens.weight"][tokens.T]
        for number in range(LAYERS):
            x = layer(p, number, x)
        return jax_.cross_entropy(jax_.linear(p, "head", x.swapaxes(0, 1)), y)

    return jax_.JaxStep.of(parameters, loss_of, jax_.adamw())
