"""What a run is made on, and in which precision."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

#: How far losses may be apart, relatively: rounding differs, which ReLU and pools amplify.
AGREEMENT = {"f32": 1e-3, "tf32": 5e-3, "bf16": 2e-2}


@dataclass(frozen=True)
class Setting:
    """Where and how the programs of the suite run.

    Attributes:
        target: What fungible compiles for, as `fungc targets` names it. The peers run on the CPU if that is one, and
            else on the GPU that they find.
        precision: Of products and convolutions: `f32`; `tf32`, which the peers use where the GPU has it and fungible does
            not; or `bf16`, PyTorch's `autocast`, with parameters, sums, norms and losses in float32.
    """

    target: str = "cpu"
    precision: str = "f32"

    @property
    def is_gpu(self) -> bool:
        return self.target.partition(":")[0] not in ("cpu", "vmvx")

    @property
    def torch_device(self) -> str:
        """PyTorch calls AMD's GPUs so as well."""
        return "cuda" if self.is_gpu else "cpu"

    @property
    def agreement(self) -> float:
        return AGREEMENT[self.precision]

    @property
    def own_precision(self) -> str:
        """What fungible computes in."""
        return "bf16" if self.precision == "bf16" else "f32"

    def autocast(self, device: str) -> contextlib.AbstractContextManager:
        import torch

        return torch.autocast(device, torch.bfloat16) if self.precision == "bf16" else contextlib.nullcontext()

    def environment(self) -> dict[str, str]:
        """Variables of the contestants' processes."""
        if self.is_gpu:
            # By default JAX takes three quarters of the GPU's memory, which the others need.
            return {"XLA_PYTHON_CLIENT_PREALLOCATE": "false"}
        return {"JAX_PLATFORMS": "cpu"}


class NotAvailable(Exception):
    """A contestant cannot run in this setting."""
