"""The time of a training step, against PyTorch eager, `torch.compile`, JAX, plain IREE and TVM on the same CPU.

    python benchmarks/step [--programs NAME,NAME] [--contestants NAME,NAME] [--rounds 15] [--seconds 0.5] [--out FILE.json]
    python benchmarks/step report FILE.json
    python benchmarks/step chart FILE.json FILE.svg

Every contestant runs in a process of its own, all take turns in one run, and what is compared are
medians over all rounds. Before anything is timed, the losses of the first steps have to agree. A program
that a contestant cannot express or compile is shown as such, with the reason.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import chart  # noqa: E402
import contestants  # noqa: E402
import measure  # noqa: E402
import programs  # noqa: E402
import report  # noqa: E402


def _names(known):
    def parse(text: str) -> list[str]:
        names = [name for name in text.split(",") if name]
        unknown = [name for name in names if name not in known]
        if unknown:
            raise argparse.ArgumentTypeError(f"no {unknown[0]!r}; there are {', '.join(known)}")
        return names

    return parse


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["report"]:
        print(report.table(json.loads(Path(arguments[1]).read_text())))
        return 0
    if arguments[:1] == ["chart"]:
        chart.draw(json.loads(Path(arguments[1]).read_text()), Path(arguments[2]))
        return 0
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], epilog=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--programs", type=_names(programs.PROGRAMS), default=list(programs.PROGRAMS))
    parser.add_argument("--contestants", type=_names(contestants.CONTESTANTS), default=list(contestants.CONTESTANTS))
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seconds", type=float, default=0.5, help="of each contestant in each round")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(arguments)
    import host

    record = {**host.describe(), "rounds": options.rounds, "programs": {}}
    for name in options.programs:
        record["programs"][name] = measure.measure(name, options.contestants, options.rounds, options.seconds)
        print(report.lines(name, record["programs"][name]), flush=True)
        if options.out:
            options.out.write_text(json.dumps(record, indent=1) + "\n")
    print(report.table(record))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
