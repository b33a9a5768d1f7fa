"""`torch.linalg.lstsq`, whose results in eager have shapes that depend on the rank of the matrix."""

from __future__ import annotations

import math

import torch
from torch import Tensor


def lstsq(A: Tensor, B: Tensor, rcond: float | None = None, *, driver: str | None = None):
    """The least squares solution of smallest norm, by the pseudoinverse; `torch.return_types.linalg_lstsq`.

    Where eager leaves residuals out because the rank is too low, they are NaN.
    """
    if A.is_complex() or B.is_complex() or A.numel() == 0 or B.numel() == 0 or isinstance(rcond, Tensor):
        return NotImplemented
    rows, columns = A.shape[-2:]
    is_vector = B.dim() == 1 or (A.dim() - 1 == B.dim() and B.shape == A.shape[:-1])
    right = B.unsqueeze(-1) if is_vector else B
    if rcond is None:
        rcond = torch.finfo(A.dtype).eps * max(rows, columns)
    solution = torch.linalg.pinv(A, rtol=rcond) @ right
    residuals = solution.reshape(-1).narrow(0, 0, 0)
    rank, values = torch.zeros([0], dtype=torch.int64), A.new_zeros([0])
    if driver != "gels":
        sizes = torch.linalg.svdvals(A.detach())
        rank = (sizes > rcond * sizes.amax(-1, keepdim=True)).sum(-1)
        values = sizes if driver in ("gelsd", "gelss") else values
    if rows > columns and driver not in (None, "gelsy"):
        residuals = (A @ solution - right).square().sum(-2)
        if driver != "gels":
            residuals = torch.where(rank.unsqueeze(-1) == columns, residuals, math.nan)
    return torch.return_types.linalg_lstsq(
        (solution.squeeze(-1) if is_vector else solution, residuals, rank, values)
    )
