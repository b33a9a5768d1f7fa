"""What a target is."""

from collections.abc import Mapping
from dataclasses import dataclass

#: Type that a target lacks -> for the program's dtypes the one that holds their values, all of
#: them or, in the case of i64, those that fit.
_HOLDS = {
    "i64": {"int64": "int32"},
    "f16": {"float16": "float32"},
    "bf16": {"bfloat16": "float32"},
    "i16": {"int16": "int32"},
    "i8": {"int8": "int32", "uint8": "int32", "bool": "int32"},
}


@dataclass(frozen=True)
class Target:
    """A kind of device that IREE compiles for.

    Attributes:
        name: As the user writes it, `cpu:x86-64-v3`.
        summary: What it is, in a few words.
        device: The value for `--iree-hal-target-device`.
        driver: The driver of IREE's runtime that opens the device.
        flags: What iree-compile needs beside the device.
        exact: Passes that keep exact numerics in its code; None where that cannot be kept.
        exact_flags: What iree-compile needs beside `flags` then.
        tuning: Passes that make its code faster, of those that `legalized` has for it.
        choices: Tuned choices for single products, of which `fungible-apply-tuning` makes kernels: key -> choice.
        careful: More flags, with which code generation fails less and the code may be slower;
            tried in order on a program that fails without them.
        packed: Whether operands of products are packed, in the form that a program needs (`targets/_packing.py`).
        is_spirv: Whether its code is SPIR-V, which has to ask for strict arithmetic (`targets/strictness.py`).
        requires: What a device has to report before it may run the code; `runtime/facts.py`
            says what devices report.
        lacks: Element types, by their MLIR names, that the code must not compute in (i64 and
            floats) or must not store (i8, which booleans are stored as, and i16); `bf16 arithmetic`, whose
            roundings IREE drops; `fused reductions`, kernels of a reduction and of what reads it in another
            order, which IREE gets wrong for SPIR-V; and `IEEE 754`, operations of which the device has other ideas.
    """

    name: str
    summary: str
    device: str
    driver: str
    flags: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    exact: tuple[str, ...] | None = None
    exact_flags: tuple[str, ...] = ()
    tuning: tuple[str, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    careful: tuple[tuple[str, ...], ...] = ()
    packed: bool = False
    is_spirv: bool = False

    @property
    def family(self) -> str:
        """The part of the name before the colon."""
        return self.name.partition(":")[0]

    @property
    def tunable(self) -> bool:
        """Whether there are choices to be made for it."""
        return "fungible-apply-tuning" in self.tuning

    @property
    def dtypes(self) -> Mapping[str, str]:
        """The dtypes that the host has to convert at the border: the program's -> the device's."""
        return {dtype: held for lacked in self.lacks for dtype, held in _HOLDS.get(lacked, {}).items()}
