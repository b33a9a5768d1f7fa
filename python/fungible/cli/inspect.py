"""`fungc inspect ARTIFACT`: what a compiled program takes, returns and keeps."""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter

from .. import tree
from ..artifact import Artifact, load
from ..runtime.digest import state_digest
from ..schema import bucket_of

EXAMPLES = """\
examples:
  fungc inspect gpt.fung                             what it takes, returns and keeps
  fungc inspect gpt.fung --json | jq .entry_points   for programs
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("artifact", metavar="ARTIFACT", help="a .fung file")
    parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")


def run(args: argparse.Namespace) -> int:
    artifact = load(args.artifact)
    print(json.dumps(_as_json(artifact)) if args.json else _as_text(artifact))
    return 0


def _as_json(artifact: Artifact) -> dict:
    return {
        "program": artifact.program,
        "fingerprint": artifact.fingerprint,
        "targets": list(artifact.targets),
        "builds": [
            {
                "target": build.name,
                "driver": build.driver,
                "requires": list(build.requires),
                "dtypes": dict(build.dtypes),
                "module_bytes": len(build.module),
                "module_sha256": hashlib.sha256(build.module).hexdigest(),
                "checks_bytes": len(build.checks),
                "checks_sha256": hashlib.sha256(build.checks).hexdigest(),
            }
            for build in artifact.builds
        ],
        "numerics": artifact.numerics,
        "versions": dict(artifact.versions),
        "state_bytes": sum(spec.nbytes for spec in artifact.schema.state),
        "state_digest": state_digest(artifact.state),
        **artifact.schema.to_json(),
    }


def _as_text(artifact: Artifact) -> str:
    versions = ", ".join(f"{tool} {version}" for tool, version in artifact.versions.items())
    lines = [
        f"program   {artifact.program}",
        f"numerics  {artifact.numerics}",
        f"made by   {versions or 'not recorded'}",
        "",
        *_targets(artifact),
    ]
    for name, entry in artifact.schema.entry_points.items():
        function = bucket_of(name)
        lines.append(f"\n{name}" + (f"  ({function}, for other shapes)" if function != name else ""))
        lines += [f"  takes    {spec.name}: {spec}{_range(spec)}" for spec in tree.flatten(entry.inputs)]
        lines += [f"  returns  {spec.name}: {spec}" for spec in tree.flatten(entry.outputs)]
    state = artifact.schema.state
    total = _size(sum(spec.nbytes for spec in state))
    counts = Counter(spec.role for spec in state)
    roles = ", ".join(f"{count} {role}" for role, count in counts.items())
    plural = "" if len(state) == 1 else "s"
    lines.append(f"\nstate     {len(state)} tensor{plural}, {total}" + (f" ({roles})" if roles else ""))
    width = max((len(spec.name) for spec in state), default=0)
    lines += [f"  {spec.name:{width}}  {spec.role:9}  {spec}" for spec in state]
    return "\n".join(lines)


def _targets(artifact: Artifact) -> list[str]:
    """A line a target: size and hash of its code, and what it asks of a device."""
    width = max(len(build.name) for build in artifact.builds)
    lines = ["target" + " " * max(0, width - 6) + "  code        sha256        requires"]
    for build in artifact.builds:
        digest = hashlib.sha256(build.module).hexdigest()[:12]
        lines.append(f"{build.name:{width}}  {_size(len(build.module)):10}  {digest}  {' '.join(build.requires)}".rstrip())
    return lines


def _range(spec) -> str:
    return "" if spec.range is None else f", {spec.range[0]} to {spec.range[1]}"


def _size(count: int) -> str:
    for unit in ("B", "KiB", "MiB"):
        if count < 1024:
            return f"{count} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1024
    return f"{count:.1f} GiB"
