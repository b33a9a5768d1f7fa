"""Fingerprints of the functions of exact numerics over all float32 numbers, computed where the results are.

    python benchmarks/numerics/fingerprints.py [--functions exp,log] [--targets cpu,vulkan] [--every 1] [--out FILE.json]
    python benchmarks/numerics/fingerprints.py --compile DIR --targets cuda:sm_90,vulkan:ampere
    python benchmarks/numerics/fingerprints.py --compiled DIR --targets cuda:sm_90,vulkan:ampere --out FILE.json

`functions.py` carries every result to the host and compares it; here a device makes the operands from their numbers,
hashes the results, in 4096 sums of 32 bits for each block of 2^24, and the host takes SHA-256 of the sums of all blocks.
Functions of one operand take all 2^32 numbers; those of more take 2^32 times operands of random bits, half of which are
chosen to cancel, to overflow or to vanish. All NaN count as one. Targets with the same fingerprint have the same bits
but for a collision of hashes. `--compile` writes modules for a machine that has neither PyTorch nor the compiler,
`--compiled` runs them there. On lavapipe and two CPUs `LP_NUM_THREADS=16` saves up to half of the time: IREE has two threads that wait for
its queues, which Mesa lets poll there beside as many workers as there are CPUs.
"""

import argparse
import hashlib
import json
import sys
import time
from pathlib import Path

import numpy as np

sys.path.append(str(Path(__file__).resolve().parents[1]))
import host  # noqa: E402

from fungible import FungibleError, UsageError  # noqa: E402

TARGETS = ("cpu", "cpu:x86-64-v3", "cpu:x86-64-v2", "vulkan")
BLOCKS = 256

_ROW = "{:14} {:16} {:>6}  {:16} {:>8}  {}"


class Hashed:
    """The compiled functions of one target; what runs here needs IREE's runtime alone."""

    def __init__(self, executable: bytes, target: str, driver: str, requires: tuple[str, ...]):
        from fungible.runtime import devices

        self._device = devices.matching(target, driver, requires)[0].open()
        self.device = self._device.name
        self._context, self._module = self._device.load(executable)

    def __call__(self, name: str, every: int) -> str:
        """SHA-256 over the sums of the blocks."""
        import iree.runtime as rt

        function, digest = self._module.lookup_function(name), hashlib.sha256()
        for block in range(0, BLOCKS, every):
            arguments, results = rt.VmVariantList(1), rt.VmVariantList(1)
            arguments.push_ref(self._device.upload(np.array(block, np.int32)))
            self._context.invoke(function, arguments, results)
            digest.update(self._device.download(results.get_as_object(0, rt.HalBufferView), np.dtype(np.int32)).tobytes())
        return digest.hexdigest()


def _checked(names: list[str] | None, known: list[str]) -> list[str]:
    """These names, or all."""
    if unknown := set(names or ()) - set(known):
        raise UsageError(f"no {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    return names or known


def _compiled(target: str, names: list[str] | None) -> tuple[dict, bytes]:
    import hashed

    return hashed.compile(target, _checked(names, list(hashed.OPS)))


def _files(folder: Path, target: str) -> tuple[Path, Path]:
    stem = target.replace(":", "-")
    return folder / f"{stem}.json", folder / f"{stem}.vmfb"


def _write(folder: Path, target: str, described: dict, executable: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    description, module = _files(folder, target)
    description.write_text(json.dumps(described) + "\n")
    module.write_bytes(executable)


def _read(folder: Path, target: str) -> tuple[dict, bytes]:
    description, module = _files(folder, target)
    try:
        return json.loads(description.read_text()), module.read_bytes()
    except OSError as error:
        raise UsageError(f"{folder} has nothing for {target}: {error.strerror}") from None


class Rows:
    """What was found so far, and the file that has it."""

    def __init__(self, out: Path | None):
        self._out = out
        known = json.loads(out.read_text()) if out and out.exists() else {"hosts": {}, "rows": []}
        self._hosts, self.all = known["hosts"], known["rows"]
        self.differ = False

    def has(self, name: str, target: str, every: int) -> bool:
        return any((row["function"], row["target"], row["every"]) == (name, target, every) for row in self.all)

    def add(self, row: dict) -> None:
        """Prints it, says if it differs from another target's, and writes the file."""
        same = [other["sha256"] for other in self.all if (other["function"], other["every"]) == (row["function"], row["every"])]
        differs = bool(same) and same[0] != row["sha256"]
        self.differ = self.differ or differs
        self.all.append(row)
        cells = row["function"], row["target"], BLOCKS // row["every"], row["sha256"][:16], row["seconds"]
        print(_ROW.format(*cells, "DIFFERS" if differs else ""), flush=True)
        if self._out:
            lines = ",\n".join(f"  {json.dumps(each)}" for each in self.all)
            self._hosts[row["target"]] = host.describe()
            head = json.dumps({"hosts": self._hosts}, indent=1)[:-2]
            self._out.write_text(f'{head},\n "rows": [\n{lines}\n ]\n}}\n')


def _run(run: Hashed, names: list[str], target: str, every: int, rows: Rows) -> None:
    for name in names:
        if rows.has(name, target, every):
            continue
        begin = time.perf_counter()
        found = run(name, every)
        seconds = round(time.perf_counter() - begin, 2)
        rows.add({"function": name, "target": target, "device": run.device, "every": every, "sha256": found, "seconds": seconds})


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--functions", help="by name, separated by commas (default: all)")
    parser.add_argument("--targets", default=",".join(TARGETS), help="default: %(default)s")
    parser.add_argument("--every", type=int, default=1, help="only every n-th block of numbers (default: 1)")
    parser.add_argument("--out", type=Path, help="JSON; rows that it has already are kept, and not computed again")
    folders = parser.add_mutually_exclusive_group()
    folders.add_argument("--compile", type=Path, metavar="DIR", help="write the modules into a folder, and run nothing")
    folders.add_argument("--compiled", type=Path, metavar="DIR", help="run the modules of a folder")
    args = parser.parse_args()
    wanted, rows = args.functions.split(",") if args.functions else None, Rows(args.out)
    print(_ROW.format("function", "target", "blocks", "fingerprint", "seconds", ""))
    for target in args.targets.split(","):
        described, executable = _read(args.compiled, target) if args.compiled else _compiled(target, wanted)
        names = _checked(wanted, described["functions"])
        if args.compile:
            _write(args.compile, target, described, executable)
            print(f"{target}: {len(executable)} bytes", flush=True)
            continue
        _run(Hashed(executable, target, described["driver"], tuple(described["requires"])), names, target, args.every, rows)
    return int(rows.differ)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except FungibleError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
