"""Attention against eager, forward and backward."""

import pytest
import torch
import torch.nn.functional as F
from harness import assert_as_exact_as_eager, assert_gradients_as_exact_as_eager

attention = F.scaled_dot_product_attention


def _tensors(*shapes):
    generator = torch.Generator().manual_seed(sum(map(sum, shapes)))
    return [torch.randn(shape, generator=generator) for shape in shapes]


def _triple(batch, heads, length, keys, width):
    return _tensors((batch, heads, length, width), (batch, heads, keys, width), (batch, heads, keys, width))


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize(
    "sizes", [(2, 3, 16, 16, 8), (1, 2, 65, 65, 32), (2, 1, 5, 9, 3), (1, 1, 9, 5, 16), (3, 2, 1, 1, 4)]
)
def test_attention(sizes, causal):
    assert_gradients_as_exact_as_eager(lambda q, k, v: attention(q, k, v, is_causal=causal), *_triple(*sizes))


@pytest.mark.parametrize("heads, length", [((4, 2), 640), ((1, 1), 515)])
def test_causal_in_blocks(heads, length):
    """Of 640 rows some are computed without the keys that they do not see, 515 have no such blocks."""
    many, few = heads
    assert_as_exact_as_eager(
        lambda q, k, v: attention(q, k, v, is_causal=True, enable_gqa=many != few),
        *_tensors((1, many, length, 16), (1, few, length, 16), (1, few, length, 16)),
    )


def test_gradients_of_causal_in_blocks():
    assert_gradients_as_exact_as_eager(lambda q, k, v: attention(q, k, v, is_causal=True), *_triple(1, 4, 512, 512, 16))


def test_scale():
    assert_gradients_as_exact_as_eager(lambda q, k, v: attention(q, k, v, scale=0.3), *_triple(2, 2, 12, 12, 8))


@pytest.mark.parametrize("heads", [(4, 2), (6, 1)])
@pytest.mark.parametrize("causal", [False, True])
def test_heads_that_share_keys(heads, causal):
    many, few = heads
    assert_gradients_as_exact_as_eager(
        lambda q, k, v: attention(q, k, v, is_causal=causal, enable_gqa=True),
        *_tensors((2, many, 10, 8), (2, few, 10, 8), (2, few, 10, 8)),
    )


@pytest.mark.parametrize("shape", [(12, 12), (2, 1, 12, 12), (2, 3, 12, 12), (1, 1, 1, 12)])
def test_added_mask(shape):
    q, k, v = _triple(2, 3, 12, 12, 8)
    (mask,) = _tensors(shape)
    assert_gradients_as_exact_as_eager(lambda q, k, v, m: attention(q, k, v, attn_mask=m.detach()), q, k, v, mask)


def test_boolean_mask_with_a_row_that_sees_nothing():
    q, k, v = _triple(2, 3, 12, 12, 8)
    mask = torch.rand(2, 1, 12, 12, generator=torch.Generator().manual_seed(1)) > 0.4
    mask[:, :, 4] = False
    assert_gradients_as_exact_as_eager(lambda q, k, v, m: attention(q, k, v, attn_mask=m), q, k, v, mask)


def test_projected_heads():
    """As in a model: heads are transposed views of projections."""

    def block(x, qkv, out):
        q, k, v = (x @ qkv).split(32, dim=2)
        q, k, v = (t.view(2, 16, 4, 8).transpose(1, 2) for t in (q, k, v))
        y = attention(q, k, v, is_causal=True)
        return y.transpose(1, 2).reshape(2, 16, 32) @ out

    assert_gradients_as_exact_as_eager(block, *_tensors((2, 16, 32), (32, 96), (32, 32)))


def test_without_batch():
    """Three dimensions reach us as products and a safe softmax."""
    assert_gradients_as_exact_as_eager(
        lambda q, k, v: attention(q, k, v, is_causal=True), *_tensors((2, 9, 8), (2, 9, 8), (2, 9, 8))
    )


def test_gradient_of_the_mask():
    assert_gradients_as_exact_as_eager(
        lambda q, k, v, m: attention(q, k, v, attn_mask=m), *_triple(2, 3, 12, 12, 8), *_tensors((3, 12, 12))
    )
