"""`torch._foreach_*` taken one tensor at a time gives what PyTorch's own functions give."""

import pytest
import torch

from fungible.frontend.foreach import OneByOne


def _lists(count):
    generator = torch.Generator().manual_seed(0)
    return [[torch.rand(3, generator=generator) + 0.5, torch.rand(2, 2, generator=generator) + 0.5] for _ in range(count)]


CALLS = {
    "add list": lambda a, b, c: torch._foreach_add(a, b, alpha=0.5),
    "add scalar": lambda a, b, c: torch._foreach_add(a, 0.5),
    "add scalars": lambda a, b, c: torch._foreach_add(a, [0.5, 0.25]),
    "sub_": lambda a, b, c: torch._foreach_sub_(a, b, alpha=2.0),
    "mul tensor": lambda a, b, c: torch._foreach_mul(a, torch.tensor(0.5)),
    "div_": lambda a, b, c: torch._foreach_div_(a, b),
    "addcmul_": lambda a, b, c: torch._foreach_addcmul_(a, b, c, value=0.5),
    "addcmul, value by place": lambda a, b, c: torch._foreach_addcmul(a, b, c, 0.5),
    "addcdiv, list of values": lambda a, b, c: torch._foreach_addcdiv(a, b, c, [0.5, 0.25]),
    "addcdiv, tensor of values": lambda a, b, c: torch._foreach_addcdiv(a, b, c, torch.tensor([0.5, 0.25])),
    "lerp_": lambda a, b, c: torch._foreach_lerp_(a, b, 0.3),
    "lerp list": lambda a, b, c: torch._foreach_lerp(a, b, c),
    "norm": lambda a, b, c: torch._foreach_norm(a, 1),
    "maximum_ list": lambda a, b, c: torch._foreach_maximum_(a, b),
    "clamp_max": lambda a, b, c: torch._foreach_clamp_max(a, 0.9),
    "pow": lambda a, b, c: torch._foreach_pow(a, 2),
    "sqrt_": lambda a, b, c: torch._foreach_sqrt_(a),
    "neg": lambda a, b, c: torch._foreach_neg(a),
    "zero_": lambda a, b, c: torch._foreach_zero_(a),
    "copy_": lambda a, b, c: torch._foreach_copy_(a, b),
}


@pytest.mark.parametrize("name", CALLS)
def test_lists_one_by_one(name):
    expected, found = _lists(3), _lists(3)
    result = CALLS[name](*expected)
    with OneByOne():
        ours = CALLS[name](*found)
    torch.testing.assert_close(found, expected)
    if result is not None and not name.split()[0].endswith("_"):
        torch.testing.assert_close(list(ours), list(result))


def test_a_scalar_tensor_as_weight():
    a, b, _ = _lists(3)
    with OneByOne():
        found = torch._foreach_lerp([x.bfloat16() for x in a], [x.bfloat16() for x in b], torch.tensor(0.3))
    torch.testing.assert_close(found, torch._foreach_lerp([x.bfloat16() for x in a], [x.bfloat16() for x in b], 0.3))
