"""Normalization against eager, forward and backward."""

import torch
import torch.nn.functional as F
from harness import assert_as_exact_as_eager


def test_layer_norm():
    torch.manual_seed(0)
    assert_as_exact_as_eager(
        lambda x, w, b: F.layer_norm(x, (64,), w, b), torch.randn(8, 64), torch.randn(64), torch.randn(64)
    )
