"""What `torch.compile(model, backend="fungible", options={...})` takes."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from .. import targets
from ..errors import UsageError
from ..targets import Target
from ..tuning.database import applied


@dataclass(frozen=True)
class Options:
    """The options by name.

    Attributes:
        target: name of the target to compile for and to run on.
    """

    target: str = "cpu"

    @classmethod
    def of(cls, options: Mapping[str, Any] | None, mode: str | None) -> Options:
        """Raises UsageError for an option or a mode that the backend does not have."""
        if mode not in (None, "default"):
            raise UsageError(f"torch.compile(mode='{mode}'): the backend 'fungible' has one mode; leave mode= out")
        known = [field.name for field in fields(cls)]
        for name in options or {}:
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
                hint = f"did you mean '{near[0]}'?" if near else f"it has: {', '.join(known)}"
                raise UsageError(f"torch.compile(options=): the backend 'fungible' has no option '{name}'; {hint}")
        return cls(**(options or {}))

    def resolved(self) -> Target:
        """With the tuned choices that apply by default; raises TargetError for an unknown target."""
        return applied(targets.resolve(self.target), None)
