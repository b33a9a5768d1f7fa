"""PyTorch and JAX, told of a setting before a program is made."""

from __future__ import annotations

from setting import NotAvailable, Setting


def prepare_torch(setting: Setting) -> str:
    """The device to put tensors on.

    Raises:
        NotAvailable: there is no GPU where one is wanted.
    """
    import torch

    if setting.is_gpu:
        if not torch.cuda.is_available():
            raise NotAvailable(f"PyTorch {torch.__version__} finds no GPU here")
        torch.set_float32_matmul_precision("high" if setting.precision == "tf32" else "highest")
        torch.backends.cudnn.allow_tf32 = setting.precision == "tf32"  # on by default, other than for products
    return setting.torch_device


def prepare_jax(setting: Setting) -> None:
    """Raises NotAvailable, as above."""
    import jax

    if setting.is_gpu:
        if jax.default_backend() == "cpu":
            raise NotAvailable(f"JAX {jax.__version__} finds no GPU here")
        jax.config.update("jax_default_matmul_precision", "tensorfloat32" if setting.precision == "tf32" else "highest")
    if setting.precision == "bf16":
        from programs import in_jax

        in_jax.compute_products_in(jax.numpy.bfloat16)
