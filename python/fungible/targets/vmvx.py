"""IREE's portable interpreter: slow, the same everywhere, for tests and for finding compiler faults."""

from . import _exactness
from ._target import Target

NAMES = ("vmvx",)


def resolve(name: str) -> Target:
    """The target `vmvx`."""
    flags = ("--iree-hal-local-target-device-backends=vmvx",)
    return Target(
        name,
        "portable interpreter",
        "local",
        "local-task",
        flags,
        lacks=("f16", "bf16", "i16", "i8", "IEEE 754"),
        exact=_exactness.INTERPRETER,
        exact_flags=_exactness.FLAGS,
    )
