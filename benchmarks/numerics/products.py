"""What a product of matrices costs on CPUs in each form of fixed arithmetic that docs/numerics.md weighs.

    python benchmarks/numerics/products.py [--size M,K,N] [--seconds S] [--out FILE.json]

All forms are compiled with the flags of their target and run in turn, round after round, in one process, on all CPUs.
Milliseconds are medians. Each form's first rows are compared with the chain that it is said to compute, bit for bit.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import iree.runtime as rt
import numpy as np

from fungible import codegen, targets
from fungible.runtime import heap
from fungible.targets import Target

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "benchmarks"), str(ROOT / "test")]
import host  # noqa: E402 - found by the line before
from forms import FORMS, Form  # noqa: E402
from reference.float32 import Float32  # noqa: E402

#: Seconds of a form's turn, at least one run.
TURN = 0.05

#: Rows that are compared with the arithmetic.
CHECKED = 8


def fused(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Ascending chains of fused multiply-adds."""
    total, arithmetic = np.zeros((len(a), b.shape[1]), np.float32), Float32()
    for k in range(a.shape[1]):
        total = arithmetic.fma(a[:, k, None], b[k], total)
    return total


def separate(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Ascending chains of rounded products."""
    total, arithmetic = np.zeros((len(a), b.shape[1]), np.float32), Float32()
    for k in range(a.shape[1]):
        total = arithmetic.add(total, arithmetic.multiply(a[:, k, None], b[k]))
    return total


def twelve_bits(x: np.ndarray) -> np.ndarray:
    """Rounded to 12 significant bits, ties to even."""
    bits = x.view(np.int32)
    return ((bits + 0x7FF + ((bits >> 12) & 1)) & ~0xFFF).view(np.float32)


CHAINS = {"fused": fused, "separate": separate, "twelve bits": lambda a, b: fused(twelve_bits(a), twelve_bits(b))}


def _target(form: Form) -> Target:
    target = targets.resolve(form.target)
    return dataclasses.replace(target, flags=(*target.flags, *form.flags), tuning=())


def _runner(form: Form, arrays: tuple[np.ndarray, ...], sizes: tuple[int, int, int]) -> Callable[[], np.ndarray]:
    module = rt.load_vm_flatbuffer(codegen.executable(form.text(*sizes), "linalg", _target(form)), driver="local-task")
    device = rt.get_device("local-task")
    inputs = [rt.asdevicearray(device, array) for array in arrays]
    return lambda: module.product(*inputs)


def _inputs(form: Form, a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, ...]:
    if form.chain is not None:
        return a, b
    rng, (m, k), n = np.random.default_rng(1), a.shape, b.shape[1]
    return tuple(rng.integers(-64, 64, shape, np.int8) for shape in form.integer_shapes(m, k, n))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", default="1024,256,1024")
    parser.add_argument("--seconds", type=float, default=40, help="for all forms together")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    heap.keep_freed_memory()
    m, k, n = sizes = tuple(map(int, options.size.split(",")))
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((m, k), np.float32), rng.standard_normal((k, n), np.float32)
    exact, size = a.astype(np.float64) @ b.astype(np.float64), np.abs(a.astype(np.float64)) @ np.abs(b.astype(np.float64))
    chains = {name: chain(a[:CHECKED], b) for name, chain in CHAINS.items()}
    runners, rows = {}, {}
    for name, form in FORMS.items():
        runners[name] = _runner(form, _inputs(form, a, b), sizes)
        result = np.asarray(runners[name]().to_host())
        rows[name] = {"target": form.target, "what": form.what, "times": []}
        if form.chain is not None:
            if not np.array_equal(result[:CHECKED], chains[form.chain]):
                others = [other for other, chain in chains.items() if np.array_equal(result[:CHECKED], chain)]
                raise SystemExit(f"{name} computes not the chain '{form.chain}', but {others or 'none of them'}")
            rows[name] |= {"chain": form.chain, "error": float((np.abs(result - exact) / size).max())}
    end = time.perf_counter() + options.seconds
    while time.perf_counter() < end:
        for name, runner in runners.items():
            runner()  # without what the form before it left in caches
            start = time.perf_counter()
            while (begin := time.perf_counter()) < start + TURN:
                runner()
                rows[name]["times"].append(1e3 * (time.perf_counter() - begin))
    for name, row in rows.items():
        times = row.pop("times")
        row["ms"], row["runs"] = statistics.median(times), len(times)
        row["multiply_adds_per_ns"] = m * k * n / row["ms"] / 1e6
        error = f", error {row['error']:.1e}" if "error" in row else ""
        print(f"{row['ms']:9.2f} ms  {row['multiply_adds_per_ns']:6.2f} multiply-adds a ns  {name} ({row['target']}){error}")
    if options.out:
        options.out.write_text(json.dumps(host.describe() | {"size": [m, k, n], "forms": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
