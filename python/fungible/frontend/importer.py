"""From captured functions to one module in torch-mlir's `torch` dialect."""

from __future__ import annotations

import json
import traceback
from typing import Any

import torch
from torch import fx
from torch._subclasses import FakeTensor
from torch.utils import _pytree as pytree
from torch_mlir import ir
from torch_mlir.extras.fx_importer import FxImporter

from ..dialects.fungible import load
from ..errors import CaptureError
from ..schema import EntryPoint, Schema, StateSpec, TensorSpec
from . import contract
from .capture import CapturedFunction, CapturedProgram, leaf_names


def _dtype(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")


def _spec(path: str, tensor: torch.Tensor, with_range: bool) -> TensorSpec:
    range_ = None
    has_values = with_range and tensor.numel() and not isinstance(tensor, FakeTensor)
    if has_values and not tensor.dtype.is_floating_point and tensor.dtype != torch.bool:
        range_ = (int(tensor.min()), int(tensor.max()))
    return TensorSpec(path, _dtype(tensor.dtype), tuple(tensor.shape), range_)


def _tree(value: Any, root: str, with_range: bool) -> Any:
    names = iter(leaf_names(value, root))

    def convert(leaf):
        path, tensor = next(names)
        return _spec(path, tensor, with_range)

    return _plain(pytree.tree_map(convert, value), root)


def _plain(tree: Any, root: str) -> Any:
    """Named tuples and the like as plain tuples, so that a host without their class can call."""
    if isinstance(tree, TensorSpec) or tree is None:
        return tree
    if isinstance(tree, dict):
        for key in tree:
            if not isinstance(key, str):
                raise CaptureError(f"{root}: the key {key!r} is a {type(key).__name__}; keys of dictionaries have to be strings")
        return {key: _plain(value, root) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_plain(value, root) for value in tree]
    if isinstance(tree, tuple):
        return tuple(_plain(value, root) for value in tree)
    raise CaptureError(f"{root} holds a {type(tree).__name__}; use tuples, lists and dictionaries of tensors")


def schema_of(program: CapturedProgram) -> Schema:
    """What the host needs to know to call the program."""
    return Schema(
        entry_points={
            function.name: EntryPoint(
                inputs=_tree(function.inputs, "batch", True), outputs=_tree(function.outputs, "output", False)
            )
            for function in program.functions
        },
        state=tuple(
            StateSpec(t.name, t.role, _dtype(t.initial.dtype), tuple(t.initial.shape)) for t in program.state
        ),
    )


def import_program(program: CapturedProgram) -> ir.Module:
    """The program in a context of its own; see docs/design.md for the attributes it carries."""
    context = ir.Context()
    load(context)
    importer = FxImporter(context=context)
    roles = {tensor.name: tensor.role for tensor in program.state}
    for function in program.functions:
        _import(importer, function)
    module = importer.module
    with context:
        functions = {ir.StringAttr(op.attributes["sym_name"]).value: op for op in module.body.operations}
        for function in program.functions:
            _mark(functions[function.name], function, roles)
        module.operation.attributes["fungible.schema"] = ir.StringAttr.get(
            json.dumps(schema_of(program).to_json(), separators=(",", ":"))
        )
        if any(contract.computes_in_f64(function.module) for function in program.functions):
            module.operation.attributes["fungible.f64"] = ir.UnitAttr.get()
    return module


def _import(importer: FxImporter, function: CapturedFunction) -> None:
    try:
        importer.import_stateless_graph(function.module.graph, func_name=function.name)
    except (AssertionError, KeyError, NotImplementedError, RuntimeError, TypeError, ValueError) as error:
        nodes = [frame.f_locals.get("node") for frame, _ in traceback.walk_tb(error.__traceback__)]
        node = next((node for node in nodes if isinstance(node, fx.Node)), None)
        what = function.name if node is None else f"{contract.place(node) or function.name}: {node.target}"
        message = next(iter(str(error).splitlines()), type(error).__name__)
        raise CaptureError(
            f"{what}: torch-mlir cannot import it ({message}); write it with other torch operations, or give it a"
            " lowering with fungible.register_lowering"
        ) from error


def _mark(op: ir.OpView, function: CapturedFunction, roles: dict[str, str]) -> None:
    def dictionary(kind: str, name: str, with_role: bool) -> ir.Attribute:
        entries = {f"fungible.{kind}": ir.StringAttr.get(name)}
        if kind == "state" and with_role:
            entries["fungible.role"] = ir.StringAttr.get(roles[name])
        return ir.DictAttr.get(entries)

    op.attributes["arg_attrs"] = ir.ArrayAttr.get([dictionary(k, n, True) for k, n in function.arguments])
    op.attributes["res_attrs"] = ir.ArrayAttr.get([dictionary(k, n, False) for k, n in function.results])
