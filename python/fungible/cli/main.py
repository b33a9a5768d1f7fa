"""fungc: compiles PyTorch training programs and runs them."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import os
import signal
import sys
from collections.abc import Sequence
from types import ModuleType

from .. import __version__
from ..errors import FungibleError, UsageError

#: Subcommand -> what it does. Each is a module of this package, imported when it is used.
_COMMANDS = {
    "train": "train a program or an artifact",
    "compile": "compile a program to an artifact, or print it at a stage",
    "tune": "find the fastest way to compute each product of a program, on the device at hand",
    "inspect": "say what an artifact holds",
    "targets": "list the devices that programs can be compiled for",
    "doctor": "prove the devices of this machine with known answers",
}

#: What the extra `compiler` installs; an artifact trains without it.
_COMPILER = ("ml_dtypes", "torch", "torch_mlir")

_DESCRIPTION = """\
Compiles an ordinary PyTorch training step to one artifact that trains on any device.

A program is a Python file that defines build(), which returns fungible.Program(model=,
optimizer=, step=, batches=): the model, the optimizer and the step function that you have
already, and the data.
"""

_EXAMPLES = """\
examples:
  fungc train examples/gpt.py                       compile and train, with a progress bar
  fungc train --resume runs/gpt                     go on where a run was interrupted
  fungc compile examples/mlp.py --compile-to linalg print the program at a stage
  fungc compile examples/gpt.py -o gpt.fung         one file that needs no PyTorch
  fungc tune examples/gpt.py                        measure what is faster here, and keep it
  fungc inspect gpt.fung                            entry points, state, targets
  fungc doctor gpt.fung                             what it can run on here
  fungc train --help                                all that a command can do

exit codes: 0 done, 1 the program or the compilation failed, 2 usage, 130 interrupted
"""


def _module(command: str) -> ModuleType:
    return importlib.import_module(f".{command}", __package__)


def _parser(command: str | None) -> argparse.ArgumentParser:
    """The arguments of `fungc`, and those of the command that is going to run."""
    parser = argparse.ArgumentParser(
        prog="fungc",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"fungible {__version__}")
    parser.add_argument("--list-stages", action="store_true", help="list the stages that a program goes through, in order")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, summary in _COMMANDS.items():
        module = _module(name) if name == command else None
        subparser = commands.add_parser(
            name,
            help=summary,
            description=f"{summary[0].upper()}{summary[1:]}.",
            epilog=getattr(module, "EXAMPLES", None),
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        if module is not None:
            module.add_arguments(subparser)
    return parser


def _list_stages() -> None:
    from ..passes.pipelines import STAGES

    width = max(len(stage.name) for stage in STAGES)
    for stage in STAGES:
        print(f"{stage.name:{width}}  {stage.holds}")


def _run(arguments: Sequence[str]) -> int:
    command = next((word for word in arguments if word in _COMMANDS), None)
    parser = _parser(command)
    args = parser.parse_args(arguments)
    if args.list_stages:
        _list_stages()
        return 0
    if args.command is None:
        parser.print_usage(sys.stderr)
        print("fungc: error: say what to do; fungc --help explains it", file=sys.stderr)
        return 2
    return _module(args.command).run(args)


def _terminate(number, frame) -> None:
    """Leaves as for Ctrl-C, so that a compiler that runs is stopped and its files are removed."""
    raise KeyboardInterrupt


def main(arguments: Sequence[str] | None = None) -> int:
    """0: done; 1: the program or the compilation failed; 2: usage; 130: interrupted."""
    with contextlib.suppress(ValueError):  # not the main thread, which alone gets signals
        signal.signal(signal.SIGTERM, _terminate)
    try:
        code = _run(sys.argv[1:] if arguments is None else arguments)
        sys.stdout.flush()
        return code
    except FungibleError as error:
        text = str(error)
        # A located error says so itself: `step.py:12: error: ...`.
        print(text if "error: " in text.partition("\n")[0] else f"error: {text}", file=sys.stderr)
        return 2 if isinstance(error, UsageError) else 1
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _COMPILER:
            raise
        print(f"error: this needs {error.name}, which is not installed; run: pip install 'fungible[compiler]'", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read has seen enough. The interpreter flushes once more when it leaves.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


if __name__ == "__main__":
    sys.exit(main())
