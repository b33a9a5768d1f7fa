"""The torch operators on matrices are what torch.library asks for: schema and fake kernel agree with the kernel."""

import pytest
import torch

from fungible.frontend import matrix_operators


def _arguments(name, dtype):
    x = torch.randn(2, 5, 4, generator=torch.Generator().manual_seed(0)).to(dtype)
    square = x.mT @ x + torch.eye(4, dtype=dtype)
    return {
        "cholesky": (square,),
        "solve_triangular": (square, x.mT.contiguous(), True, False),
        "lu": (x, True),
        "qr": (x,),
        "reflect": (*torch.geqrf(x), x, True),
        "eigh": (square,),
        "orthogonalize": (x,),
    }[name]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("name", matrix_operators.SCHEMAS)
def test_operator(name, dtype):
    torch.library.opcheck(getattr(torch.ops.fungible, name).default, _arguments(name, dtype))
