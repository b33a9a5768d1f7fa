"""NVIDIA GPUs: PTX for one compute capability, compiled by the driver for that and all later ones."""

from . import _exactness, _fusion
from ._target import Target

#: Compute capability -> (what it is, the one that IREE 3.13 accepts for it). One that IREE does
#: not know gets the PTX of the newest before it, which its driver takes.
_CAPABILITIES = {
    "sm_60": ("NVIDIA Pascal, P100", "sm_60"),
    "sm_61": ("NVIDIA Pascal, GeForce 10", "sm_61"),
    "sm_62": ("NVIDIA Pascal, Jetson TX2", "sm_62"),
    "sm_70": ("NVIDIA Volta, V100", "sm_70"),
    "sm_72": ("NVIDIA Volta, Jetson Xavier", "sm_72"),
    "sm_75": ("NVIDIA Turing", "sm_75"),
    "sm_80": ("NVIDIA Ampere, A100", "sm_80"),
    "sm_86": ("NVIDIA Ampere, GeForce 30", "sm_86"),
    "sm_87": ("NVIDIA Ampere, Jetson Orin", "sm_87"),
    "sm_89": ("NVIDIA Ada, GeForce 40, L40", "sm_89"),
    "sm_90": ("NVIDIA Hopper, H100, H200: the PTX of sm_89", "sm_89"),
    "sm_100": ("NVIDIA Blackwell, B200: the PTX of sm_89", "sm_89"),
    "sm_103": ("NVIDIA Blackwell, B300: the PTX of sm_89", "sm_89"),
    "sm_120": ("NVIDIA Blackwell, GeForce 50", "sm_120"),
    "sm_121": ("NVIDIA Blackwell, GB10", "sm_121"),
}

NAMES = tuple(f"cuda:{name}" for name in _CAPABILITIES)


def resolve(name: str) -> Target:
    """The target of one of `NAMES`."""
    summary, capability = _CAPABILITIES[name.partition(":")[2]]
    flags = (*_fusion.CAREFUL, f"--iree-cuda-target={capability}")
    return Target(
        name,
        summary,
        "cuda",
        "cuda",
        flags,
        (capability,),
        exact=_exactness.GPU,
        exact_flags=_exactness.FLAGS,
        tuning=("fungible-tile-products", "fungible-store-reductions"),
    )


def capabilities(version: str) -> list[str]:
    """The compute capabilities whose PTX a device of this one (`9.0`) runs: its own and all before it."""
    own = _number(f"sm_{version.replace('.', '')}")
    return [name for name in _CAPABILITIES if _number(name) <= own]


def _number(capability: str) -> int:
    return int(capability.removeprefix("sm_"))
