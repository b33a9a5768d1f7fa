"""`torch.utils.checkpoint` and memory budgets: the numbers of a step stay, its memory shrinks."""

import os
import re

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.checkpoint import checkpoint, checkpoint_sequential

from fungible import CompilationError, FungibleError, capture
from fungible.frontend.random import CounterBased

slow = pytest.mark.skipif(os.environ.get("FUNGIBLE_TEST_SLOW") != "1", reason="slow: as the other way, run lit with --param slow=1")

LAYERS, WIDTH, BATCH = 4, 64, 512


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm, self.up, self.down = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)
        self.dropout = nn.Dropout(0.3)

    def forward(self, x):
        return x + self.dropout(self.down(F.gelu(self.dropout(self.up(self.norm(x))))))


class Model(nn.Module):
    def __init__(self, checkpointed):
        super().__init__()
        self.blocks = nn.Sequential(*(Block() for _ in range(LAYERS)))
        self.checkpointed = checkpointed

    def forward(self, x):
        return self.checkpointed(self.blocks, x)


def _each_kind(blocks, x):
    x = checkpoint(blocks[0], x, use_reentrant=True)
    y = checkpoint(lambda: blocks[1](x), use_reentrant=False)  # of what it does not get as an argument
    return checkpoint_sequential(blocks[2:], 2, y, use_reentrant=False)


def _careless(blocks, x):
    return blocks[1:](checkpoint(blocks[0], x, use_reentrant=False, preserve_rng_state=False))


WAYS = {
    "without": lambda blocks, x: blocks(x),
    "each kind": _each_kind,
    "careless": _careless,
    "whole model": lambda blocks, x: checkpoint(blocks, x, use_reentrant=False),
}


def _program(way, autocast=False):
    torch.manual_seed(0)
    model = Model(WAYS[way])
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def step(batch):
        x, y = batch
        optimizer.zero_grad()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=autocast):
            loss = F.mse_loss(model(x + torch.zeros(()).requires_grad_()), y)
        loss.backward()
        optimizer.step()
        return loss

    generator = torch.Generator().manual_seed(1)
    batch = torch.randn(BATCH, WIDTH, generator=generator), torch.randn(BATCH, WIDTH, generator=generator)
    return capture(step, model=model, optimizer=optimizer, example=batch, seed=3), step, batch


def planned_memory(program, **options):
    """Bytes that IREE allocates for a step, at most at one time."""
    text = next(text for name, _, text in program.stages("stream", **options) if name == "stream")
    body = text[text.index("@step(") :].split("\n  }\n")[0]
    constants = {m[1]: int(m[2]) for m in re.finditer(r"(%c\w+) = arith\.constant (\d+) : index", body)}
    live, peak, sizes = 0, 0, {}
    for line in body.splitlines():
        made = re.search(r"(%\w+), %\w+ = stream\.resource\.alloca.*!stream\.resource<\w+>\{(%\w+)\}", line)
        freed = re.search(r"stream\.resource\.dealloca.* (%\w+) :", line)
        if made:
            sizes[made[1]] = constants[made[2]]
            live += sizes[made[1]]
            peak = max(peak, live)
        elif freed and freed[1] in sizes:
            live -= sizes.pop(freed[1])
    assert peak > 0
    return peak


@pytest.fixture(scope="module")
def without():
    return _program("without")[0]


@pytest.mark.parametrize("way", ["each kind", pytest.param("whole model", marks=slow)])
def test_recomputed_activations_are_the_same(way, without):
    program, step, batch = _program(way)
    session = program.compile().on("cpu")
    losses = [float(session.step(batch)) for _ in range(3)]
    # Eager, with the same masks; the recomputation draws the mask of the forward pass in both.
    state = program.initial_state()
    eager = []
    for index in range(3):
        with CounterBased(torch.tensor(state["rng.seed"]), torch.tensor(index, dtype=torch.int32)):
            eager.append(float(step(batch).detach()))
    np.testing.assert_allclose(losses, eager, rtol=1e-5)
    if way == "each kind":
        assert planned_memory(program) < 0.75 * planned_memory(without)


def test_a_checkpoint_that_does_not_keep_the_generator_draws_other_masks():
    program, _, _ = _program("without")
    graph = program.captured().functions[0].module.graph
    kept = {node.args[4] for node in graph.find_nodes(op="call_function", target=torch.ops.fungible.dropout.default)}
    graph = _program("careless")[0].captured().functions[0].module.graph
    drawn = {node.args[4] for node in graph.find_nodes(op="call_function", target=torch.ops.fungible.dropout.default)}
    assert len(kept) == 2 * LAYERS
    assert len(drawn) == 2 * LAYERS + 1  # what a block's last dropout gives is not needed again


def test_a_memory_budget_is_kept(without):
    _, _, batch = _program("without")
    plain = planned_memory(without)
    budget = without.compile(memory_budget=f"{3 * plain // 5}B").on("cpu")
    unlimited = without.compile().on("cpu")
    for _ in range(2):
        np.testing.assert_allclose(budget.step(batch), unlimited.step(batch), rtol=1e-6)
    for name in unlimited.state:
        np.testing.assert_allclose(budget.state[name], unlimited.state[name], rtol=1e-5, atol=1e-7, err_msg=name)
    assert planned_memory(without, memory_budget=3 * plain // 5) < 0.75 * plain


def test_a_budget_that_cannot_be_met_is_an_error(without):
    with pytest.raises(CompilationError, match=r"'step' needs \d+ bytes .* the budget is 1024 bytes"):
        without.compile(memory_budget="1KiB")
    with pytest.raises(FungibleError, match="'lots' is no amount of memory"):
        without.compile(memory_budget="lots")
