"""What a run was asked to do, as it is kept in its folder."""

from __future__ import annotations

import argparse
import hashlib
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from ..errors import FungibleError, UsageError
from .run_directory import RunDirectory

#: Steps where neither the command line nor the program says how many.
STEPS = 1000
_EVERY = 100


@dataclass
class Settings:
    """The settings of a run; all but `directory` and `resumed` are in its `run.json`.

    Attributes:
        program: Path of the program file or the artifact.
        program_sha256: What was in it.
        steps: None for the program's own.
        target: None for the artifact's first.
        memory_budget: Bytes for a step's intermediate tensors; None for no limit.
        tuning: File of tuned choices, `none`, or None for those that apply by default.
    """

    program: str
    data: str | None
    target: str | None
    steps: int | None
    seed: int
    numerics: str
    memory_budget: int | None
    tuning: str | None
    checkpoint_every: int
    evaluate_every: int
    program_sha256: str
    directory: RunDirectory
    resumed: bool

    @property
    def is_source(self) -> bool:
        """Whether the program is Python."""
        return self.program.endswith(".py")

    @property
    def name(self) -> str:
        return Path(self.program).stem

    def write(self) -> None:
        values = asdict(self) | {"program": str(Path(self.program).resolve())}
        if self.data not in (None, "random"):
            values["data"] = str(Path(self.data).resolve())
        if self.tuning not in (None, "none"):
            values["tuning"] = str(Path(self.tuning).resolve())
        self.directory.write_settings({name: value for name, value in values.items() if name in _KEPT})

    def program_has_changed(self) -> bool:
        """Since the run was begun."""
        return file_sha256(self.program) != self.program_sha256

    @classmethod
    def of(cls, args: argparse.Namespace) -> Settings:
        """From the command line; the folder of the run is made, so that what is wrong with it
        is said before anything is compiled.

        Raises:
            FungibleError: options that contradict each other, or files that cannot be used.
        """
        return _resumed(args) if args.resume else _new(args)


_KEPT = {field.name for field in fields(Settings)} - {"directory", "resumed"}


def _new(args: argparse.Namespace) -> Settings:
    for option in ("memory-budget", "tuning"):
        if getattr(args, option.replace("-", "_")) is not None and not str(args.program).endswith(".py"):
            raise UsageError(f"{args.program}: --{option} is for what is compiled, and an artifact is compiled already")
    if args.program is None:
        raise UsageError("say what to train: a PROGRAM.py or an artifact, or --resume DIR")
    digest = file_sha256(args.program)
    if not args.program.endswith(".py") and args.data is None:
        raise UsageError(f"{args.program}: an artifact holds no data; add --data FILE.py, --data FILE.npz or --data random")
    directory = RunDirectory.create(args.out) if args.out else RunDirectory.create_numbered(Path("runs", Path(args.program).stem))
    return Settings(
        program=args.program,
        data=args.data,
        target=args.target,
        steps=args.steps,
        seed=args.seed or 0,
        numerics=args.numerics,
        memory_budget=args.memory_budget,
        tuning=args.tuning,
        checkpoint_every=args.checkpoint_every or _EVERY,
        evaluate_every=args.evaluate_every or _EVERY,
        program_sha256=digest,
        directory=directory,
        resumed=False,
    )


def _resumed(args: argparse.Namespace) -> Settings:
    for option in ("out", "seed", "data", "memory-budget", "tuning"):
        if getattr(args, option.replace("-", "_")) is not None:
            raise UsageError(f"--resume goes on with the settings of the run, which has its own --{option}; leave it out")
    directory = RunDirectory.open(args.resume)
    kept = {"memory_budget": None, "tuning": None} | directory.read_settings()
    if not _KEPT <= kept.keys():
        raise FungibleError(f"{directory.path}: its run.json lacks {', '.join(sorted(_KEPT - kept.keys()))}")
    if args.numerics == "exact" and kept["numerics"] != "exact":
        raise UsageError(f"{directory.path}: was begun with {kept['numerics']} numerics; leave --numerics out")
    settings = Settings(**{name: kept[name] for name in _KEPT}, directory=directory, resumed=True)
    if args.program is not None:
        settings.program = args.program
    settings.target = args.target or settings.target
    settings.steps = args.steps or settings.steps
    settings.checkpoint_every = args.checkpoint_every or settings.checkpoint_every
    settings.evaluate_every = args.evaluate_every or settings.evaluate_every
    return settings


def file_sha256(path: str) -> str:
    """Raises FungibleError if the file cannot be read."""
    try:
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()
    except OSError as error:
        raise FungibleError(f"{path}: {'no such file' if isinstance(error, FileNotFoundError) else error.strerror}") from None
