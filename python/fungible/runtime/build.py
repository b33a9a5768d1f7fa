"""The code of a program for one target, as an artifact holds it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..targets import Target


@dataclass(frozen=True)
class Build:
    """What is known of a target without asking `targets`, so that a file says all that its code needs.

    Attributes:
        name: Of the target.
        driver: The driver of IREE's runtime.
        module: IREE's executable module (`.vmfb`).
        checks: The executable module of the known-answer checks, compiled as `module` was; see `proof`.
        check_names: What it holds; the fungible that runs them may know others.
        requires: What a device has to report; see `runtime/facts.py`.
        dtypes: The program's dtype -> the device's, where the device lacks it.
    """

    name: str
    driver: str
    module: bytes
    checks: bytes
    requires: tuple[str, ...] = ()
    dtypes: Mapping[str, str] = field(default_factory=dict)
    check_names: tuple[str, ...] = ()

    @classmethod
    def of(cls, target: Target, module: bytes, checks: bytes, check_names: Sequence[str]) -> Build:
        return cls(target.name, target.driver, module, checks, target.requires, target.dtypes, tuple(check_names))

    @property
    def is_small(self) -> bool:
        """Whether `fungible-mark-small` has marked its functions."""
        return b"fungible.small" in self.module

    @property
    def family(self) -> str:
        """The part of the name before the colon."""
        return self.name.partition(":")[0]

    @property
    def stem(self) -> str:
        """The name as a file name has it."""
        return self.name.replace(":", "-")
