"""The operators of sorts, scans and scatters are what torch.library asks for."""

import importlib

import pytest
import torch

from fungible.frontend import array_operators

X, INDEX = torch.rand(3, 5), torch.tensor([[1, 0], [7, 1], [-1, 2]])
ARGUMENTS = {
    "argsort": [(X, 1, False), (X.t(), 0, True)],
    "scan": [(X, 1, "sum"), (X.t(), 0, "logsumexp")],
    "scatter": [
        (X, 1, INDEX, X[:, :2], "sum", True),
        (X, 0, torch.tensor([2, 0, 2, 9]), torch.rand(4, 5), "set", True),
        (X, 0, torch.tensor([2, 0, 2, 9]), torch.rand(4, 5), "max", False),
    ],
}


@pytest.mark.parametrize("name", array_operators.SCHEMAS)
def test_operator(name):
    for arguments in ARGUMENTS[name]:
        torch.library.opcheck(getattr(torch.ops.fungible, name).default, arguments)


def test_the_last_one_is_kept_and_what_is_outside_goes_nowhere():
    found = torch.ops.fungible.scatter(
        torch.zeros(3), 0, torch.tensor([1, 5, 1, -1]), torch.tensor([1.0, 2.0, 3.0, 4.0]), "set", True
    )
    assert found.tolist() == [0, 3, 0]


def test_reloading_is_harmless():
    importlib.reload(array_operators)
    assert torch.ops.fungible.argsort(torch.tensor([2, 1]), 0, False).tolist() == [1, 0]
