"""What a device reports of itself, as a set of short facts; a target names those that it requires.

    local-task  machine and instruction set extensions (`x86_64`, `avx2`), see `targets/cpu.py`
    cuda        every compute capability whose PTX the device runs (`sm_60` ... `sm_89`)
    hip         the architecture (`gfx942`)
    vulkan      `vulkan-1.0` up to its version, `vendor:amd`, the sizes that a subgroup can have
                (`subgroup:32`), and the features that it has (`shaderFloat16`)
    metal       `metal`
"""

import re
from dataclasses import dataclass

from ..targets import cpu, cuda

#: PCI vendors, and Khronos' own numbers for those who have none.
_VENDORS = {
    0x1002: "amd",
    0x10DE: "nvidia",
    0x8086: "intel",
    0x13B5: "arm",
    0x5143: "qualcomm",
    0x14E4: "broadcom",
    0x106B: "apple",
    0x10005: "mesa",
}


@dataclass(frozen=True)
class Report:
    """What a device says.

    Attributes:
        name: For people.
        identity: All that decides how it computes: the name, the driver and its version.
        facts: See above.
        emulated: Whether it is a CPU that stands in for a GPU.
        partial: Whether it knows its machine alone, as CPUs do on other systems than Linux; the
            known-answer checks find out about the rest.
    """

    name: str
    identity: str
    facts: frozenset[str]
    emulated: bool = False
    partial: bool = False

    def missing(self, requires: tuple[str, ...]) -> list[str]:
        """What of `requires` it does not report, sorted."""
        return sorted(set(requires[:1] if self.partial else requires) - self.facts)


def local() -> Report:
    """The CPU that this process runs on."""
    features = cpu.host_features()
    return Report(f"{features[0]} CPU", " ".join(features), frozenset(features), partial=len(features) == 1)


def parse(driver: str, name: str, text: str) -> Report:
    """The report of a GPU from what IREE's driver prints of it.

    Args:
        driver: `cuda`, `hip`, `vulkan` or `metal`.
        name: As the driver lists it.
        text: `HalDriver.dump_device_info`.
    """
    facts = {"cuda": _cuda, "hip": _hip, "vulkan": _vulkan, "metal": lambda text: {"metal"}}[driver](text)
    kept = re.findall(r"^(?:- )?(?:name|driver\w*|driver-max-cuda-version|api|gpu-\S+|device_id): .*$", text, re.MULTILINE)
    return Report(name, "\n".join([driver, name, *kept]), frozenset(facts), bool(re.search(r"^type: cpu$", text, re.MULTILINE)))


def _cuda(text: str) -> set[str]:
    found = re.search(r"gpu-compute-capability: (\d+\.\d+)", text)
    return set(cuda.capabilities(found[1])) if found else set()


def _hip(text: str) -> set[str]:
    # `gfx942:sramecc+:xnack-`: what follows the colon are modes.
    found = re.search(r"gpu-arch-name: (\w+)", text)
    return {found[1]} if found else set()


def _vulkan(text: str) -> set[str]:
    facts = set(re.findall(r"(\w+)=yes", text))
    api = re.search(r"^api: 1\.(\d+)", text, re.MULTILINE)
    if api:
        facts |= {f"vulkan-1.{minor}" for minor in range(int(api[1]) + 1)}
    vendor = re.search(r"^vendor_id: (0x[0-9a-fA-F]+)", text, re.MULTILINE)
    if vendor:
        facts.add(f"vendor:{_VENDORS.get(int(vendor[1], 16), vendor[1])}")
    sizes = re.search(r"minSubgroupSize=(\d+) maxSubgroupSize=(\d+)", text) or re.search(r"subgroup: size=((\d+))", text)
    if sizes:
        low, high = int(sizes[1]), int(sizes[2])
        facts |= {f"subgroup:{1 << power}" for power in range(8) if low <= 1 << power <= high}
    return facts
