"""What a target is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """A kind of device that IREE compiles for.

    Attributes:
        name: As the user writes it, `cpu:x86-64-v3`.
        summary: What it is, in a few words.
        device: The value for `--iree-hal-target-device`.
        driver: The driver of IREE's runtime that opens the device.
        flags: What iree-compile needs beside the device.
        requires: For CPUs the machine and the instruction set extensions that a host needs
            to run the code, as Linux names them.
    """

    name: str
    summary: str
    device: str
    driver: str
    flags: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()

    @property
    def family(self) -> str:
        """The part of the name before the colon."""
        return self.name.partition(":")[0]
