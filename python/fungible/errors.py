"""What users see when something of theirs is wrong."""


class FungibleError(Exception):
    """One line: what is wrong, where, and what to do.

    The command line prints it as `error: ...` and leaves with 1; nothing else of the
    traceback is shown. Anything that is not a FungibleError is a defect of fungible.
    """


class ArtifactError(FungibleError):
    """A file is not an artifact, is damaged, or is of another format version."""


class CheckpointError(FungibleError):
    """A checkpoint is damaged or does not fit the program."""


class CompilationError(FungibleError):
    """A pass or IREE rejected the module.

    Attributes:
        log: All that the compiler printed.
    """

    log: str = ""


class CaptureError(FungibleError):
    """The training step cannot be captured as one graph."""


class DeviceError(FungibleError):
    """A device failed while it ran a program, or was lost."""


class InputError(FungibleError):
    """A batch does not have the structure, shapes or dtypes of the program."""


class TargetError(FungibleError):
    """A target name is unknown, ambiguous, or cannot be used on this machine."""


class UsageError(FungibleError):
    """A command is called in a way that it does not have; the command line leaves with 2."""
