"""What the machine can do: products of matrices, at the rate that a step's arithmetic is compared with."""

from __future__ import annotations

from setting import Setting

#: Rows, columns and what is summed over, in units of a size: products of as many operations.
_SHAPES = ((4, 4, 4), (8, 4, 2), (2, 4, 8), (4, 8, 2))


def _shapes(setting: Setting) -> list[tuple[int, ...]]:
    # On a GPU large enough that its launch does not count.
    unit = 2048 if setting.is_gpu else 256
    return [tuple(unit * size for size in shape) for shape in _SHAPES]


def product_flops(setting: Setting) -> int:
    """Of each of the products."""
    rows, columns, inner = _shapes(setting)[0]
    return 2 * rows * columns * inner


def in_torch(setting: Setting):
    """`run(pair)` and the pairs of matrices."""
    import torch
    from in_setting import prepare_torch

    device, dtype = prepare_torch(setting), torch.bfloat16 if setting.precision == "bf16" else torch.float32

    def matrix(*shape: int) -> torch.Tensor:
        return torch.rand(shape).to(device, dtype)

    pairs = [(matrix(rows, inner), matrix(inner, columns)) for rows, columns, inner in _shapes(setting)]
    return lambda pair: float(torch.mm(*pair)[0, 0]), pairs


def in_jax(setting: Setting):
    """The same; which of the two is the faster depends on the device."""
    import jax
    from in_setting import prepare_jax

    prepare_jax(setting)
    dtype = jax.numpy.bfloat16 if setting.precision == "bf16" else jax.numpy.float32
    product, key = jax.jit(jax.numpy.matmul), jax.random.key(0)
    pairs = [
        (jax.random.uniform(key, (rows, inner), dtype), jax.random.uniform(key, (inner, columns), dtype))
        for rows, columns, inner in _shapes(setting)
    ]
    for pair in pairs:
        product(*pair).block_until_ready()
    return lambda pair: product(*pair).block_until_ready().size, pairs
