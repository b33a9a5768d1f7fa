"""Tiles of the products of training steps on an NVIDIA GPU, against IREE's own and PyTorch: what `passes/_tiles.py` is fitted to.

    python benchmarks/tiles.py compile DIR [--target cuda:sm_90] [--keys KEY ...]
    python benchmarks/tiles.py run DIR --out FILE.json [--seconds N]

`compile`, where torch and the compiler are, writes `DIR/*.vmfb`, for each product one module with a function in IREE's
own way and one for each of up to 34 tiles, and `DIR/index.json`, which says what is in them. A key has forms (n, or
t for an operand that is stored transposed), batch, rows, columns and length of the sums: "matmul nt 1024x768x256 f32".
By default it takes the products of the programs of `benchmarks/step`, and two large ones.

`run`, on a machine with a GPU and PyTorch but without compiler, calls all of them in turn and writes the time of their
kernels on the GPU, by CUPTI: medians for each product, the fastest tile first, and the mean of `torch.matmul` in float32
without TF32. Tiles whose result is more than 1e-5 from that of float64, relative to its largest element, are counted as
`wrong` and left out. The driver compiles the modules in several processes first. The file is written after each
product; `--seconds` ends the run with those that there are.

exit codes: 0 all is well; 1 no GPU, or a product does not compile in IREE's own way; 2 usage

`run` needs the wheels that `devices.py` names and that of PyTorch, this folder, and DIR.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import random
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import command_line

from fungible import CompilationError, UsageError, targets
from fungible.passes._tiles import Tile
from fungible.targets import Target

if TYPE_CHECKING:  # torch-mlir comes with them, which `run` does without
    from fungible.tuning.kernels import Kernel

HERE = Path(__file__).resolve().parent

#: Beside those of the suite: what large tiles reach where nothing else counts.
_LARGE = ("matmul nn 4096x4096x4096 f32", "matmul nt 4096x4096x1024 f32")
#: Products of the suite with fewer multiplications are left out: the launch is most of their time.
_LEAST = 8 * 10**6

_WORKGROUPS = (16, 32, 64, 128)
_THREADS = ((1, 4), (2, 4), (4, 4), (4, 8), (8, 4), (8, 8))
_SUMMED = (16, 32)
#: Bytes of shared memory of a workgroup; a GPU gives 48 KiB at least.
_SHARED = 40 * 2**10
#: Of an H100: multiprocessors, and threads that one holds.
_MULTIPROCESSORS, _RESIDENT = 132, 2048
#: Tiles of a product, drawn where there are more.
_MOST = 34

#: The function in IREE's own way.
_DEFAULT = "default"


def tiles(kernel: Kernel) -> list[Tile]:
    """Tiles that divide the sizes of a product, and that may be the fastest on a GPU like the H100."""
    m, n, k = kernel.sizes
    batch, padded = math.prod(kernel.batch), kernel.forms[1] == "t"
    found: list[tuple[int, Tile]] = []
    for rows, columns, thread, summed in itertools.product(_WORKGROUPS, _WORKGROUPS, _THREADS, _SUMMED):
        # Padding halves the time where columns are read across rows in shared memory, and changes little elsewhere.
        tile, results = Tile(rows, columns, summed, thread, split=1, padded=padded), math.prod(thread)
        if m % rows or n % columns or k % summed or rows % thread[0] or columns % thread[1]:
            continue
        if tile.threads not in (32, 64, 128, 256) or 4 * (rows + columns) * summed > _SHARED:
            continue
        workgroups = batch * (m // rows) * (n // columns)
        threads = workgroups * tile.threads
        full, starved = threads > _MULTIPROCESSORS * _RESIDENT, threads < _MULTIPROCESSORS * 64
        # Small tiles load more for each multiplication, and large ones leave fewer threads.
        if not ((full and results < 16) or (starved and results >= 32)):
            found.append((workgroups, tile))
    busy = [each for each in found if each[0] >= 100] or sorted(found, key=lambda each: -each[0])[:24]
    kept = [tile for workgroups, tile in busy if workgroups <= 2000 or math.prod(tile.thread) >= 32]
    random.Random(0).shuffle(kept)
    return kept[:_MOST]


def _suite(target: Target) -> list[str]:
    """Keys of the products in the steps of the suite, before any of them is tiled."""
    sys.path[:0] = [str(HERE / "step")]
    import compilers
    import programs
    import torch
    from setting import Setting

    from fungible import Program
    from fungible.lowering import parse
    from fungible.passes._products import products

    keys: dict[str, None] = {}
    for name in programs.PROGRAMS:
        made = compilers.program_in_torch(name, Setting(target.name), "cpu")
        batches = [tuple(map(torch.from_numpy, batch)) for batch in made.batches]
        program = Program(model=made.model, optimizer=made.optimizer, step=made.step, batches=batches, seed=0)
        *_, (_, _, text) = program.stages("linalg")
        keys |= dict.fromkeys(product.key for product in products(parse(text, name).operation))
    return list(keys)


def _kernels(keys: Iterable[str] | None, target: Target) -> list[Kernel]:
    """Of these keys, or by default of the suite.

    Raises:
        UsageError: a key is none.
    """
    from fungible.tuning.kernels import Kernel

    if keys is None:
        found = [kernel for key in _suite(target) if (kernel := Kernel.of(key))]
        large = [kernel for kernel in found if math.prod((*kernel.batch, *kernel.sizes)) >= _LEAST]
        return [*large, *map(Kernel.of, _LARGE)]
    kernels = {key: Kernel.of(key) for key in keys}
    if unknown := [key for key, kernel in kernels.items() if kernel is None]:
        raise UsageError(f"'{unknown[0]}' is no key; expects one like 'matmul nt 1024x768x256 f32'")
    return list(kernels.values())


def _text(kernel: Kernel, ways: Mapping[str, Tile | None]) -> str:
    """A module at `legalized` with a function for each way."""
    from torch_mlir import ir

    from fungible.lowering import text_of
    from fungible.passes._kernels import allow
    from fungible.passes._products import products
    from fungible.passes._tiled_products import TiledProduct

    with ir.Context() as context, ir.Location.unknown():
        allow(context)
        module = ir.Module.parse("".join(map(kernel.text, ways)))
        for product, tile in zip(list(products(module.operation)), ways.values(), strict=True):
            if tile is not None:
                with ir.InsertionPoint(product.op):
                    product.op.results[0].replace_all_uses_with(TiledProduct(product, tile).result())
                product.op.erase()
        return text_of(module.operation)


def _modules(kernel: Kernel, target: Target, ways: Mapping[str, Tile | None]) -> Iterator[tuple[list[str], bytes]]:
    """Executables and the names of the functions in each; ways that IREE does not compile are in none."""
    from fungible import codegen

    names = list(ways)
    try:
        module = codegen.kernels(_text(kernel, ways), target)
    except CompilationError:
        half = len(names) // 2
        for part in (names[:half], names[half:]) if half else ():
            yield from _modules(kernel, target, {name: ways[name] for name in part})
    else:
        yield names, module


def _tile_as_json(tile: Tile) -> dict:
    return {key: getattr(tile, key) for key in ("rows", "columns", "summed", "thread", "padded")}


def compile_all(folder: Path, name: str, keys: Iterable[str] | None) -> bool:
    """Writes the folder that `run` reads; whether every product compiled in IREE's own way."""
    from fungible import iree

    target = targets.resolve(name)
    if target.driver != "cuda":
        raise UsageError(f"'{name}' is for no NVIDIA GPU; expects one like cuda:sm_90")
    kernels = _kernels(keys, target)
    folder.mkdir(parents=True, exist_ok=True)
    index = {"target": name, "iree-base-compiler": iree.version(), "products": {}}
    good = True
    for number, kernel in enumerate(kernels):
        tried = {f"tile{place}": tile for place, tile in enumerate(tiles(kernel))}
        files = {}
        for functions, module in _modules(kernel, target, {_DEFAULT: None, **tried}):
            file = f"{number}-{functions[0]}.vmfb"
            (folder / file).write_bytes(module)
            files[file] = functions
        compiled = set(itertools.chain(*files.values()))
        good &= _DEFAULT in compiled
        index["products"][kernel.key] = {
            "forms": kernel.forms,
            "operands": kernel.operands,
            "files": files,
            "tiles": {function: _tile_as_json(tile) for function, tile in tried.items() if function in compiled},
        }
        (folder / "index.json").write_text(json.dumps(index, indent=1) + "\n")
        missing = "" if _DEFAULT in compiled else ", but not IREE's own way"
        print(f"{kernel.key:40} {len(compiled - {_DEFAULT})} of {len(tried)} tiles{missing}", flush=True)
    return good


def _seconds(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not number > 0:
        raise argparse.ArgumentTypeError("expects a positive number")
    return number


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], epilog=__doc__.partition("\n\n")[2], formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("compile")
    command.add_argument("folder", type=Path, metavar="DIR")
    command.add_argument("--target", default="cuda:sm_90", help="an NVIDIA GPU (fungc targets); default: cuda:sm_90")
    command.add_argument("--keys", nargs="+", metavar="KEY", help="default: the products of benchmarks/step, and two large ones")
    command = commands.add_parser("run")
    command.add_argument("folder", type=Path, metavar="DIR")
    command.add_argument("--out", type=Path, required=True, metavar="FILE.json")
    command.add_argument("--seconds", type=_seconds, default=math.inf, metavar="N", help="default: until all are measured")
    return parser


def main() -> int:
    options = _parser().parse_args()
    if options.command == "compile":
        return 0 if compile_all(options.folder, options.target, options.keys) else 1
    import tiles_running  # and torch

    tiles_running.run(options.folder, options.out, options.seconds)
    return 0


if __name__ == "__main__":
    command_line.end(main)
