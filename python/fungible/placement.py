"""Where an artifact runs: which of its builds, on which device of this machine."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .runtime.build import Build
from .errors import TargetError
from .proof import prove
from .targets import check_name
from .runtime.device import Device
from .runtime.devices import matching

if TYPE_CHECKING:
    from .artifact import Artifact


def place(artifact: Artifact, wanted: str | None) -> tuple[Build, Device]:
    """The build for a wanted target or family and a device that reports what it requires and
    has given the known answers; see `Artifact.on`.

    Raises:
        TargetError: there is none; the message has a reason for each build.
    """
    builds = _choices(artifact, wanted)
    reasons = []
    for build in builds:
        try:
            candidates = matching(build.name, build.driver, build.requires)
        except TargetError as error:
            reasons.append(str(error))
            continue
        for candidate in candidates:
            try:
                prove(candidate, build)
                return build, candidate.open(in_calling_thread=build.is_small)
            except TargetError as error:
                reasons.append(str(error))
    raise TargetError(f"{artifact.program}: {'; '.join(reasons)}; {_advice(builds)}")


def _advice(builds: list[Build]) -> str:
    if all(build.family == "cpu" for build in builds):
        return "compile it for 'cpu' here, or for 'cpu:generic'"
    return "`fungc doctor` says what the devices here are good for"


def _choices(artifact: Artifact, wanted: str | None) -> list[Build]:
    if wanted is None:
        return list(artifact.builds)
    # `cpu` and `vulkan` are a target and a family: its most specific code comes first.
    found = [build for build in artifact.builds if wanted in (build.name, build.family)]
    if not found:
        check_name(wanted)  # a name that nobody knows is another mistake
        raise TargetError(f"{artifact.program}: not compiled for '{wanted}', only for {', '.join(artifact.targets)}")
    return sorted(found, key=_specific, reverse=True)


def _specific(build: Build) -> tuple[int, list[int]]:
    """How much a build asks of a device: the number of facts, then the numbers in them (`sm_89`)."""
    return len(build.requires), [int(number) for number in re.findall(r"\d+", " ".join(build.requires))]
