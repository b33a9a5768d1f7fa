"""`examples/gpt.py` under `torch.autocast` to bfloat16: compiled against PyTorch eager, 200 steps.

    python benchmarks/mixed_precision.py [--steps N] [--out FILE.json]

Same initial state, batches and dropout masks; each contestant in a process of its own. At most
1 % between the losses after the last step is asked for; the losses are means of the last ten steps.
"""

import argparse
import itertools
import json
import multiprocessing
import statistics
import time
from pathlib import Path

import host

HERE = Path(__file__).resolve().parent
LIMIT = 0.01
_AVERAGED = 10


def _program():
    import torch

    from fungible.training.program_file import load_program

    program = load_program(str(HERE.parent / "examples" / "gpt.py"), seed=0)
    forward = torch.autocast("cpu", dtype=torch.bfloat16)(program.model.forward)
    # The loss is computed in float32, as under autocast; in bfloat16 it would have three digits.
    program.model.forward = lambda *inputs: forward(*inputs).float()
    return program


def _batches(program, count: int) -> list:
    import torch

    torch.manual_seed(1)
    endless = itertools.chain.from_iterable(itertools.repeat(program.batches))
    return list(itertools.islice(endless, count))


def _eager(steps: int) -> tuple[list[float], list[float]]:
    import torch

    from fungible.frontend.random import CounterBased

    program = _program()
    losses, times = [], []
    for number, batch in enumerate(_batches(program, steps)):
        start = time.perf_counter()
        with CounterBased(torch.zeros(2, dtype=torch.int32), torch.tensor(number, dtype=torch.int32)):
            losses.append(float(program.step(batch).detach()))
        times.append(time.perf_counter() - start)
    return losses, times


def _compiled(steps: int) -> tuple[list[float], list[float]]:
    program = _program()
    program.seed = 0
    session = program.compile().on("cpu")
    losses, times = [], []
    for batch in _batches(program, steps):
        start = time.perf_counter()
        losses.append(float(session.step(batch)))
        times.append(time.perf_counter() - start)
    return losses, times


def _alone(contestant, steps: int) -> tuple[list[float], list[float]]:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(contestant, (steps,))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--out", type=Path, default=HERE / "results" / "mixed-precision-cpu.json")
    options = parser.parse_args()
    results = {}
    for name, contestant in (("compiled", _compiled), ("eager", _eager)):
        losses, times = _alone(contestant, options.steps)
        final = statistics.fmean(losses[-_AVERAGED:])
        results[name] = {"final": final, "step_ms_median": round(1e3 * statistics.median(times), 1), "losses": losses}
        print(f"{name}: loss {losses[0]:.4f} to {final:.4f}, {results[name]['step_ms_median']} ms a step")
    difference = abs(results["compiled"]["final"] / results["eager"]["final"] - 1)
    largest = max(abs(a / b - 1) for a, b in zip(results["compiled"]["losses"], results["eager"]["losses"]))
    print(f"final loss: {100 * difference:.3f} % apart; single losses at most {100 * largest:.3f} %")
    record = {**host.describe(), "steps": options.steps, "relative_difference": difference, **results}
    options.out.write_text(json.dumps(record, indent=1) + "\n")
    return 0 if difference <= LIMIT else 1


if __name__ == "__main__":
    raise SystemExit(main())
