"""`torch._grouped_mm`, the products of a mixture of experts: groups of rows, one weight each.

Each group is a product over all rows, with those of the other groups set to zero, so that shapes do
not depend on the routing: for E experts it costs E times the products that the routing needs.
"""

from __future__ import annotations

import torch

_aten = torch.ops.aten


def _members(offsets: torch.Tensor, count: int) -> torch.Tensor:
    """`[E, count]`: which rows are of which group; group e ends before row `offsets[e]`."""
    rows = torch.arange(count, dtype=torch.int32)
    ends = offsets.to(torch.int32).unsqueeze(1)
    starts = torch.cat([torch.zeros_like(ends[:1]), ends[:-1]])
    return (rows >= starts) & (rows < ends)


def _grouped_mm(self, mat2, offs=None, bias=None, out_dtype=None):
    """Rows after the last offset are zero, where PyTorch leaves them undefined."""
    if self.dim() == 3 and mat2.dim() == 3:
        product = torch.bmm(self, mat2)
    else:
        groups = len(offs)
        if self.dim() == 2:
            by_row = mat2.dim() == 3  # or the dimension that is summed
            members = _members(offs, self.size(0 if by_row else 1))
            left = torch.where(members.unsqueeze(2 if by_row else 1), self, 0.0)
            right = mat2 if by_row else mat2.expand(groups, -1, -1)
            product = torch.bmm(left, right)
            product = product.sum(0) if by_row else product
        else:
            members = _members(offs, mat2.size(1))
            product = torch.bmm(self, torch.where(members.unsqueeze(1), mat2, 0.0)).sum(0)
    if bias is not None:
        product = product + bias
    return product if out_dtype is None else product.to(out_dtype)


TABLE = {_aten._grouped_mm.default: _grouped_mm}
