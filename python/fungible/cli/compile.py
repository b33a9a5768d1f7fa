"""`fungc compile`: a program or a module, from any stage to any later one."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from ..errors import FungibleError, UsageError
from ..passes import pipelines
from . import numbers

EXAMPLES = """\
examples:
  fungc compile train.py -o train.fung                    one artifact for this machine's CPU
  fungc compile train.py --targets cpu,cpu:aarch64,cuda:sm_89,rocm:gfx942,vulkan
  fungc compile train.py --compile-to fungible            print the module in our dialect
  fungc compile train.py --dump-stages-to stages          a file for each stage on the way
  fungc compile edited.mlir --compile-from linalg -o edited.fung
  fungc compile train.py --compile-to linalg | fungc compile - --compile-from linalg -o train.fung
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("input", metavar="PROGRAM.py|IR.mlir|-", help="a program file, a module's text, or standard input")
    parser.add_argument("--targets", default="cpu", metavar="T,T,...", help="devices to compile for (fungc targets); default: cpu")
    parser.add_argument("--compile-from", metavar="STAGE", choices=pipelines.names(), help="the stage that the module's text is at (fungc --list-stages)")
    parser.add_argument("--compile-to", metavar="STAGE", choices=pipelines.names(), help="stop at this stage and print the module")
    parser.add_argument("--dump-stages-to", metavar="DIR", type=Path, help="write the module at every stage on the way to DIR")
    parser.add_argument("--numerics", default="fast", help="fast (default): the target chooses order, fusion and functions; exact: the same bits on every target")
    parser.add_argument("--memory-budget", type=numbers.memory, metavar="SIZE", help="run activations again in the backward pass until the intermediate tensors of a step fit (64MiB, 2GB)")
    parser.add_argument("--tuning", metavar="FILE|none", help="the choices of fungc tune in this file; default: the user's own, then the shipped ones")
    parser.add_argument("--seed", type=numbers.seed, default=0, metavar="N", help="of the parameters that the program makes; default: 0")
    parser.add_argument("-o", "--output", metavar="FILE|-", help="default: PROGRAM.fung, or standard output with --compile-to")


def run(args: argparse.Namespace) -> int:
    from ..program import check_numerics

    check_numerics(args.numerics)
    source = _Source(args)
    end = args.compile_to or pipelines.names()[-1]
    if args.compile_to and pipelines.position(args.compile_to) < pipelines.position(source.start):
        raise UsageError(f"the module is at stage {source.start} already, which comes after {args.compile_to}")
    text = None
    if args.compile_to or args.dump_stages_to:
        text = _print_stages(source, end, args.dump_stages_to)
    if args.compile_to:
        _write(args.output or "-", text.encode())
        return 0
    artifact = source.artifact()
    destination = args.output or f"{source.stem}.fung"
    if destination == "-":
        artifact.save(sys.stdout.buffer)
    else:
        artifact.save(destination)
        print(f"{destination}: {', '.join(artifact.targets)}, {Path(destination).stat().st_size} bytes", file=sys.stderr)
    return 0


class _Source:
    """What is compiled: a program file, or text that is at a stage."""

    def __init__(self, args: argparse.Namespace):
        from .. import targets
        from ..tuning.database import applied

        self.name = args.input
        self.stem = "module" if args.input == "-" else Path(args.input).stem
        self.targets = [name.strip() for name in args.targets.split(",") if name.strip()]
        self.numerics = args.numerics
        self.memory_budget = args.memory_budget
        self.tuning = args.tuning
        self.wanted = [applied(target, args.tuning) for target in targets.resolve_all(self.targets)]
        if args.compile_to and pipelines.is_for_one_target(args.compile_to):
            self._require_one_target(f"--compile-to {args.compile_to}")
        if args.compile_from and pipelines.is_for_one_target(args.compile_from):
            self._require_one_target(f"--compile-from {args.compile_from}")
        if args.input.endswith(".py"):
            if args.compile_from:
                raise UsageError(f"{args.input}: --compile-from is for MLIR text; a program starts from its Python")
            from ..training.program_file import load_program

            self.start, self.program = "torch", load_program(args.input, args.seed)
            return
        if args.memory_budget:
            raise UsageError(
                f"{args.input}: --memory-budget is for a program; run the pass fungible-recompute on text (fungible-opt)"
            )
        if args.input.endswith(".fung"):
            raise UsageError(f"{args.input} is compiled already; fungc inspect shows what it holds")
        if args.compile_from is None:
            raise UsageError(f"{args.input}: say with --compile-from at which stage the text is")
        self.start, self.program = args.compile_from, None
        self.text = _read(args.input)

    def _require_one_target(self, option: str) -> None:
        if len(self.wanted) > 1:
            raise UsageError(f"{option}: a module at that stage is for one target, and --targets names {len(self.wanted)}")

    def state(self):
        from .. import module_attributes

        if self.program is not None:
            return self.program.initial_state()
        return module_attributes.detach_state(self.text)[1]

    def stages(self, end: str) -> Iterator[tuple[str, str, str]]:
        """Stage, target and text of each module from where the source is to `end`; see `compiler.stages`."""
        from .. import compiler, module_attributes

        if self.program is not None:
            yield from self.program.stages(end, self.targets, self.numerics, self.memory_budget, self.tuning)
            return
        text, _ = module_attributes.detach_state(self.text)
        # IREE parses the text of its own phases.
        module = None if pipelines.find(self.start).is_iree else compiler.parse(text, self.name).operation
        yield self.start, "", text
        form = module if pipelines.position(self.start) < pipelines.position("linalg") else text
        yield from compiler.stages(form, self.start, end, self.wanted)

    def artifact(self):
        from .. import compiler

        if self.program is not None:
            return self.program.compile(self.targets, self.numerics, self.memory_budget, self.tuning)
        return compiler.compile_text(self.text, self.start, self.name, self.wanted, self.numerics)


def _print_stages(source: _Source, end: str, folder: Path | None) -> str:
    """The text of stage `end`, complete with its state; every stage's in `folder` on the way.

    From `legalized` on there is a module for each target; with several, its name is in the file's.
    """
    from .. import module_attributes

    state = source.state() or {}
    if folder is not None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FungibleError(f"cannot make folder {folder}: {error.strerror}") from None
    complete = ""
    for name, target, text in source.stages(end):
        complete = module_attributes.attach_state(text, state) if state else text
        if folder is not None:
            suffix = f".{target.replace(':', '-')}" if target and len(source.wanted) > 1 else ""
            _write(str(folder / f"{pipelines.position(name) + 1}-{name}{suffix}.mlir"), complete.encode())
    return complete


def _read(path: str) -> str:
    try:
        data = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
        return data.decode()
    except OSError as error:
        raise FungibleError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise FungibleError(f"{path}: not MLIR text") from None


def _write(path: str, data: bytes) -> None:
    if path == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    from ..files import write_atomically

    write_atomically(path, lambda file: file.write(data))
