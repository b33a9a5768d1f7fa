"""Modules that look at values work the same without them."""

import torch
from torch import nn
from torch.nn.modules import transformer

from fungible.frontend import modules


def test_cumulative_averages():
    own, eager = (nn.BatchNorm1d(3, momentum=None) for _ in range(2))
    for _ in range(3):
        x = torch.randn(8, 3)
        expected = eager(x)
        with modules.without_values():
            torch.testing.assert_close(own(x), expected)
    torch.testing.assert_close(own.state_dict(), eager.state_dict())
    with modules.without_values():
        torch.testing.assert_close(own.eval()(x), eager.eval()(x))


def test_a_causal_mask_is_a_mask():
    torch.manual_seed(0)
    encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16, 0.0, batch_first=True), 1).eval()
    x, mask = torch.randn(2, 5, 8), nn.Transformer.generate_square_subsequent_mask(5)
    expected = encoder(x, mask)
    with modules.without_values():
        torch.testing.assert_close(encoder(x, mask), expected)


def test_everything_is_put_back():
    before = transformer._detect_is_causal_mask, nn.BatchNorm1d.forward, torch.backends.mha.get_fastpath_enabled()
    with modules.without_values():
        assert not torch.backends.mha.get_fastpath_enabled() and not torch.backends.mkldnn.enabled
    after = transformer._detect_is_causal_mask, nn.BatchNorm1d.forward, torch.backends.mha.get_fastpath_enabled()
    assert after == before and torch.backends.mkldnn.enabled
