"""The compiled generator gives the same bits as the kernels of the torch operators."""

import numpy as np
import pytest
import torch
from harness import run

from fungible import threefry
from fungible.frontend import operators


def _state(seed, step):
    return torch.tensor(seed, dtype=torch.int32), torch.tensor(step, dtype=torch.int32)


@pytest.mark.parametrize(
    ("counter", "key", "expected"),
    [
        ((0, 0), (0, 0), (0x6B200159, 0x99BA4EFE)),
        ((0xFFFFFFFF, 0xFFFFFFFF), (0xFFFFFFFF, 0xFFFFFFFF), (0x1CB996FC, 0xBB002BE7)),
        ((0x243F6A88, 0x85A308D3), (0x13198A2E, 0x03707344), (0xC4923A9C, 0x483DF7A0)),
    ],
)
def test_threefry_known_answers(counter, key, expected):
    """The vectors that the generator's authors published with Random123."""
    x0, x1 = (np.array([word], np.uint32) for word in counter)
    threefry.block(key, x0, x1)
    assert (int(x0[0]), int(x1[0])) == expected


def test_words_do_not_depend_on_how_many_are_drawn():
    many = threefry.words(100_001, (1, 2), 3, 4)
    np.testing.assert_array_equal(threefry.words(40_001, (1, 2), 3, 4), many[:40_001])


@pytest.mark.parametrize("shape", [(), (1,), (7,), (3, 5), (33, 1, 65), (2, 3, 5, 7)])
def test_uniform(shape):
    state = _state([-(2**31), 2**31 - 1], 1_000_003)
    [compiled] = run(lambda seed, step: torch.ops.fungible.uniform(list(shape), seed, step, 11), *state)
    np.testing.assert_array_equal(compiled, operators.uniform(shape, *state, 11).numpy())


@pytest.mark.parametrize("p", [0.0, 0.1, 0.5, 1.0 - 2.0**-24, 1.0])
def test_dropout(p):
    x = torch.randn(37, 129, generator=torch.Generator().manual_seed(0))
    state = _state([123, -456], 0)
    [compiled] = run(lambda x, seed, step: torch.ops.fungible.dropout(x, seed, step, p, 2**31 + 5), x, *state)
    np.testing.assert_array_equal(compiled, operators.dropout(x, *state, p, 2**31 + 5).numpy())


def test_dropout_gradient_has_the_mask_of_the_output():
    x = torch.rand(65, 33, generator=torch.Generator().manual_seed(0)) + 1.0
    state = _state([7, 8], 9)

    def function(x, seed, step):
        x = x.detach().requires_grad_()
        y = torch.ops.fungible.dropout(x, seed, step, 0.3, 1)
        return y.detach(), torch.autograd.grad(y.sum(), [x])[0]

    output, gradient = run(function, x, *state)
    np.testing.assert_array_equal(output != 0, gradient != 0)
    np.testing.assert_array_equal(gradient, function(x, *state)[1].numpy())
    assert 0.25 < (output == 0).mean() < 0.35


def test_masks_differ_between_steps_and_streams():
    def draw(step, stream):
        return operators.uniform([1000], *_state([1, 2], step), stream)

    drawn = torch.stack([draw(0, 0), draw(1, 0), draw(0, 1), draw(1, 1)])
    assert torch.corrcoef(drawn).fill_diagonal_(0).abs().max() < 0.15
