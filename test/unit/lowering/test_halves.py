"""float16: sums and constants must not be those of the type itself."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from harness import run


@pytest.mark.parametrize(
    ("function", "shape"),
    [
        pytest.param(torch.mean, (100_000,), id="mean of more elements than float16 counts"),
        pytest.param(lambda x: torch.log_softmax(x, 1), (4, 5000), id="log_softmax"),
        pytest.param(lambda x: F.layer_norm(x, (1024,)), (4, 1024), id="layer_norm"),
        pytest.param(lambda x: F.scaled_dot_product_attention(x, x, x), (1, 2, 16, 8), id="attention"),
    ],
)
def test_float16_is_as_eager(function, shape):
    x = torch.rand(shape, generator=torch.Generator().manual_seed(0)).half()
    (compiled,) = run(function, x)
    assert compiled.dtype == np.float16
    # One unit in the last place: both compute in float32 and round once.
    np.testing.assert_allclose(compiled, function(x).numpy(), rtol=2.0**-10, atol=2.0**-12)
