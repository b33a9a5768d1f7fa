"""A compiled program in one file.

A `.fung` file is a zip archive, not compressed, whose bytes depend on its content alone:

- `manifest.json`: format, program, targets, numerics, schema, versions of the tools, and size
  and SHA-256 of the other members;
- `targets/<target>.vmfb` and `checks/<target>.vmfb`: IREE's executable module for a target, and
  that of the known-answer checks, compiled in the same way;
- `state.safetensors`: the state before the first step.
"""

import contextlib
import hashlib
import importlib.metadata
import io
import json
import os
import struct
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from . import __version__, tensors
from .runtime.build import Build
from .errors import ArtifactError
from .files import WithHoles, write_atomically
from .schema import Schema
from .stored_tensors import StoredTensors

if TYPE_CHECKING:
    from .runtime.session import Session

#: Grows when an archive of the new kind cannot be read by the code before.
FORMAT = 2

_MANIFEST, _STATE = "manifest.json", "state.safetensors"

#: Bytes that are hashed at a time.
_PIECE = 2**20

#: Where the header of a zip archive's entry has the lengths of its name and of what follows it, which the entry follows.
_LENGTHS = 26

#: The earliest time that a zip archive can hold.
_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Artifact:
    """A compiled program with its initial state; runs without torch and without the compiler.

    Attributes:
        program: Name of the program, for people.
        schema: Entry points and state.
        builds: The code for each target, in the order of the author's preference.
        state: Initial state, name -> value, for every name of the schema.
        numerics: The contract that it was compiled under, `fast` or `exact`.
        fingerprint: Hash of the program before any target; checkpoints carry it.
        versions: Tool -> version that made it.
    """

    program: str
    schema: Schema
    builds: tuple[Build, ...]
    state: Mapping[str, np.ndarray]
    numerics: str = "fast"
    fingerprint: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self):
        if not self.builds:
            raise ArtifactError("the artifact is for no target")
        names = {spec.name for spec in self.schema.state}
        if names != self.state.keys():
            differing = ", ".join(sorted(names ^ self.state.keys()))
            raise ArtifactError(f"the initial state does not fit the schema; differing names: {differing}")

    @classmethod
    def create(
        cls,
        *,
        name: str,
        schema: Schema,
        builds: Sequence[Build],
        state: Mapping[str, np.ndarray],
        numerics: str = "fast",
        fingerprint: str | None = None,
    ) -> "Artifact":
        """An artifact made on this host, now: `versions` are looked up.

        `fingerprint` is by default that of the schema.
        """
        return cls(
            program=name,
            schema=schema,
            builds=tuple(builds),
            state=state,
            numerics=numerics,
            fingerprint=fingerprint or _sha256(schema.dumps().encode()),
            versions=_versions(),
        )

    @property
    def targets(self) -> tuple[str, ...]:
        """The names of the targets that it has code for."""
        return tuple(build.name for build in self.builds)

    def on(self, target: str | None = None) -> "Session":
        """Opens a device, proves it, and puts the initial state on it.

        Args:
            target: One of `targets`, or a family (`cpu` for `cpu:x86-64-v3`), of which the
                most specific that this machine can run is taken; by default the first of
                `targets` that this machine can run.

        Raises:
            TargetError: the artifact is not for that target, no device here is what the
                target requires, or the device gives wrong answers.
        """
        from .placement import place
        from .runtime.session import Session

        build, device = place(self, target)
        return Session(self, build, device)

    def save(self, destination: str | os.PathLike | BinaryIO) -> None:
        """Writes the file, whole or not at all, or its bytes to a stream.

        Raises:
            FungibleError: it cannot be written.
        """
        if hasattr(destination, "write"):
            destination.write(self.to_bytes())
        else:
            write_atomically(
                destination, lambda file: self._write(WithHoles(file)) if file.seekable() else file.write(self.to_bytes())
            )

    def to_bytes(self) -> bytes:
        """The content of the file; equal artifacts give equal bytes."""
        stream = io.BytesIO()
        self._write(stream)
        return stream.getvalue()

    def _write(self, file: BinaryIO) -> None:
        """State can be larger than all else that a program needs: it is not copied on its way to the file."""
        members: dict[str, list[bytes | memoryview]] = {}
        targets = []
        for build in self.builds:
            paths = {"module": f"targets/{build.stem}.vmfb", "checks": f"checks/{build.stem}.vmfb"}
            members |= {path: [getattr(build, part)] for part, path in paths.items()}
            facts = {"name": build.name, "driver": build.driver, "requires": list(build.requires), "dtypes": dict(build.dtypes)}
            targets.append({**facts, **paths, "check_names": list(build.check_names)})
        members[_STATE] = list(tensors.pieces(self.state))
        manifest = {
            "format": FORMAT,
            "fungible": __version__,
            "program": self.program,
            "fingerprint": self.fingerprint,
            "targets": targets,
            "numerics": self.numerics,
            "versions": dict(sorted(self.versions.items())),
            "members": {name: {"size": sum(map(len, parts)), "sha256": _sha256(*parts)} for name, parts in members.items()},
            "schema": self.schema.to_json(),
        }
        text = json.dumps(manifest, indent=1).encode()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for name, parts in {_MANIFEST: [text], **members}.items():
                entry = zipfile.ZipInfo(name, _TIME)
                entry.create_system = 3  # Unix, on every system
                entry.external_attr = 0o644 << 16
                entry.file_size = sum(map(len, parts))
                with archive.open(entry, "w") as member:
                    for part in parts:
                        member.write(part)


def load(source: str | os.PathLike | BinaryIO) -> Artifact:
    """Reads an artifact from a file or a stream of bytes and checks every part of it.

    The initial state of a file stays there, and is read again when it is put on a device.

    Raises:
        ArtifactError: it is missing, damaged, something else, or of another format.
    """
    if hasattr(source, "read"):
        return _parse("<stream>", io.BytesIO(source.read()), in_memory=True)
    path = Path(source)
    try:
        with open(path, "rb") as file:
            return _parse(str(path), file)
    except OSError as error:
        raise ArtifactError(f"{path}: {error.strerror}") from None


def _parse(name: str, file: BinaryIO, in_memory: bool = False) -> Artifact:
    if file.read(2) != b"PK":
        raise ArtifactError(f"{name}: not an artifact of fungible")
    try:
        with zipfile.ZipFile(file) as archive:
            if _MANIFEST not in archive.namelist():
                raise ArtifactError(f"{name}: not an artifact of fungible (no {_MANIFEST})")
            manifest = json.loads(archive.read(_MANIFEST))
            _check_format(name, manifest)
            members = {member: archive.read(member) for member in manifest["members"] if member != _STATE}
            hashes = {member: _sha256(content) for member, content in members.items()} | {_STATE: _hashed(archive, _STATE)}
            for member, digest in hashes.items():
                if digest != manifest["members"][member]["sha256"]:
                    raise ArtifactError(f"{name}: damaged, {member} is not what the manifest says")
            return Artifact(
                program=manifest["program"],
                schema=Schema.from_json(manifest["schema"]),
                builds=tuple(_build(entry, members) for entry in manifest["targets"]),
                state=_state(archive, file, in_memory),
                numerics=manifest["numerics"],
                fingerprint=manifest["fingerprint"],
                versions=dict(manifest["versions"]),
            )
    # zipfile raises NotImplementedError, RuntimeError and struct.error for archives that are damaged
    # in places that it does not expect.
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError, EOFError, OSError, RuntimeError, struct.error, AttributeError) as error:
        raise ArtifactError(f"{name}: a damaged artifact, perhaps truncated: {error}") from error


def _hashed(archive: zipfile.ZipFile, member: str) -> str:
    """The SHA-256 of a member, of which only a piece is in memory at a time."""
    digest = hashlib.sha256()
    with archive.open(member) as content:
        for piece in iter(lambda: content.read(_PIECE), b""):
            digest.update(piece)
    return digest.hexdigest()


def _state(archive: zipfile.ZipFile, file: BinaryIO, in_memory: bool) -> Mapping[str, np.ndarray]:
    """The initial state, left in the file where there is one."""
    entry = archive.getinfo(_STATE)
    if in_memory or entry.compress_type != zipfile.ZIP_STORED:
        return tensors.parse(archive.read(_STATE))[0]
    file.seek(entry.header_offset + _LENGTHS)
    name, extra = struct.unpack("<HH", file.read(4))
    return StoredTensors(file, entry.header_offset + _LENGTHS + 4 + name + extra, entry.file_size)


def _build(entry: dict, members: Mapping[str, bytes]) -> Build:
    texts = (entry["name"], entry["driver"], *entry["requires"], *entry["check_names"], *entry["dtypes"].items())
    if not all(isinstance(text, (str, tuple)) for text in texts):
        raise TypeError("a target is not described in words")
    return Build(
        name=entry["name"],
        driver=entry["driver"],
        module=members[entry["module"]],
        checks=members[entry["checks"]],
        requires=tuple(entry["requires"]),
        dtypes=entry["dtypes"],
        check_names=tuple(entry["check_names"]),
    )


def _check_format(name: str, manifest: object) -> None:
    if not isinstance(manifest, dict) or not isinstance(manifest.get("format"), int):
        raise ArtifactError(f"{name}: not an artifact of fungible (its manifest is of another kind)")
    if manifest["format"] != FORMAT:
        advice = "upgrade fungible" if manifest["format"] > FORMAT else "compile the program again"
        raise ArtifactError(
            f"{name}: format {manifest['format']} of fungible {manifest.get('fungible')}, "
            f"this fungible {__version__} reads format {FORMAT}; {advice}"
        )


def _versions() -> dict[str, str]:
    found = {}
    for package in ("iree-base-compiler", "torch", "torch-mlir"):
        # An artifact can be made without torch, from the text of a later stage.
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found[package] = importlib.metadata.version(package)
    return found


def _sha256(*parts: bytes | memoryview) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()
