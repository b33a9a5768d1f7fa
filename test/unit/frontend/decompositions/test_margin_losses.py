"""Margin losses and their gradients, against PyTorch's own kernels."""

import pytest
import torch

from fungible.frontend.decompositions import margin_losses

_aten, TABLE = torch.ops.aten, margin_losses.TABLE


@pytest.mark.parametrize("reduction", [0, 1, 2])
@pytest.mark.parametrize("p, weight", [(1, None), (2, torch.rand(5))])
@pytest.mark.parametrize("batched", [True, False])
def test_multi_margin(reduction, p, weight, batched):
    forward, backward = _aten.multi_margin_loss.default, _aten.multi_margin_loss_backward.default
    x, target = torch.randn(4, 5), torch.tensor([0, 4, 2, 2])
    given = (x, target) if batched else (x[0], target[0])
    loss = forward(*given, p, 0.7, weight, reduction)
    torch.testing.assert_close(TABLE[forward](*given, p, 0.7, weight, reduction), loss)
    given = (torch.randn_like(loss), *given, p, 0.7, weight, reduction)
    torch.testing.assert_close(TABLE[backward](*given), backward(*given))


@pytest.mark.parametrize("reduction", [0, 1, 2])
@pytest.mark.parametrize("batched", [True, False])
def test_multilabel_margin(reduction, batched):
    forward, backward = _aten.multilabel_margin_loss_forward.default, _aten.multilabel_margin_loss_backward.default
    x, target = torch.randn(3, 5), torch.tensor([[1, 1, 3, -1, 2], [-1, 0, 0, 0, 0], [4, 3, 2, 1, 0]])
    given = (x, target) if batched else (x[0], target[0])
    loss, is_target = forward(*given, reduction)
    torch.testing.assert_close(TABLE[forward](*given, reduction), (loss, is_target))
    given = (torch.randn_like(loss), *given, reduction, is_target)
    torch.testing.assert_close(TABLE[backward](*given), backward(*given))
