"""The examples on every device of a machine against PyTorch eager, which is recorded elsewhere.

    python benchmarks/devices.py record DIR [--targets T,T,...] [--examples E,E,...] [--steps N]
    python benchmarks/devices.py run DIR [--targets T,T,...] [--examples E,E,...] [--out FILE.json] [--check-resume [A,B]]

`record`, where torch and the compiler are, writes `DIR/<example>.fung`, one artifact for all
targets; `DIR/<example>.npz`, the batches and the losses of eager, which carries its own state
from step to step, from the same initial state and with the same dropout masks; and
`DIR/record.json`.

`run`, on any machine, proves its devices as `fungc doctor` does and trains each example on each
target of the artifact that a device here can run, in a process of its own. It prints a row for
each, and writes the JSON after each row. `--check-resume` trains gpt for 20 steps on A, 20 on B
and 20 on A again, through checkpoint files, and compares with 60 steps on A. A step of gpt takes
vmvx minutes: `--targets cpu,cuda,vulkan` leaves it out.

exit codes of `run`: 0 all is well; 1 a device gives wrong answers, a row fails, takes too long
or leaves 1e-3 of eager, or no device was found; 2 usage

A machine with a GPU, without network, needs the wheels of IREE's runtime and what that imports
(numpy, ml_dtypes), safetensors, this package, and a Python of the version that the wheels are
for; of the GPU it needs the driver alone:

    FUNGIBLE_NO_CACHE=1 python benchmarks/devices.py record carry/devices --steps 60
    pip wheel --no-deps -w carry/wheels .
    pip download --no-deps -d carry/wheels iree-base-runtime==3.13.0 numpy ml_dtypes safetensors
    cp -r benchmarks carry/ && tar czf carry.tgz carry            # to the machine, there:

    tar xzf carry.tgz && cd carry && python3 -m venv v
    v/bin/pip install --no-index --no-deps wheels/*.whl
    v/bin/python benchmarks/devices.py run devices --check-resume --out devices-cuda.json

Another Python or system: `pip download` takes `--python-version 3.12 --platform
manylinux_2_28_x86_64 --only-binary=:all:`.
"""

import argparse
from pathlib import Path

EXAMPLES = ("mlp", "digits", "gpt")
TARGETS = ("cpu:x86-64-v2", "cpu:x86-64-v3", "cpu:x86-64-v4", "vmvx", "cuda:sm_89", "rocm:gfx942", "vulkan", "vulkan:ampere")


def _names(text: str) -> list[str]:
    return [name for name in text.split(",") if name]


def _examples(text: str) -> list[str]:
    names = _names(text)
    if not names or set(names) - set(EXAMPLES):
        raise argparse.ArgumentTypeError(f"expects some of {','.join(EXAMPLES)}")
    return names


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError("expects a positive number")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], epilog=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("record", "run"):
        command = commands.add_parser(name)
        command.add_argument("folder", type=Path, metavar="DIR")
        command.add_argument("--targets", type=_names, metavar="T,T,...")
        command.add_argument("--examples", type=_examples, metavar="E,E,...")
        command.add_argument("--steps", type=_count, metavar="N")
    command.add_argument("--timeout", type=float, default=600, metavar="S", help="seconds for each row; 600")
    command.add_argument("--out", type=Path, metavar="FILE.json", help="results/devices-<families>.json beside this file")
    command.add_argument("--check-resume", nargs="?", const="", metavar="A,B", help="by default a GPU and the CPU")
    command.add_argument("--even-if-refused", action="store_true", help="train also where the known answers are wrong")
    return parser


def main() -> int:
    options = _parser().parse_args()
    if options.command == "record":
        import device_recording  # and torch

        settings = options.examples or EXAMPLES, options.targets or TARGETS, options.steps or 50
        return 0 if device_recording.record(options.folder, *settings) else 1
    import device_row
    import device_running

    good = device_running.Run(options).all()
    device_row.assert_without_compiler()
    return 0 if good else 1


if __name__ == "__main__":
    import command_line

    command_line.end(main)
