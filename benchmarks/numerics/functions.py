"""The functions of exact numerics over all float32 numbers: the same bits on every target, and their errors.

    python benchmarks/numerics/functions.py [--functions exp,log] [--targets cpu,vulkan] [--every 1] [--out FILE.json]

Functions of one operand take all 2^32 numbers, in blocks of 2^24 that are spread over all of them; arithmetic and
functions of two take 2^28 operands of all exponents, with sums that nearly cancel and results near 2^-126 and 2^128. Each
target is compared with the first, bit for bit, all NaN being the same; errors are those of the first, in units in the last
place of the result in float64. The interpreter `vmvx`, which takes a thousand times as long, is given 2^16 numbers. Results
of as many numbers that FILE.json has already are kept, so that a run that was interrupted goes on.
"""

import argparse
import json
import math
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch

sys.path.append(str(Path(__file__).resolve().parents[1]))
import host  # noqa: E402
import references  # noqa: E402
from compiled import Compiled, of_op  # noqa: E402

TARGETS = ("cpu", "cpu:x86-64-v3", "cpu:x86-64-v2", "vulkan", "vmvx")
BLOCK, BLOCKS, PAIR_BLOCKS, PARTS = 1 << 24, 256, 16, 256

#: Which numbers of the first block the interpreter gets.
FEW = np.random.default_rng(0).integers(0, BLOCK, 1 << 16)

#: Op -> its number of operands, and the reference that it equals.
ARITHMETIC = {
    "math.fma": (3, references.fused),
    "arith.divf": (2, references.quotient),
    "math.sqrt": (1, references.root),
}


def all_numbers(every: int) -> Iterator[tuple[np.ndarray]]:
    for block in range(0, BLOCKS, every):
        yield (np.arange(block, 2**32, BLOCKS, dtype=np.uint32).view(np.float32),)


def operands(arity: int, count: int, seed: int) -> list[np.ndarray]:
    """Of all exponents. A quarter of the fractions have few bits that are set or clear. Of three operands, the last is
    near the product of the others for half of them; of two, half of the products or quotients are near 2^-126 or 2^128."""
    generator = np.random.default_rng(seed)
    words = [generator.integers(0, 2**32, count, dtype=np.uint32) for _ in range(arity)]
    quarter = slice(0, count, 4)
    for word in words:
        few = word[quarter] & generator.integers(0, 2**23, word[quarter].size, dtype=np.uint32)
        word[quarter] = np.where(few & 1, word[quarter] | np.uint32(0x7FFFFF) & ~few, word[quarter] & np.uint32(0xFF800000) | few)
    x, y, *rest = found = [word.view(np.float32) for word in words]
    half = slice(0, count // 2)
    with np.errstate(all="ignore"):
        if rest:
            shift = generator.choice([0, 0, 0, 1, 24, -24, 25, -25, 48, -48], count // 2)
            near = (-x[half].astype(np.float64) * y[half] * 2.0**shift).astype(np.float32).view(np.uint32)
            rest[0][half] = (near + generator.integers(-2, 3, near.size).astype(np.uint32)).view(np.float32)
        elif arity == 2:
            y[half] = (x[half] / 2.0 ** generator.choice([-127, -126, -125, 127, 128], count // 2)).astype(np.float32)
            y[half].view(np.uint32)[:] += generator.integers(0, 2**23, count // 2, dtype=np.uint32)
    return found


def many_operands(arity: int, every: int) -> Iterator[list[np.ndarray]]:
    for block in range(0, PAIR_BLOCKS, every):
        yield operands(arity, BLOCK, block)


class Devices:
    """An op on every target."""

    def __init__(self, op: str, arity: int, targets: list[str]):
        functions = {"f": (arity, of_op(op))}
        self._runs = {target: Compiled(functions, FEW.size if target == "vmvx" else BLOCK, target) for target in targets}
        self.different = dict.fromkeys(targets[1:], 0)
        self.numbers = dict.fromkeys(targets, 0)

    def __call__(self, blocks: Iterator) -> Iterator[tuple[list[np.ndarray], np.ndarray]]:
        """The operands and the results of the first target, after those of the others are compared with it."""
        for number, block in enumerate(blocks):
            first = None
            for target, run in self._runs.items():
                few = target == "vmvx"
                if few and number:
                    continue
                mine = [x[FEW] for x in block] if few else block
                found = run("f", *mine).view(np.float32)
                self.numbers[target] += found.size
                if first is None:
                    first = found
                else:
                    expected = first[FEW] if few else first
                    self.different[target] += int((~references.same(found, expected)).sum())
            yield block, first


def certify(name: str, targets: list[str], every: int) -> dict:
    """Of a function of one operand or two."""
    arity = 2 if name in references.PAIRS else 1
    devices = Devices(f"math.{name}", arity, targets)
    largest, place = 0.0, None

    def worst_of(part: tuple[np.ndarray, ...]) -> tuple[float, list[float]]:
        *operands, found = part
        error = references.errors(found, references.exact(name, *operands))
        worst = int(error.argmax())
        return float(error[worst]), [float(x[worst]) for x in operands]

    torch.set_num_threads(1)  # of its own; the parts are what runs side by side
    with ThreadPoolExecutor() as threads:
        for numbers, results in devices(all_numbers(every) if arity == 1 else many_operands(arity, every)):
            # In parts that stay in the cache.
            for error, x in threads.map(worst_of, zip(*(np.split(each, PARTS) for each in (*numbers, results)))):
                if error > largest or place is None:
                    largest, place = error, x
    return {"largest_error_ulp": largest, "at": place if arity == 2 else place[0], "numbers": devices.numbers, "different": devices.different}


def certify_arithmetic(op: str, targets: list[str], every: int) -> dict:
    """Against correctly rounded results."""
    arity, reference = ARITHMETIC[op]
    devices, wrong = Devices(op, arity, targets), 0
    for block, found in devices(all_numbers(every) if arity == 1 else many_operands(arity, every)):
        wrong += int((~references.same(found, reference(*block))).sum())
    return {"wrong": wrong, "numbers": devices.numbers, "different": devices.different}


def table(results: dict) -> str:
    """Markdown: one row for each function."""
    targets = sorted({target for result in results.values() for target in result["different"]})
    rows = ["| function | inputs | largest error | at | different results |", "| --- | --- | --- | --- | --- |"]
    for name, result in results.items():
        count = max(result["numbers"].values())
        inputs = "all" if count == 2**32 else f"2^{math.log2(count):.3g}"
        if "wrong" in result:
            error, place = ("correct" if not result["wrong"] else f"{result['wrong']} wrong"), ""
        else:
            places = result["at"] if isinstance(result["at"], list) else [result["at"]]
            error, place = f"{result['largest_error_ulp']:.2f}", ", ".join(f"{x:.9g}" for x in places)
        different = ", ".join(f"{target}: {count}" for target, count in result["different"].items() if count) or "none"
        rows.append(f"| `{name}` | {inputs} | {error} | {place} | {different} |")
    few = f"; vmvx on 2^{math.log2(FEW.size):.3g} inputs" if "vmvx" in targets else ""
    return "\n".join(rows) + f"\n\nCompared with the first target: {', '.join(targets)}{few}."


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    known = [*ARITHMETIC, *references.FUNCTIONS, *references.PAIRS]
    parser.add_argument("--functions", default=",".join(known), help="by name, separated by commas (default: all)")
    parser.add_argument("--targets", default=",".join(TARGETS), help="the first is compared with (default: %(default)s)")
    parser.add_argument("--every", type=int, default=1, help="only every n-th block of numbers (default: 1)")
    parser.add_argument("--out", type=Path, help="JSON, written after each function")
    arguments = parser.parse_args()
    wanted, targets = arguments.functions.split(","), arguments.targets.split(",")
    if unknown := set(wanted) - set(known):
        parser.error(f"no {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    results = {}
    if arguments.out and arguments.out.exists():
        results = json.loads(arguments.out.read_text())["functions"]
    for name in wanted:
        one = name in references.FUNCTIONS or name == "math.sqrt"
        numbers = BLOCK * len(range(0, BLOCKS if one else PAIR_BLOCKS, arguments.every))
        if name in results and all(results[name]["numbers"].get(target, 0) >= numbers for target in targets if target != "vmvx"):
            continue
        kind = certify_arithmetic if name in ARITHMETIC else certify
        results[name] = kind(name, targets, arguments.every)
        print(name, results[name], file=sys.stderr, flush=True)
        if arguments.out:
            text = {"host": host.describe(), "targets": targets, "functions": results}
            arguments.out.write_text(json.dumps(text, indent=1) + "\n")
    print(table({name: results[name] for name in known if name in results}))


if __name__ == "__main__":
    main()
