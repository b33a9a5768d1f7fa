"""Text from a compiled language model: greedy decoding, or sampling at a temperature."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import tree
from ..errors import FungibleError, InputError
from ..schema import TensorSpec, numpy_dtype

if TYPE_CHECKING:
    from .session import Session


def generate(
    session: Session,
    prompt: Any,
    count: int,
    *,
    temperature: float = 0.0,
    seed: int = 0,
    entry_point: str = "predict",
) -> np.ndarray:
    """Continues sequences of tokens, one token after the other.

    The entry point takes tokens `[batch, context]` and returns logits `[batch, context, vocabulary]` of
    the token that follows each place. The model has to be causal: sequences are filled up
    with zeros on the right, and what stands there may not matter. Sequences longer than the context are seen
    through its last `context` tokens. With buckets of several contexts the shortest that holds the sequence is
    called. Nothing is kept between calls, so that each costs a whole context.

    Args:
        session: of a program with such an entry point.
        prompt: at least one token: integers `[length]`, or `[batch, length]` for several sequences at once.
        count: how many tokens to add.
        temperature: 0 takes the likeliest token, the first of equals; above, tokens are drawn from
            softmax(logits / temperature).
        seed: of the draws.

    Returns:
        The prompt and what follows: int64 `[length + count]`, or `[batch, length + count]`.

    Raises:
        FungibleError: the program has no such entry point, or it is of another form.
        InputError: the prompt is empty or of another batch size.
    """
    tokens = np.asarray(prompt)
    if tokens.dtype.kind not in "iu" or tokens.ndim not in (1, 2) or tokens.shape[-1] == 0:
        raise InputError(f"prompt: expects integers [length] or [batch, length], got {tokens.dtype}{list(tokens.shape)}")
    text = np.atleast_2d(tokens).astype(np.int64)
    contexts = _contexts(session, entry_point, len(text))
    random = np.random.default_rng(seed)
    for _ in range(count):
        name, spec = next((each for each in contexts if each[1].shape[1] >= text.shape[1]), contexts[-1])
        seen = text[:, -spec.shape[1] :]
        padded = np.zeros(spec.shape, numpy_dtype(spec.dtype))
        padded[:, : seen.shape[1]] = seen
        logits = np.asarray(tree.flatten(session.call(name, padded))[0])[:, seen.shape[1] - 1]
        text = np.concatenate([text, _choose(logits.astype(np.float64), temperature, random)[:, None]], axis=1)
    return text if tokens.ndim == 2 else text[0]


def _contexts(session: Session, entry_point: str, batch: int) -> list[tuple[str, TensorSpec]]:
    """The entry points for this batch size and their inputs, by the length of their context."""
    buckets = session.schema.buckets(entry_point)
    if not buckets:
        raise FungibleError(f"the program has no entry point '{entry_point}'; pass predict= to fungible.Program")
    found = []
    for name, entry in buckets.items():
        inputs, outputs = tree.flatten(entry.inputs), tree.flatten(entry.outputs)
        if not isinstance(entry.inputs, TensorSpec) or len(inputs[0].shape) != 2 or outputs[0].shape[:-1] != inputs[0].shape:
            raise FungibleError(
                f"'{name}' takes {', '.join(map(str, inputs))} and returns {', '.join(map(str, outputs))}; to generate"
                " text it has to take tokens [batch, context] and return logits [batch, context, vocabulary]"
            )
        found.append((name, inputs[0]))
    fitting = sorted((each for each in found if each[1].shape[0] == batch), key=lambda each: each[1].shape[1])
    if not fitting:
        sizes = " or ".join(str(size) for size in sorted({spec.shape[0] for _, spec in found}))
        raise InputError(f"prompt: {batch} sequences, and '{entry_point}' was compiled for {sizes}")
    return fitting


def _choose(logits: np.ndarray, temperature: float, random: np.random.Generator) -> np.ndarray:
    """A token for each row of `logits`."""
    if not np.isfinite(logits.max(axis=-1)).all():
        raise FungibleError("the logits are not finite; the model has diverged")
    if temperature == 0.0:
        return logits.argmax(axis=-1)
    scaled = (logits - logits.max(axis=-1, keepdims=True)) / temperature
    chances = np.exp(scaled)
    chances /= chances.sum(axis=-1, keepdims=True)
    return np.array([random.choice(len(row), p=row) for row in chances])
