"""NVIDIA GPUs: PTX for one compute capability, compiled by the driver for that and all later ones."""

from ._target import Target

#: Compute capability -> (what it is, the one that IREE accepts for it). Newer ones than IREE
#: knows get the PTX of the newest before them.
_CAPABILITIES = {
    "sm_60": ("NVIDIA Pascal", "sm_60"),
    "sm_70": ("NVIDIA Volta", "sm_70"),
    "sm_75": ("NVIDIA Turing", "sm_75"),
    "sm_80": ("NVIDIA Ampere, A100", "sm_80"),
    "sm_86": ("NVIDIA Ampere", "sm_86"),
    "sm_89": ("NVIDIA Ada", "sm_89"),
    "sm_90": ("NVIDIA Hopper, PTX of sm_89", "sm_89"),
    "sm_100": ("NVIDIA Blackwell, PTX of sm_89", "sm_89"),
    "sm_120": ("NVIDIA Blackwell, client", "sm_120"),
}

NAMES = tuple(f"cuda:{name}" for name in _CAPABILITIES)


def resolve(name: str) -> Target:
    """The target of one of `NAMES`."""
    summary, capability = _CAPABILITIES[name.partition(":")[2]]
    return Target(name, summary, "cuda", "cuda", (f"--iree-cuda-target={capability}",))
