"""What a captured graph has to be before it becomes MLIR: static shapes, and dtypes that MLIR has."""

from __future__ import annotations

import linecache
import re

import torch
from torch import fx
from torch.utils import _pytree as pytree

from ..errors import CaptureError

#: Element types that torch-mlir has a name for and that mean the same there.
_DTYPES = {
    torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.uint32,
    torch.float16, torch.bfloat16, torch.float32, torch.float64, torch.complex64, torch.complex128,
    torch.float8_e4m3fn, torch.float8_e4m3fnuz, torch.float8_e5m2, torch.float8_e5m2fnuz,
}  # fmt: skip


def check(module: fx.GraphModule) -> None:
    """Raises CaptureError with every node that breaks it: how often, where it is, and what to do."""
    found: dict[tuple[str, str], list[fx.Node]] = {}
    for node in module.graph.nodes:
        for value in pytree.tree_leaves(node.meta.get("val")):
            complaint = _complaint(value)
            if complaint is not None:
                found.setdefault((_name(node), complaint), []).append(node)
                break
    if not found:
        return
    first = place(next(iter(found.values()))[0])
    lines = [f"{first or 'the step'}: these operations have no static form:"]
    for (name, complaint), nodes in found.items():
        where = place(nodes[0])
        lines.append(f"  {len(nodes):4d} x {name}" + (f"  (first at {where})" if where else ""))
        if where:
            file, _, line = where.rpartition(":")
            lines.append(f"         {linecache.getline(file, int(line)).strip()}")
        lines.append(f"         {complaint}")
    raise CaptureError("\n".join(lines))


def computes_in_f64(module: fx.GraphModule) -> bool:
    """Whether the user's step itself computes in float64: what depends on no input or state is a constant."""
    variable: set[fx.Node] = set()
    for node in module.graph.nodes:
        if node.op != "placeholder" and variable.isdisjoint(node.all_input_nodes):
            continue
        variable.add(node)
        values = pytree.tree_leaves(node.meta.get("val"))
        if any(isinstance(value, torch.Tensor) and value.dtype == torch.float64 for value in values):
            return True
    return False


def place(node: fx.Node) -> str:
    """`file.py:12` of the user's line that a node comes from, or nothing."""
    frames = re.findall(r'File "([^"]+)", line (\d+)', node.meta.get("stack_trace") or "")
    return ":".join(frames[-1]) if frames else ""


def _name(node: fx.Node) -> str:
    target = node.target
    return str(target._name) if isinstance(target, torch._ops.OpOverload) else str(target)


def _complaint(value: object) -> str | None:
    if isinstance(value, (torch.SymInt, torch.SymFloat, torch.SymBool)):
        return "its result depends on values; use a tensor operation of fixed shape"
    if not isinstance(value, torch.Tensor):
        return None
    if not all(isinstance(size, int) for size in value.shape):
        return "the shape of its result depends on values; use a mask with torch.where, or torch.topk of a fixed count"
    if value.is_sparse or value.layout != torch.strided:
        return "it makes a sparse tensor; use a dense one"
    if value.dtype not in _DTYPES:
        return f"{str(value.dtype).removeprefix('torch.')} is not supported; use int32, int64 or a floating-point dtype"
    return None
