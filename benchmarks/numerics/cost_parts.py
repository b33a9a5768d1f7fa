"""What each part of exact numerics costs: a step in which one of them alone is kept, or all but one.

    python benchmarks/numerics/cost_parts.py --out benchmarks/results/numerics-cost-parts.json
    python benchmarks/numerics/cost_parts.py --programs gpt --target cpu:x86-64-v3

What differs between fast and exact numerics on a target is passes that read the module's numerics, flags of iree-compile,
tuned kernels, which exact numerics do without, and what the host does with inputs: the `PARTS`. A variant is the program lowered once more with some of
them. `with` is what a part adds to a fast step, `without` what it adds to all the others; both are in percent of the fast
step. They differ where parts meet: what is slow because of two parts is not gained by leaving one out. Their noise
is what one fast session differs from another.

The variants compute numerics that nobody can ask for. They are in no cache, and no artifact file holds them.
"""

import argparse
import functools
import itertools
import json
import subprocess
import sys
from collections.abc import Set
from dataclasses import dataclass, replace
from pathlib import Path

from torch_mlir import ir

from fungible import Artifact, codegen, compiler, lowering, targets
from fungible.dialects.fungible import load
from fungible.passes import _numerics, manager, pipelines
from fungible.passes.transforms import fungible_apply_tuning
from fungible.runtime.build import Build
from fungible.runtime.session import Session
from fungible.targets import Target
from fungible.tuning.database import applied

sys.path[:0] = [str(Path(__file__).resolve().parents[1])]
import host  # noqa: E402
import turns  # noqa: E402
from digests import PROGRAMS  # noqa: E402


@dataclass(frozen=True)
class Part:
    """One thing that exact numerics do otherwise.

    Attributes:
        passes: Those that do it, or leave something out, where they see a module with exact numerics.
        flags: Beginnings of the target's `exact_flags` that do it.
    """

    passes: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


#: That without passes and flags is what the host does. Without contraction there are no tuned kernels and no
#: packed products, which would be taken apart, and no steps of loops as kernels of ours.
PARTS = {
    "functions": Part(("fungible-fix-functions",)),
    "convolutions": Part(("fungible-convolution-to-matmul", "fungible-convolve-channels-last")),
    "vector products": Part(("fungible-generalize-products",)),
    "extrema": Part(("fungible-settle-extrema",)),
    "order of sums": Part(("fungible-sum-in-lanes",), ("--iree-llvmcpu-reassociate-fp-reductions=",)),
    "no contraction": Part(
        ("fungible-separate-products", "fungible-store-in-panels", "fungible-pack-products", "fungible-write-in-sequences")
    ),
    "constants": Part(("fungible-flush-constants",), ("--iree-opt-const-eval=",)),
    "inputs": Part(),
}

#: They check, and change nothing.
_CHECKS = ("fungible-set-numerics", "verify-numerics-contract")

_KEEPERS = {name: part for part, of in PARTS.items() for name in of.passes}


def _name(element: str) -> str:
    return element.partition("{")[0]


def check_covered(target: Target) -> None:
    """Raises ValueError where a target's exact numerics are more than the parts."""
    known = [flag for part in PARTS.values() for flag in part.flags]
    strange = [name for name in target.exact or () if _name(name) not in _KEEPERS]
    strange += [flag for flag in target.exact_flags if not flag.startswith(tuple(known))]
    if strange or target.exact is None:
        raise ValueError(f"target '{target.name}' keeps exact numerics by what is in no part: {', '.join(strange) or 'nothing'}")


def _run(module: ir.Operation, pipeline: tuple[str, ...], parts: Set[str]) -> None:
    """Runs each pass on a module that says to be exact to the passes of these parts alone."""
    for element in pipeline:
        exact = _KEEPERS.get(_name(element)) in parts
        if exact:
            _numerics.declare(module, "exact")
        manager.run(module, [element])
        if exact:
            del module.attributes[_numerics.ATTRIBUTE]


def legalized(text: str, target: Target, parts: Set[str]) -> str:
    """The module at `legalized` with some of the parts, of its text at `torch`."""
    module = lowering.parse(text, "<program>").operation
    load(module.context)
    with module.context:
        for stage in pipelines.STAGES[1 : pipelines.position("legalized")]:
            _run(module, tuple(name for name in stage.pipeline if _name(name) not in _CHECKS), parts)
        module.attributes["fungible.target"] = ir.StringAttr.get(target.name)
        if "no contraction" not in parts and target.choices:
            fungible_apply_tuning.set_choices(module, dict(target.choices))
        exact = tuple(name for name in target.exact if _KEEPERS[_name(name)] in parts)
        _run(module, pipelines.legalization(target.lacks, target.tuning, exact), parts)
    return lowering.text_of(module)


def flagged(target: Target, parts: Set[str]) -> Target:
    """The target with the flags of some of the parts."""
    wanted = tuple(flag for part in parts for flag in PARTS[part].flags)
    return replace(target, flags=(*target.flags, *(flag for flag in target.exact_flags if flag.startswith(wanted))))


class Variants:
    """The versions of one program, each compiled once."""

    def __init__(self, program, target: str):
        from fungible.frontend.importer import schema_of

        self._target = applied(targets.resolve(target), None)
        check_covered(self._target)
        self._schema = schema_of(program.captured())
        ((_, _, self._text),) = program.stages("torch")
        self._state = program.initial_state()
        self._checks = compiler.known_answers_for(self._target)
        self._legalized = functools.cache(lambda parts: legalized(self._text, self._target, parts))
        self._code: dict[tuple[str, Target], bytes] = {}

    def session(self, parts: frozenset[str]) -> Session:
        target, text = flagged(self._target, parts), self._legalized(parts)
        if (text, target) not in self._code:
            self._code[text, target] = codegen.executable(text, "legalized", target)
        artifact = Artifact.create(
            name="variant",
            schema=self._schema,
            builds=[Build.of(target, self._code[text, target], *self._checks)],
            state=self._state,
            numerics="exact" if "inputs" in parts else "fast",
        )
        return artifact.on(target.name)

    def concern(self, part: str) -> bool:
        """Whether the part changes the code of the program, or what the host does."""
        changed = self._legalized(frozenset()) != self._legalized(frozenset({part}))
        return changed or bool(PARTS[part].flags) or part == "inputs"


def measure(name: str, target: str, seconds: float) -> dict:
    """Milliseconds of a fast and an exact step; what all parts, none of them (noise) and each add, in percent of the fast step."""
    from fungible.training.program_file import load_program

    program = load_program(str(PROGRAMS[name]), 0)
    batches = list(itertools.islice(program.batches, 8))
    variants = Variants(program, target)
    concerned = [part for part in PARTS if variants.concern(part)]
    none, every = frozenset(), frozenset(PARTS)
    kept = {"fast": none, "exact": every, "fast again": none}
    kept |= {f"with {part}": frozenset({part}) for part in concerned} | {f"without {part}": every - {part} for part in concerned}
    sessions = {}
    for key, parts in kept.items():
        print(f"{name}, {len(sessions) + 1} of {len(kept)}: {key}", file=sys.stderr)
        sessions[key] = variants.session(parts)
    turn = {key: itertools.cycle(batches) for key in sessions}
    times = turns.take({key: lambda k=key: sessions[k].step(next(turn[k])) for key in sessions}, seconds)
    percent = {key: round(100 * (turns.ratio(found, times["fast"]) - 1), 1) for key, found in times.items()}
    row = {"program": name, "target": target, "rounds": len(times["fast"]), **turns.medians({key: times[key] for key in ("fast", "exact")})}
    added = {
        part: {"with": percent[f"with {part}"], "without": round(percent["exact"] - percent[f"without {part}"], 1)}
        for part in concerned
    }
    return {**row, "all": percent["exact"], "noise": percent["fast again"], "parts": added}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", default="digits,gpt,resnet")
    parser.add_argument("--target", default="cpu", help="a CPU with fused multiply-add (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=180, help="for the rounds of a program (default: %(default)s)")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--row", metavar="PROGRAM", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.row:
        print(json.dumps(measure(args.row, args.target, args.seconds)))
        return
    rows = []
    for name in args.programs.split(","):
        command = [sys.executable, __file__, "--row", name, "--target", args.target, "--seconds", str(args.seconds)]
        rows.append(row := json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()[-1]))
        print(f"{name}, {args.target}: fast {row['fast']:.4g} ms a step, exact {row['exact']:.4g}, {row['rounds']} rounds")
        print(f"  {'percent of the fast step':24} {'with':>7} {'without':>8}")
        for part, added in row["parts"].items():
            print(f"  {part:24} {added['with']:+7.1f} {added['without']:+8.1f}")
        print(f"  {'all':24} {row['all']:+7.1f}\n  {'fast against fast':24} {row['noise']:+7.1f}", flush=True)
        if args.out:
            args.out.write_text(json.dumps({**host.describe(), "rows": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
