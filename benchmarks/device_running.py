"""The half of `devices.py` that needs neither torch nor the compiler: what runs here, and how close to eager."""

import argparse
import json
import math
import re
import statistics
import tempfile
from pathlib import Path

import device_row
import host
import numpy as np

from fungible import Artifact, TargetError, UsageError, load, proof
from fungible.runtime.build import Build
from fungible.runtime.devices import matching
from fungible.training.run_directory import finite

RESULTS = Path(__file__).resolve().parent / "results"
#: Of a loss, relative to eager's.
TOLERANCE = 1e-3
#: Steps whose time is not counted: drivers compile kernels when they are first used.
WARM_UP = 5
#: The example that moves from device to device, and the steps between two moves.
RESUMED, LEG = "gpt", 20

_ROW = "{:8} {:16} {:7} {:>10} {:>7} {:>9} {:>8}  {:12}  {}"


def examine(build: Build) -> dict:
    """What the doctor says of the device that would run a build: `good`, `refused` or `absent`."""
    try:
        candidate = matching(build.name, build.driver, build.requires)[0]
    except TargetError as error:
        return {"target": build.name, "verdict": "absent", "reason": str(error)}
    found = proof.examine(candidate, build)
    return {
        "target": build.name,
        "verdict": "good" if found.proved else "refused",
        "reason": f"{len(found.passed)} checks passed" if found.proved else found.reason(),
        "device": candidate.report.name,
        "identity": candidate.report.identity.splitlines(),
        "emulated": candidate.report.emulated,
        "facts": " ".join(sorted(candidate.report.facts)),
    }


def compare(losses, expected) -> dict:
    """The largest relative difference of the losses that there are, and the step that has it."""
    if not len(losses):
        return {"largest_relative_difference": None, "at_step": None, "within": False}
    differences = np.abs(np.array(losses) / np.array(expected)[: len(losses)] - 1)
    place = int(np.argmax(np.where(np.isnan(differences), np.inf, differences)))
    largest = float(f"{differences[place]:.3g}")
    return {"largest_relative_difference": largest, "at_step": place + 1, "within": largest <= TOLERANCE}


class Run:
    """The rows of one machine, and the file that they go to."""

    def __init__(self, options: argparse.Namespace):
        self._options = options
        try:
            self._recorded = json.loads((options.folder / "record.json").read_text())
        except OSError as error:
            raise UsageError(f"{options.folder}: not a folder of `record` ({error.strerror})") from None
        self._steps = min(options.steps or self._recorded["steps"], self._recorded["steps"])
        self._names = options.examples or list(self._recorded["examples"])
        if unknown := set(self._names) - set(self._recorded["examples"]):
            raise UsageError(f"{options.folder} has no {', '.join(sorted(unknown))}")
        needed = dict.fromkeys([*self._names, *([RESUMED] if options.check_resume is not None else [])])
        self._artifacts: dict[str, Artifact] = {name: load(options.folder / f"{name}.fung") for name in needed}
        self._eager = {name: np.load(options.folder / f"{name}.npz")["eager_losses"] for name in self._names}
        builds = {build.name: build for artifact in self._artifacts.values() for build in artifact.builds}
        wanted = [b for b in builds.values() if not options.targets or {b.name, b.family} & set(options.targets)]
        if not wanted:
            raise UsageError(f"no artifact is for {', '.join(options.targets)}; they are for {', '.join(builds)}")
        self._targets = [self._examined(build) for build in wanted]
        trusted = ("good", "refused") if options.even_if_refused else ("good",)
        self._verdicts = {target["target"]: target["verdict"] for target in self._targets if target["verdict"] in trusted}
        families = dict.fromkeys(builds[name].family for name in self._verdicts)
        self._out = options.out or RESULTS / f"devices-{'-'.join(families) or 'none'}.json"
        self._pair = None if options.check_resume is None else self._two_targets(options.check_resume)
        self._rows: list[dict] = []
        self._resumed: dict | None = None

    def _examined(self, build: Build) -> dict:
        found = examine(build)
        print(f"{found['target']:16} {found['verdict']:8} {found.get('device', '-')}: {found['reason']}", flush=True)
        return found

    def all(self) -> bool:
        """Whether every row is as it should be."""
        print("\n" + _ROW.format("example", "target", "steps", "difference", "at step", "ms a step", "peak MB", "state", "verdict"))
        for name in self._names:
            for target in self._artifacts[name].targets:
                if target in self._verdicts:
                    self._rows.append(self._row(name, target))
                    self._print(self._rows[-1])
                    self._write()
        if self._pair is not None:
            self._resumed = self._check_resume(*self._pair)
            found = self._resumed["fault"] or f"{self._resumed['largest_relative_difference']:g} at step {self._resumed['at_step']}"
            print(f"\n{RESUMED} on {', then '.join(self._resumed['targets'])}, {LEG} steps each, against one run: {found}")
            self._write()
        print(f"\n{self._out}")
        results = [*self._rows, *([self._resumed] if self._resumed else [])]
        refused = [target for target in self._targets if target["verdict"] == "refused"]
        return bool(self._rows) and not refused and all(row["within"] and row["fault"] is None for row in results)

    def _train(self, name: str, target: str, steps: int, **checkpoints) -> dict:
        folder, trust = self._options.folder, self._verdicts[target] == "refused"
        paths = {"artifact": str(folder / f"{name}.fung"), "data": str(folder / f"{name}.npz")}
        return device_row.start(self._options.timeout, **paths, target=target, steps=steps, trust=trust, **checkpoints)

    def _row(self, name: str, target: str) -> dict:
        found = self._train(name, target, self._steps)
        times = found.pop("ms")
        median = round(statistics.median(times[WARM_UP:]), 3) if times[WARM_UP:] else None
        difference = compare(found["losses"], self._eager[name])
        made = {"steps": self._steps, "steps_made": len(times), **difference, "step_ms_median": median}
        return {"example": name, "target": target, **made, **found}

    def _print(self, row: dict) -> None:
        verdict = row["fault"] or ("within 1e-3" if row["within"] else "NOT within 1e-3")
        digest, steps = row.get("state_digest", "")[:12], f"{row['steps_made']}/{row['steps']}"
        numbers = (row[key] for key in ("largest_relative_difference", "at_step", "step_ms_median"))
        cells = ["-" if number is None else f"{number:g}" for number in (*numbers, row.get("peak_rss_mb"))]
        print(_ROW.format(row["example"], row["target"], steps, *cells, digest, verdict), flush=True)

    def _check_resume(self, first: str, second: str) -> dict:
        """Three legs on two targets in turn, against all their steps on the first."""
        losses, fault = [], None
        with tempfile.TemporaryDirectory() as folder:
            saved = [str(Path(folder) / f"{leg}.safetensors") for leg in range(3)]
            for leg, target in enumerate((first, second, first)):
                restore = saved[leg - 1] if leg else None
                found = self._train(RESUMED, target, LEG * (leg + 1), restore=restore, save=saved[leg])
                losses += found["losses"]
                if found["fault"] is not None:
                    fault = f"steps {LEG * leg + 1} to {LEG * (leg + 1)} on {target}: {found['fault']}"
                    break
        whole = self._whole(first)
        fault = fault or whole["fault"]
        difference = compare(losses, whole["losses"]) if fault is None else compare([], [])
        legs = {"example": RESUMED, "targets": [first, second, first], "steps": [LEG] * 3}
        return {**legs, **difference, "fault": fault, "losses": losses, "losses_of_one_run": whole["losses"][: 3 * LEG]}

    def _whole(self, target: str) -> dict:
        rows = [row for row in self._rows if (row["example"], row["target"]) == (RESUMED, target)]
        return rows[0] if rows and rows[0]["steps_made"] >= 3 * LEG else self._train(RESUMED, target, 3 * LEG)

    def _two_targets(self, text: str) -> list[str]:
        """Those that are named, or by default a GPU and the CPU, else two of what there is; never the interpreter."""
        if self._recorded["steps"] < 3 * LEG:
            raise UsageError(f"--check-resume needs {3 * LEG} recorded steps, there are {self._recorded['steps']}")
        chosen = [target for target in text.split(",") if target]
        able = [build for build in self._artifacts[RESUMED].builds if build.name in self._verdicts]
        fast = sorted((b for b in able if b.family != "vmvx"), key=lambda build: build.driver == "local-task")
        if not chosen and fast:
            others = [build for build in fast if build.family != fast[0].family] or fast[1:]
            chosen = [build.name for build in (fast[0], *others[:1])]
        if len(chosen) != 2 or not {build.name for build in able} >= set(chosen):
            raise UsageError(f"--check-resume takes two of the targets that run here: {', '.join(b.name for b in able)}")
        return chosen

    def _write(self) -> None:
        recorded = {key: self._recorded[key] for key in ("host", "seed", "steps", "cache", "examples")}
        result = {
            "host": host.describe(),
            "recorded": recorded,
            "targets": self._targets,
            "rows": self._rows,
            "resume": self._resumed,
            "eager_losses": {name: losses[: self._steps].tolist() for name, losses in self._eager.items()},
        }
        self._out.parent.mkdir(parents=True, exist_ok=True)
        self._out.write_text(_on_short_lines(json.dumps(finite(_short(result)), indent=1)) + "\n")


def _short(value):
    """Floats with the nine digits that a float32 has."""
    if isinstance(value, dict):
        return {key: _short(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_short(item) for item in value]
    return float(f"{value:.9g}") if isinstance(value, float) and math.isfinite(value) else value


def _on_short_lines(text: str) -> str:
    """JSON whose lists of numbers stand on one line each."""
    return re.sub(r"\[\s+([-+.\de,\s]*?|null)\s+\]", lambda match: "[" + " ".join(match[1].split()) + "]", text)
