"""Whether exact numerics learn as well as fast ones: the held-out loss after a whole run of an example with each.

    python benchmarks/numerics/held_out.py [--program examples/gpt.py] [--steps N] [--target cpu] [--out FILE.json]

Each run is a `fungc train` of its own, with the example's own steps, batches and seed.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "benchmarks"))
import host  # noqa: E402


class Failed(Exception):
    """A run that ended with an error, which is the message."""


def evaluated(program: Path, numerics: str, target: str, steps: int | None) -> dict:
    """The last evaluation of a run: `step`, and its `evaluation`."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "fungible.cli.main", "train", program, "--numerics", numerics, "--target", target]
        command += ["--out", folder, "--quiet", *(("--steps", str(steps)) if steps else ())]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise Failed(f"{numerics}: {done.stderr.strip().splitlines()[-1]}")
        lines = map(json.loads, (Path(folder) / "metrics.jsonl").read_text().splitlines())
        found = [line for line in lines if "evaluation" in line]
    if not found:
        raise Failed(f"{program} has no evaluation")
    return found[-1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", type=Path, default=ROOT / "examples" / "gpt.py")
    parser.add_argument("--target", default="cpu")
    parser.add_argument("--steps", type=int, help="default: the program's own")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    try:
        runs = {numerics: evaluated(options.program, numerics, options.target, options.steps) for numerics in ("fast", "exact")}
    except Failed as error:
        sys.exit(f"error: {error}")
    fast, exact = (run["evaluation"]["loss"] for run in runs.values())
    difference = exact / fast - 1
    print(f"held-out loss after {runs['exact']['step']} steps: fast {fast:.6g}, exact {exact:.6g} ({difference:+.2e})")
    if options.out:
        record = {"program": options.program.stem, "target": options.target, "runs": runs, "relative_difference": difference}
        options.out.write_text(json.dumps(host.describe() | record, indent=1) + "\n")


if __name__ == "__main__":
    main()
