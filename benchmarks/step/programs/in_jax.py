"""A training step in JAX: jitted, with its state donated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import optax


_product_dtype: Any = None


def compute_products_in(dtype: Any) -> None:
    """Of steps that are made from here on; as PyTorch's autocast does, results have that dtype as well."""
    global _product_dtype
    _product_dtype = dtype


def operands(*arrays: jax.Array) -> tuple[jax.Array, ...]:
    """Of a product, in the dtype to compute it in."""
    return tuple(array.astype(_product_dtype or array.dtype) for array in arrays)


@dataclass
class JaxStep:
    """State, and `step(state, x, y) -> (state, loss)`."""

    state: Any
    step: Callable

    @classmethod
    def of(cls, parameters: Any, loss_of: Callable, optimizer: optax.GradientTransformation) -> JaxStep:
        """Args:
        loss_of: `loss_of(parameters, x, y)`, a scalar.
        """

        def step(state, x, y):
            parameters, moments = state
            loss, gradients = jax.value_and_grad(loss_of)(parameters, x, y)
            updates, moments = optimizer.update(gradients, moments, parameters)
            return (optax.apply_updates(parameters, updates), moments), loss

        parameters = jax.tree.map(jnp.asarray, parameters)
        return cls((parameters, optimizer.init(parameters)), jax.jit(step, donate_argnums=0))


def sgd(rate: float = 0.01) -> optax.GradientTransformation:
    return optax.sgd(rate, momentum=0.9)


def adamw() -> optax.GradientTransformation:
    return optax.adamw(3e-4, weight_decay=0.01)


def cross_entropy(logits: jax.Array, labels: jax.Array) -> jax.Array:
    return optax.softmax_cross_entropy_with_integer_labels(logits.astype(jnp.float32), labels).mean()


def linear(parameters: dict, name: str, x: jax.Array) -> jax.Array:
    """With weights as PyTorch has them: outputs first."""
    x, weight = operands(x, parameters[f"{name}.weight"])
    x = x @ weight.T
    return x + parameters[f"{name}.bias"].astype(x.dtype) if f"{name}.bias" in parameters else x


def layer_norm(parameters: dict, name: str, x: jax.Array) -> jax.Array:
    x = jax.nn.standardize(x.astype(jnp.float32), axis=-1, epsilon=1e-5)
    return x * parameters[f"{name}.weight"] + parameters[f"{name}.bias"]


def batch_norm(parameters: dict, name: str, x: jax.Array) -> jax.Array:
    """Of this batch, channels last; running statistics are not part of the arithmetic that is timed."""
    normalized = jax.nn.standardize(x.astype(jnp.float32), axis=(0, 1, 2), epsilon=1e-5)
    return (normalized * parameters[f"{name}.weight"] + parameters[f"{name}.bias"]).astype(x.dtype)


def convolution(parameters: dict, name: str, x: jax.Array, stride: int = 1) -> jax.Array:
    """Channels last, weights `HWIO`, padded so that stride 1 keeps the size."""
    x, weight = operands(x, parameters[f"{name}.weight"])
    side = weight.shape[0] // 2
    return jax.lax.conv_general_dilated(
        x, weight, (stride, stride), [(side, side)] * 2, dimension_numbers=("NHWC", "HWIO", "NHWC")
    )


def channels_last(parameters: dict) -> dict:
    """Weights of convolutions as JAX's CPU kernels like them best: `HWIO` for PyTorch's `OIHW`."""
    return {name: p.transpose(2, 3, 1, 0) if p.ndim == 4 else p for name, p in parameters.items()}
