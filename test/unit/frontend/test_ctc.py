"""Connectionist temporal classification against PyTorch's own kernels."""

import pytest
import torch
import torch.nn.functional as F

from fungible.frontend import ctc


@pytest.mark.parametrize(
    "times, lengths, targets, blank, reduction, zero_infinity, flat, tensors",
    [
        (6, [6, 5], [2, 3], 0, "mean", False, False, False),
        (6, [6, 4], [2, 3], 4, "none", False, False, True),
        (9, [9, 9, 7], [3, 4, 0], 0, "sum", False, True, False),
        (9, [9, 9, 7], [3, 4, 2], 0, "sum", False, True, True),
        (4, [4, 2], [4, 3], 0, "none", False, False, False),  # no path fits
        (4, [4, 2], [4, 3], 0, "none", True, False, True),
    ],
)
def test_loss_and_gradient(times, lengths, targets, blank, reduction, zero_infinity, flat, tensors):
    logs = torch.randn(times, len(lengths), 5, dtype=torch.float64).log_softmax(2).requires_grad_()
    classes = torch.randint(0 if blank else 1, 4 if blank else 5, (len(lengths), max(targets)))
    if flat:
        classes = torch.cat([row[:length] for row, length in zip(classes, targets)])
    sizes = (torch.tensor(lengths), torch.tensor(targets)) if tensors else (lengths, targets)
    losses = [f(logs, classes, *sizes, blank, reduction, zero_infinity) for f in (F.ctc_loss, ctc.ctc_loss)]
    torch.testing.assert_close(losses[1], losses[0])
    grad = torch.randn_like(losses[0])
    expected, found = (torch.autograd.grad(loss, logs, grad)[0] for loss in losses)
    torch.testing.assert_close(found, expected, equal_nan=True)


def test_one_sequence_without_a_batch():
    logs, classes = torch.randn(5, 4).log_softmax(1), torch.tensor([1, 3])
    sizes = torch.tensor(5), torch.tensor(2)
    torch.testing.assert_close(ctc.ctc_loss(logs, classes, *sizes), F.ctc_loss(logs, classes, *sizes))
