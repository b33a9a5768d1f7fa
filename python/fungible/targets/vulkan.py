"""GPUs through Vulkan. `vulkan` needs only IREE's baseline profile; a named one needs that very family."""

from ._target import Target

_FAMILIES = {
    "rdna2": "AMD RDNA 2",
    "rdna3": "AMD RDNA 3",
    "turing": "NVIDIA Turing",
    "ampere": "NVIDIA Ampere",
    "ada": "NVIDIA Ada",
    "valhall4": "Arm Mali, Valhall 4",
    "adreno": "Qualcomm Adreno",
}

NAMES = ("vulkan", *(f"vulkan:{name}" for name in _FAMILIES))


def resolve(name: str) -> Target:
    """The target of one of `NAMES`."""
    family = name.partition(":")[2]
    if not family:
        return Target(name, "GPU with Vulkan, portable baseline", "vulkan", "vulkan")
    summary = f"{_FAMILIES[family]}, through Vulkan"
    return Target(name, summary, "vulkan", "vulkan", (f"--iree-vulkan-target={family}",))
