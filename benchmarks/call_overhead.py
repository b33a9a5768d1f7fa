"""What a call costs beside its arithmetic: steps of a program with one 8x8 parameter.

    python benchmarks/call_overhead.py [--steps N] [--out FILE.json]

Microseconds, the median and the fastest tenth over all steps.
"""

import argparse
import json
import statistics
import time
from pathlib import Path

import host
import torch

import fungible


def _session() -> "fungible.Session":
    torch.manual_seed(0)
    model = torch.nn.Linear(8, 8, bias=False)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def step(x):
        optimizer.zero_grad()
        loss = model(x).square().mean()
        loss.backward()
        optimizer.step()
        return loss

    program = fungible.Program(model=model, optimizer=optimizer, step=step, batches=[torch.ones(4, 8)], seed=0)
    return program.compile(targets=["cpu"]).on("cpu")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=10000)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    session, batch, times = _session(), torch.ones(4, 8).numpy(), []
    for _ in range(options.steps):
        begin = time.perf_counter()
        session.step(batch)
        times.append(1e6 * (time.perf_counter() - begin))
    times = sorted(times[options.steps // 10 :])
    record = host.describe() | {"median_us": statistics.median(times), "fastest_tenth_us": times[len(times) // 10]}
    print(f"{record['median_us']:.0f} us a step, the fastest tenth {record['fastest_tenth_us']:.0f} us")
    if options.out:
        options.out.write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()
