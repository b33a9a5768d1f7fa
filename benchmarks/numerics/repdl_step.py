"""A step of RepDL, another library that gives the same bits on CPUs and GPUs, beside one with exact numerics.

    python benchmarks/numerics/repdl_step.py --repdl DIR --out benchmarks/results/numerics-repdl.json

DIR is a checkout of RepDL (`microsoft/RepDL`, commit acd95bb) whose CPU extension was built in place. Its `setup.py` builds
the CUDA extension too, and asks for CUDA; one that lists the first alone is enough:

    setup(name="repdl", ext_modules=[CppExtension("repdl.backend.cpu", glob("backend/cpu/*.cpp"), extra_compile_args=["-fopenmp"])],
          cmdclass={"build_ext": BuildExtension})                       # python setup_cpu.py build_ext --inplace

The network, the loss and the optimizer are those of RepDL's own example. Each library runs in a process of its own.
"""

import argparse
import itertools
import json
import subprocess
import sys
import types
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parent / "programs")]
import host  # noqa: E402
import turns  # noqa: E402

PROGRAM = Path(__file__).resolve().parent / "programs" / "lenet.py"


def _ours(seconds: float) -> dict[str, list[float]]:
    from fungible.training.program_file import load_program

    program = load_program(str(PROGRAM), 0)
    sessions = {numerics: program.compile(["cpu"], numerics).on("cpu") for numerics in ("fast", "exact")}
    turn = {numerics: itertools.cycle(program.batches) for numerics in sessions}
    return turns.take({numerics: lambda n=numerics: sessions[n].step(next(turn[n])) for numerics in sessions}, seconds)


def _theirs(folder: Path, seconds: float) -> dict[str, list[float]]:
    """RepDL and, in turn with it, PyTorch eager; and a product of both."""
    # RepDL imports its CUDA extension wherever it is.
    sys.modules["repdl.backend.cuda"] = types.ModuleType("repdl.backend.cuda")
    sys.path[0:0] = [str(folder)]
    import lenet
    import repdl
    import torch

    def step_of(model, optimizer, loss_of):
        turn = itertools.cycle(lenet.images())

        def step():
            images, labels = next(turn)
            optimizer.zero_grad()
            loss_of(model(images), labels).backward()
            optimizer.step()

        return step

    plain, own = lenet.network(), repdl.from_torch_module(lenet.network())
    a, b = torch.rand(1024, 256), torch.rand(256, 1024)
    steps = {
        "eager": step_of(plain, torch.optim.Adam(plain.parameters(), lr=0.01), torch.nn.functional.cross_entropy),
        "RepDL": step_of(own, repdl.optim.Adam(own.parameters(), lr=0.01), repdl.nn.functional.cross_entropy),
        "eager, product": lambda: a @ b,
        "RepDL, product": lambda: repdl.ops.mm(a, b),
    }
    return turns.take(steps, seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repdl", type=Path, metavar="DIR", help="without it there are our rows alone")
    parser.add_argument("--seconds", type=float, default=60, help="for the rounds of each library (default: %(default)s)")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--half", choices=("ours", "theirs"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.half:
        times = _ours(args.seconds) if args.half == "ours" else _theirs(args.repdl, args.seconds)
        print(json.dumps(turns.medians(times)))
        return
    found: dict[str, float] = {}
    for half in ("ours", *(("theirs",) if args.repdl else ())):
        folder = ["--repdl", str(args.repdl)] if args.repdl else []
        command = [sys.executable, __file__, "--half", half, "--seconds", str(args.seconds), *folder]
        found |= json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()[-1])
    for name, milliseconds in found.items():
        print(f"{name:16} {milliseconds:9.4g} ms")
    if args.out:
        args.out.write_text(json.dumps({**host.describe(), "program": "lenet", "target": "cpu", "ms": found}, indent=1) + "\n")


if __name__ == "__main__":
    main()
