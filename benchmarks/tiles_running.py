"""The half of `tiles.py` that needs neither torch-mlir nor the compiler: the times of kernels on the GPU.

PyTorch is imported where it is used: the processes in which the driver compiles start without it.
"""

from __future__ import annotations

import concurrent.futures
import functools
import json
import math
import multiprocessing
import os
import re
import statistics
import subprocess
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import host
import iree.runtime as rt
import numpy as np

from fungible import FungibleError, UsageError, targets
from fungible.runtime.device import Device
from fungible.runtime.devices import Candidate, matching
from fungible.targets import Target

#: IREE names kernels for the function that they are of; those of PyTorch do not match.
_KERNEL = re.compile(r"(default|tile\d+)_dispatch_")

#: Of the largest element of a result.
_TOLERANCE = 1e-5
_ROUNDS = 5
#: Processes in which the driver compiles, and their part of `--seconds`.
_PROCESSES, _WARMING = 14, 0.5


def _candidate(target: Target) -> Candidate:
    return matching(target.name, target.driver, target.requires)[0]


def _load(target: Target, paths: Iterable[Path]) -> None:
    """Makes the driver compile the PTX of modules, which it keeps in a cache on the disk."""
    device = _candidate(target).open()
    for path in paths:
        device.load(path.read_bytes())


def _warm(folder: Path, index: dict, target: Target, seconds: float) -> None:
    """What fails here or is not reached is compiled, or fails, when it is measured."""
    # A process that is forked could not use the driver, which its parent has asked for devices.
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(min(_PROCESSES, os.cpu_count() or 1), context) as pool:
        all_paths = [[folder / file for file in product["files"]] for product in index["products"].values()]
        loads = [pool.submit(_load, target, paths) for paths in all_paths]
        concurrent.futures.wait(loads, None if math.isinf(seconds) else seconds)
        pool.shutdown(cancel_futures=True)


def _call(context: rt.VmContext, function: rt.VmFunction, arguments: list[rt.HalBufferView]) -> rt.HalBufferView:
    inputs, outputs = rt.VmVariantList(len(arguments)), rt.VmVariantList(1)
    for argument in arguments:
        inputs.push_ref(argument)
    context.invoke(function, inputs, outputs)
    return outputs.get_as_object(0, rt.HalBufferView)


def _times(multiply: Callable[[], object], functions: Mapping[str, Callable[[], object]]) -> dict[str | None, list[float]]:
    """Milliseconds of the kernels of each function; None for PyTorch, which may have several a product."""
    import torch
    from torch.profiler import ProfilerActivity, profile

    with profile(activities=[ProfilerActivity.CUDA]) as profiler:
        for _ in range(_ROUNDS):
            multiply()
        torch.cuda.synchronize()
        for _ in range(_ROUNDS):
            for function in functions.values():
                function()
        torch.cuda.synchronize()
    times = defaultdict(list)
    for event in profiler.events():
        if event.device_type == torch.autograd.DeviceType.CUDA and not event.name.startswith(("Memcpy", "Memset")):
            match = _KERNEL.match(event.name)
            times[match and match[1]].append(event.device_time_total / 1e3)
    if None not in times:
        raise FungibleError("PyTorch's profiler sees no kernels; does the driver let CUPTI read them?")
    return times


def _measured(device: Device, folder: Path, product: dict) -> dict:
    """The times of a product in all ways.

    Raises:
        FungibleError: a module cannot be loaded, or times cannot be read.
    """
    import torch

    generator = np.random.default_rng(0)
    arrays = [generator.standard_normal(shape, dtype=np.float32) for shape in product["operands"]]
    stored = [torch.from_numpy(array).cuda() for array in arrays]
    left, right = (matrix.mT if form == "t" else matrix for matrix, form in zip(stored, product["forms"]))
    expected = left.double() @ right.double()
    arguments, functions = [device.upload(array) for array in arrays], {}
    for file, names in product["files"].items():
        context, module = device.load((folder / file).read_bytes())
        functions |= {name: functools.partial(_call, context, module.lookup_function(name), arguments) for name in names}

    def error(function: Callable[[], rt.HalBufferView]) -> float:
        result = torch.from_numpy(device.download(function(), np.dtype(np.float32))).cuda()
        return float((result - expected).abs().max() / expected.abs().max())

    correct = {name: function for name, function in functions.items() if error(function) <= _TOLERANCE}
    for _ in range(3):
        left @ right
    times = _times(lambda: left @ right, correct)
    medians = {name: round(statistics.median(each), 6) for name, each in times.items() if name}
    measured = [{**tile, "ms": medians[name]} for name, tile in product["tiles"].items() if name in medians]
    return {
        "torch_ms": round(sum(times[None]) / _ROUNDS, 6),
        "default_ms": medians.get("default"),
        "wrong": len(product["tiles"].keys() - correct.keys()),
        "tiles": sorted(measured, key=lambda tile: tile["ms"]),
    }


def _driver_version() -> str | None:
    command = ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.partition("\n")[0]
    except (OSError, subprocess.CalledProcessError):
        return None


def _row(key: str, found: dict) -> str:
    fastest = found["tiles"][0]["ms"] if found["tiles"] else None
    times = {"torch": found["torch_ms"], "default": found["default_ms"], "fastest": fastest}
    cells = (f"{name} {'-' if ms is None else f'{ms:.4f}':>9}" for name, ms in times.items())
    return f"{key:40} {'  '.join(cells)} ms"


def as_text(record: dict) -> str:
    """JSON with a line for each tile."""
    return re.sub(r'\{\s+"rows"[^}]*\}', lambda match: json.dumps(json.loads(match[0])), json.dumps(record, indent=1)) + "\n"


def run(folder: Path, out: Path, seconds: float) -> None:
    """Writes the times of what `tiles.py compile` wrote, as far as the seconds reach.

    Raises:
        FungibleError: no GPU, a module cannot be loaded, or times cannot be read.
    """
    import torch

    started = time.monotonic()
    try:
        index = json.loads((folder / "index.json").read_text())
    except OSError as error:
        raise UsageError(f"{folder}: not a folder of `compile` ({error.strerror})") from None
    target = targets.resolve(index["target"])
    candidate = _candidate(target)
    if not torch.cuda.is_available():
        raise FungibleError(f"PyTorch {torch.__version__} finds no GPU here")
    _warm(folder, index, target, _WARMING * seconds)
    print(f"loaded after {time.monotonic() - started:.0f} s", flush=True)
    torch.set_float32_matmul_precision("highest")
    torch.cuda.init()
    device = candidate.open()
    gpu = {"gpu": candidate.report.name, "driver": _driver_version()}
    record = {"host": host.describe(), **gpu, **index, "products": {}}
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(as_text(record))
    longest = 0.0
    for key, product in index["products"].items():
        begun = time.monotonic()
        if begun - started + longest > seconds:
            print(f"out of time before {key}", flush=True)
            break
        found = record["products"][key] = _measured(device, folder, product)
        out.write_text(as_text(record))
        print(_row(key, found), flush=True)
        longest = max(longest, time.monotonic() - begun)
