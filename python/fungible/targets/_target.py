"""What a target is."""

from collections.abc import Mapping
from dataclasses import dataclass

#: What holds the values of a type that a target lacks: values that fit, or all of them.
_WIDER_OR_NARROWER = {"i64": ("int64", "int32"), "f16": ("float16", "float32"), "bf16": ("bfloat16", "float32")}


@dataclass(frozen=True)
class Target:
    """A kind of device that IREE compiles for.

    Attributes:
        name: As the user writes it, `cpu:x86-64-v3`.
        summary: What it is, in a few words.
        device: The value for `--iree-hal-target-device`.
        driver: The driver of IREE's runtime that opens the device.
        flags: What iree-compile needs beside the device.
        requires: What a device has to report before it may run the code; `runtime/facts.py`
            says what devices report.
        lacks: Element types, by their MLIR names, that the code must not compute in.
    """

    name: str
    summary: str
    device: str
    driver: str
    flags: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()

    @property
    def family(self) -> str:
        """The part of the name before the colon."""
        return self.name.partition(":")[0]

    @property
    def dtypes(self) -> Mapping[str, str]:
        """The dtypes that the host has to convert at the border: the program's -> the device's."""
        return dict(_WIDER_OR_NARROWER[name] for name in self.lacks if name in _WIDER_OR_NARROWER)
