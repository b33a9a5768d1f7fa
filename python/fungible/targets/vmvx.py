"""IREE's portable interpreter: slow, the same everywhere, for tests and for finding compiler faults."""

from ._target import Target

NAMES = ("vmvx",)


def resolve(name: str) -> Target:
    """The target `vmvx`."""
    return Target(
        name,
        "portable interpreter",
        "local",
        "local-task",
        ("--iree-hal-local-target-device-backends=vmvx",),
    )
