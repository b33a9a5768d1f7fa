"""`every_stage.py PROGRAM FOLDER TARGET [STAGE...]`: prints a program at stages, by default at every
one, compiles each text to an artifact, and compares what they train."""

import contextlib
import io
import json
import sys
from pathlib import Path

from fungible.cli.main import main

program, folder, target = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
folder.mkdir(parents=True, exist_ok=True)


def fungc(*words: str) -> str:
    """What it prints; in this process, since the imports of each would take longer than the rest."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        code = main(words)
    if code:
        sys.exit(f"fungc {' '.join(words)}: exit {code}")
    return printed.getvalue()


def train(artifact: Path) -> dict:
    out = folder / artifact.stem
    words = ["train", str(artifact), "--data", "random", "--steps", "10", "--out", str(out), "--quiet", "--json"]
    return json.loads(fungc(*words).splitlines()[-1])


direct = folder / "direct.fung"
fungc("compile", program, "--targets", target, "-o", str(direct))
expected = train(direct)
stages = sys.argv[4:] or [line.split()[0] for line in fungc("--list-stages").splitlines() if line.strip()]
for stage in stages:
    text, artifact = folder / f"{stage}.mlir", folder / f"{stage}.fung"
    fungc("compile", program, "--targets", target, "--compile-to", stage, "-o", str(text))
    fungc("compile", str(text), "--targets", target, "--compile-from", stage, "-o", str(artifact))
    found = train(artifact)
    same = (found["losses"], found["state_digest"]) == (expected["losses"], expected["state_digest"])
    print(f"{stage}: {'same' if same else 'different'} losses, {found['loss_first']} to {found['loss_last']}")
print("stages:", len(stages))
