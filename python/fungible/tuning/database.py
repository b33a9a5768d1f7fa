"""The database of tuned choices: a JSON file, keyed by what computes and by what is computed.

    {"format": 1, "sections": [{"family": "cpu", "requires": ["avx512f", ...], "workers": 2, "iree": "3.13.0",
      "choices": {"matmul nn 1024x32x1024 f32": {"choice": "workgroup=128x32,vector=8x32x1", "default_ms": 0.457, "ms": 0.363}}}]}

A section is for targets of a family that require all that it requires, compiled by that version of IREE, on
machines with so many workers. What a choice means, and the key, say `passes/transforms/fungible_apply_tuning.py`
and `passes/_products.py`.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from .. import config, iree
from ..errors import FungibleError
from ..files import write_atomically
from ..runtime.workers import worker_count
from ..targets import Target

_FORMAT = 1

#: What is shipped, measured on the machine that `docs/results.md` names.
_SHIPPED = Path(__file__).parents[1] / "targets" / "tuning.json"

#: The choice of the target's own way, which a database has where one before it has another.
DEFAULT = "default"

#: In the place of a file's name: no tuned choices at all.
NONE = "none"


@dataclass(frozen=True)
class Choice:
    """How a product is computed, and milliseconds that one takes: the target's own way, and this one."""

    choice: str
    default_ms: float
    ms: float


@dataclass(frozen=True)
class Section:
    """The choices for a kind of device, by key of the product."""

    family: str
    requires: tuple[str, ...]
    workers: int
    iree: str
    choices: dict[str, Choice] = field(default_factory=dict)

    @classmethod
    def of(cls, target: Target) -> Section:
        """An empty one for a target on this machine."""
        return cls(target.family, tuple(sorted(target.requires)), worker_count(), iree.version())

    @property
    def place(self) -> tuple:
        """What sections are told apart and ordered by: later ones are more specific."""
        return self.family, self.iree, self.workers, len(self.requires), self.requires

    def fits(self, target: Target) -> bool:
        return (
            self.family == target.family
            and set(self.requires) <= set(target.requires)
            and self.iree == iree.version()
            and self.workers == worker_count()
        )


@dataclass(frozen=True)
class Database:
    """Sections, each place once."""

    sections: tuple[Section, ...] = ()

    @classmethod
    def load(cls, path: str | os.PathLike) -> Database:
        """Raises FungibleError: no such file, or it is no database."""
        try:
            document = json.loads(Path(path).read_text(encoding="utf-8"))
        except OSError as error:
            raise FungibleError(f"cannot read {path}: {error.strerror}") from None
        except ValueError:
            raise FungibleError(f"{path}: not a database of tuned choices (it is no JSON)") from None
        try:
            if document["format"] != _FORMAT:
                raise FungibleError(f"{path}: format {document['format']} of tuned choices is not known; run fungc tune again")
            return cls(tuple(_section(entry) for entry in document["sections"]))
        except (KeyError, TypeError, AttributeError) as error:
            raise FungibleError(f"{path}: not a database of tuned choices ({type(error).__name__}: {error})") from None

    def save(self, path: str | os.PathLike) -> None:
        """Writes the file, whole or not at all; the same choices give the same bytes.

        Raises:
            FungibleError: it cannot be written.
        """
        sections = sorted((section for section in self.sections if section.choices), key=lambda section: section.place)
        document = {"format": _FORMAT, "sections": [{**asdict(s), "choices": dict(sorted(asdict(s)["choices"].items()))} for s in sections]}
        text = json.dumps(document, indent=1) + "\n"
        try:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FungibleError(f"cannot write {path}: {error.strerror}") from None
        write_atomically(path, lambda file: file.write(text.encode()))

    def choices(self, target: Target) -> dict[str, str]:
        """Those for a target on this machine; the more specific section goes before the other."""
        fitting = sorted((section for section in self.sections if section.fits(target)), key=lambda section: section.place)
        return {key: found.choice for section in fitting for key, found in section.choices.items()}

    def updated(self, section: Section, measured: tuple[str, ...]) -> Database:
        """With what a section found for these products, in the place of what was known of them."""
        others = tuple(other for other in self.sections if other.place != section.place)
        known = next((other.choices for other in self.sections if other.place == section.place), {})
        kept = {key: choice for key, choice in known.items() if key not in measured}
        return Database((*others, replace(section, choices=kept | section.choices)))


def _section(entry: dict) -> Section:
    choices = {key: Choice(**choice) for key, choice in entry["choices"].items()}
    return Section(entry["family"], tuple(entry["requires"]), entry["workers"], entry["iree"], choices)


def shipped() -> Database:
    """What comes with the package."""
    return Database.load(_SHIPPED)


def applied(target: Target, tuning: str | os.PathLike | None) -> Target:
    """A target with the choices that its programs are compiled with.

    Args:
        tuning: a database; None for the user's own (`FUNGIBLE_TUNING`), if there is one, before the shipped one; `none`
            for no choices.

    Raises:
        FungibleError: the file is missing or no database.
    """
    if not target.tunable or tuning == NONE:
        return target
    files = [tuning] if tuning is not None else [_SHIPPED, *(file for file in [config.tuning_file()] if file.exists())]
    choices: dict[str, str] = {}
    for file in files:
        choices |= Database.load(file).choices(target)
    return replace(target, choices=tuple(sorted((key, choice) for key, choice in choices.items() if choice != DEFAULT)))
