"""What a pass is: a frozen dataclass whose fields are its options."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from torch_mlir import ir


class PassFailure(Exception):
    """The pass stops here; what is wrong has been emitted as a diagnostic already."""


@dataclass(frozen=True)
class Pass:
    """Base of all passes; they run on `builtin.module`.

    The docstring of a subclass is its documentation: a summary line, the IR before and
    after, and what it fails on. `name{option-a=1}` in a pipeline sets the field `option_a`.
    """

    name: ClassVar[str]

    def run(self, module: ir.Operation) -> None:
        """Changes the module in place.

        Raises:
            PassFailure: after at least one error was emitted (see `fail`).
        """
        raise NotImplementedError

    @classmethod
    def from_options(cls, options: dict[str, str]) -> "Pass":
        """The pass with its options set from text.

        Raises:
            ValueError: for an unknown option or a value of the wrong type.
        """
        fields = {field.name.replace("_", "-"): field for field in dataclasses.fields(cls)}
        values = {}
        for option, text in options.items():
            if option not in fields:
                known = ", ".join(sorted(fields)) or "none"
                raise ValueError(f"pass '{cls.name}' has no option '{option}' (options: {known})")
            field = fields[option]
            values[field.name] = _parse(cls.name, option, text, type(field.default))
        return cls(**values)


def _parse(pass_name: str, option: str, text: str, kind: type):
    if kind is bool:
        if text.lower() in ("true", "1"):
            return True
        if text.lower() in ("false", "0"):
            return False
    elif kind is str:
        return text
    else:
        try:
            return kind(text)
        except ValueError:
            pass
    raise ValueError(f"option '{option}' of pass '{pass_name}' expects a {kind.__name__}, but got '{text}'")


def fail(op: ir.Operation | ir.OpView, message: str) -> None:
    """Emits a located error on `op` and stops the pass.

    Raises:
        PassFailure: always.
    """
    op.location.emit_error(message)
    raise PassFailure(message)


def fail_each(errors: Iterable[tuple[ir.Operation, str]]) -> None:
    """Emits a located error on each op, with the op's name before it, and stops the pass.

    Raises:
        PassFailure: always.
    """
    for op, message in errors:
        op.location.emit_error(f"'{op.name}': {message}")
    raise PassFailure("see the errors above")
