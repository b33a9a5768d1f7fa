"""A compiled program in one file.

A `.fung` file is a zip archive, not compressed, whose bytes depend on its content alone:

- `manifest.json`: format, program, targets, numerics, schema, versions of the tools, and size
  and SHA-256 of the other two;
- `module.vmfb`: IREE's executable module for all targets;
- `state.safetensors`: the state before the first step.
"""

import contextlib
import hashlib
import importlib.metadata
import io
import json
import os
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from . import __version__, tensors
from .errors import ArtifactError, TargetError
from .files import write_atomically
from .schema import Schema
from .targets import resolve
from .targets.cpu import missing_features

if TYPE_CHECKING:
    from .runtime.session import Session

#: Grows when an archive of the new kind cannot be read by the code before.
FORMAT = 1

_MANIFEST, _MODULE, _STATE = "manifest.json", "module.vmfb", "state.safetensors"

#: The earliest time that a zip archive can hold.
_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Artifact:
    """A compiled program with its initial state; runs without torch and without the compiler.

    Attributes:
        program: Name of the program, for people.
        schema: Entry points and state.
        module: IREE's executable module (`.vmfb`).
        state: Initial state, name -> value, for every name of the schema.
        targets: Names of the targets that the module has code for.
        numerics: The contract that it was compiled under, `fast` or `exact`.
        fingerprint: Hash of the program before any target; checkpoints carry it.
        versions: Tool -> version that made it.
        requires: What a CPU needs to run the code for it; see `Target.requires`.
    """

    program: str
    schema: Schema
    module: bytes
    state: Mapping[str, np.ndarray]
    targets: tuple[str, ...]
    numerics: str = "fast"
    fingerprint: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    requires: tuple[str, ...] = ()

    def __post_init__(self):
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
        module: bytes,
        state: Mapping[str, np.ndarray],
        targets: Sequence[str],
        numerics: str = "fast",
        fingerprint: str | None = None,
    ) -> "Artifact":
        """An artifact made on this host, now: `versions` and `requires` are looked up.

        `fingerprint` is by default that of the schema.
        """
        return cls(
            program=name,
            schema=schema,
            module=module,
            state=state,
            targets=tuple(targets),
            numerics=numerics,
            fingerprint=fingerprint or _sha256(schema.dumps().encode()),
            versions=_versions(),
            requires=tuple(feature for target in targets for feature in resolve(target).requires),
        )

    def on(self, target: str | None = None) -> "Session":
        """Opens the device and puts the initial state on it.

        Args:
            target: One of `targets` or its family (`cpu` for `cpu:x86-64-v3`); by default the first.

        Raises:
            TargetError: the artifact is not for that target, or this host cannot run it.
        """
        name = self._choose(target)
        missing = missing_features(self.requires)
        if name.startswith("cpu") and missing:
            raise TargetError(
                f"{self.program}: compiled for another CPU as '{name}', this one lacks {', '.join(missing)}; "
                "compile it for 'cpu' here or for 'cpu:generic'"
            )
        from .runtime.session import Session

        return Session(self, resolve(name))

    def _choose(self, wanted: str | None) -> str:
        if wanted is None or wanted in self.targets:
            return wanted or self.targets[0]
        family = [name for name in self.targets if name.partition(":")[0] == wanted]
        if family:
            return family[0]
        resolve(wanted)
        raise TargetError(f"{self.program}: not compiled for '{wanted}', only for {', '.join(self.targets)}")

    def save(self, destination: str | os.PathLike | BinaryIO) -> None:
        """Writes the file, whole or not at all, or its bytes to a stream.

        Raises:
            FungibleError: it cannot be written.
        """
        data = self.to_bytes()
        if hasattr(destination, "write"):
            destination.write(data)
        else:
            write_atomically(destination, lambda file: file.write(data))

    def to_bytes(self) -> bytes:
        """The content of the file; equal artifacts give equal bytes."""
        members = {_MODULE: self.module, _STATE: tensors.dump(self.state)}
        manifest = {
            "format": FORMAT,
            "fungible": __version__,
            "program": self.program,
            "fingerprint": self.fingerprint,
            "targets": list(self.targets),
            "requires": list(self.requires),
            "numerics": self.numerics,
            "versions": dict(sorted(self.versions.items())),
            "members": {name: {"size": len(data), "sha256": _sha256(data)} for name, data in members.items()},
            "schema": self.schema.to_json(),
        }
        text = json.dumps(manifest, indent=1).encode()
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
            for name, data in {_MANIFEST: text, **members}.items():
                entry = zipfile.ZipInfo(name, _TIME)
                entry.create_system = 3  # Unix, on every system
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, data)
        return stream.getvalue()


def load(source: str | os.PathLike | BinaryIO) -> Artifact:
    """Reads an artifact from a file or a stream of bytes and checks every part of it.

    Raises:
        ArtifactError: it is missing, damaged, something else, or of a newer format.
    """
    if hasattr(source, "read"):
        return _parse("<stream>", source.read())
    path = Path(source)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ArtifactError(f"{path}: {error.strerror}") from None
    return _parse(str(path), data)


def _parse(name: str, data: bytes) -> Artifact:
    if not data.startswith(b"PK"):
        raise ArtifactError(f"{name}: not an artifact of fungible")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if _MANIFEST not in archive.namelist():
                raise ArtifactError(f"{name}: not an artifact of fungible (no {_MANIFEST})")
            manifest = json.loads(archive.read(_MANIFEST))
            _check_format(name, manifest)
            members = {member: archive.read(member) for member in (_MODULE, _STATE)}
        for member, content in members.items():
            if _sha256(content) != manifest["members"][member]["sha256"]:
                raise ArtifactError(f"{name}: damaged, {member} is not what the manifest says")
        state, _ = tensors.parse(members[_STATE])
        return Artifact(
            program=manifest["program"],
            schema=Schema.from_json(manifest["schema"]),
            module=members[_MODULE],
            state=state,
            targets=tuple(manifest["targets"]),
            numerics=manifest["numerics"],
            fingerprint=manifest["fingerprint"],
            versions=manifest["versions"],
            requires=tuple(manifest["requires"]),
        )
    # zipfile raises NotImplementedError and RuntimeError for archives of kinds that are not written here.
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError, EOFError, RuntimeError) as error:
        raise ArtifactError(f"{name}: a damaged artifact, perhaps truncated: {error}") from error


def _check_format(name: str, manifest: object) -> None:
    if not isinstance(manifest, dict) or not isinstance(manifest.get("format"), int):
        raise ArtifactError(f"{name}: not an artifact of fungible (its manifest is of another kind)")
    if manifest["format"] > FORMAT:
        raise ArtifactError(
            f"{name}: format {manifest['format']} of fungible {manifest.get('fungible')}, "
            f"this fungible {__version__} reads up to {FORMAT}; upgrade fungible"
        )


def _versions() -> dict[str, str]:
    found = {}
    for package in ("iree-base-compiler", "torch", "torch-mlir"):
        # An artifact can be made without torch, from the text of a later stage.
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found[package] = importlib.metadata.version(package)
    return found


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
