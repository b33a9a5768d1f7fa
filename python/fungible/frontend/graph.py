"""Traces a Python function into one functional FX graph of ATen ops."""

from __future__ import annotations

import contextlib
import functools
import linecache
import logging
import re
import site
import sys
import sysconfig
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import torch
from torch import fx
from torch.fx.experimental.proxy_tensor import make_fx
from torch.overrides import TorchFunctionMode

from ..errors import CaptureError
from . import (
    checks,
    complex_numbers,
    contract,
    decompositions,
    functionalization,
    integers,
    modules,
    recomputation,
    user_operators,
)
from .functions import WithoutValues

_IDENTITIES = {
    torch.ops.aten.detach.default,
    torch.ops.aten.detach_.default,
    torch.ops.aten.alias.default,
    torch.ops.aten.lift_fresh.default,
    torch.ops.aten.lift_fresh_copy.default,
}
_TORCH_FOLDER = str(Path(torch.__file__).parent)
_LIBRARY_FOLDERS = tuple(
    {
        _TORCH_FOLDER,
        str(Path(__file__).parents[1]),
        sysconfig.get_paths()["stdlib"],
        *site.getsitepackages(),
    }
)


@functools.cache
def is_user_file(filename: str) -> bool:
    """Whether a file is the user's: neither torch's, nor ours, nor another library's."""
    return not filename.startswith(("<", *_LIBRARY_FOLDERS))


def user_line(error: BaseException) -> str:
    """`file.py:12: code` of the innermost frame of the user's own, or an empty string."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if is_user_file(f.filename)]
    if not frames:
        return ""
    frame = frames[-1]
    return f"{frame.filename}:{frame.lineno}: {frame.line or linecache.getline(frame.filename, frame.lineno).strip()}"


def trace(
    function: Callable, inputs: Sequence[torch.Tensor], guard: Mapping[int, str], batch: int = 0
) -> fx.GraphModule:
    """Records `function(*inputs)`, a flat list of tensors in and out, as a functional graph.

    Nothing is computed: shapes and dtypes alone are propagated. `guard` names tensors, by
    storage address, that may not be reached other than through `inputs`; from number `batch` on,
    these are no state.

    Raises:
        CaptureError: control flow on values, or what else cannot be one graph.
    """
    table = _table()

    def replaced(*values: torch.Tensor) -> list[torch.Tensor]:
        # Around the tracer, they would be asked whenever it looks at a tensor.
        with _ItemsAsTensors(), WithoutValues():
            return function(*values)

    try:
        with _user_frames(), checks.left_out(), modules.without_values(), recomputation.marked(), _quiet():
            recorded = make_fx(
                replaced,
                decomposition_table=table,
                tracing_mode="fake",
                _allow_non_fake_inputs=True,
                record_stack_traces=True,
            )(*inputs)
        _check_constants(recorded, guard)
        _clean(recorded)
        recomputation.insert_barriers(recorded, batch)
        functional = functionalization.functionalize(recorded, inputs, table)
        functional = legalized(functional, inputs)
    except CaptureError:
        raise
    except (
        torch._subclasses.fake_tensor.DataDependentOutputException,
        torch._subclasses.fake_tensor.DynamicOutputShapeException,
    ) as error:
        raise CaptureError(
            f"{user_line(error)}: the step needs the value of a tensor while it is traced ({error.func});"
            " use torch.where or another tensor operation instead of .item(), bool() or a data-dependent shape"
        ) from error
    except RuntimeError as error:
        if "data-dependent" in str(error) or "value out of a tracing tensor" in str(error):
            raise CaptureError(
                f"{user_line(error)}: the step branches on the value of a tensor; use torch.where or another"
                " tensor operation instead"
            ) from error
        if "mutating a non-functional tensor" in str(error):
            raise CaptureError(
                f"{_location(str(error))}the step writes to a tensor that is not of the model; make it a buffer of the"
                " model passed as model= (for a second model's BatchNorm: call its eval(), or make it a submodule)"
            ) from error
        raise
    return functional


def _table() -> dict[torch._ops.OpOverload, Callable]:
    """All decompositions, those of the user's included."""
    return {**decompositions.table(), **user_operators.table()}


def legalized(functional: fx.GraphModule, inputs: Sequence[torch.Tensor]) -> fx.GraphModule:
    """A functional graph of ATen ops in the form that the importer takes.

    Raises:
        CaptureError: it has no static form.
    """
    _clean(functional)
    functional = complex_numbers.legalize(functional, inputs, _table())
    functional = integers.legalize(functional, inputs)
    _clean(functional)
    _name_each_use_of_constants(functional)
    contract.check(functional)
    return functional


def innermost_frame(stack_trace: str | None) -> str | None:
    """The user's innermost frame of a stack trace's text; where it has none, the innermost outside of torch."""
    frames = re.findall(r'  File "([^"]+)", line (\d+)(.*)\n?', stack_trace or "")
    users = [frame for frame in frames if is_user_file(frame[0])]
    others = [frame for frame in frames if not frame[0].startswith(_TORCH_FOLDER)]
    for file, line, rest in (users or others or frames)[-1:]:
        return f'  File "{file}", line {line}{rest}\n'
    return None


def canonical_text(module: fx.GraphModule) -> list[str | bytes]:
    """All that decides what a graph computes, for cache keys; source locations do not."""
    parts: list[str | bytes] = []
    for node in module.graph.nodes:
        value = node.meta.get("val")
        type_ = f"{value.dtype}{list(value.shape)}" if isinstance(value, torch.Tensor) else ""
        parts.append(f"{node.name} = {node.op} {node.target}{node.args}{node.kwargs}: {type_}")
        if node.op == "get_attr":
            constant = getattr(module, node.target).detach().contiguous()
            parts.append(constant.view(-1).view(torch.uint8).numpy().tobytes())
    return parts


def _check_constants(module: fx.GraphModule, guard: Mapping[int, str]) -> None:
    for node in module.graph.find_nodes(op="get_attr"):
        tensor = getattr(module, node.target)
        name = guard.get(tensor.untyped_storage().data_ptr()) if isinstance(tensor, torch.Tensor) else None
        if name is not None:
            traces = [n.meta.get("stack_trace") for n in (node, *node.users)]
            line = _location(next(filter(None, traces), ""))
            raise CaptureError(
                f"{line}the step reaches {name} through a reference of its own; take it from the model inside"
                " the step (model.parameters(), model.get_parameter(name))"
            )


def _location(stack_trace: str) -> str:
    frames = [(f, n) for f, n in re.findall(r'File "([^"]+)", line (\d+)', stack_trace) if is_user_file(f)]
    return f"{frames[-1][0]}:{frames[-1][1]}: " if frames else ""


def _clean(module: fx.GraphModule) -> None:
    """Drops what means nothing once autograd is done: detach, profiler marks, dead code."""
    graph = module.graph
    for node in reversed(graph.nodes):
        if node.op != "call_function":
            continue
        if node.target in _IDENTITIES:
            node.replace_all_uses_with(node.args[0])
            graph.erase_node(node)
        elif "profiler" in str(node.target) and not node.users:
            graph.erase_node(node)
        elif node.target is torch.ops.aten.copy_.default and node.args[0].op == "placeholder" and not node.users:
            graph.erase_node(node)  # the new value is an output already
        elif node.target is torch.ops.aten.copy.default and _same_type(*node.args[:2]):
            node.replace_all_uses_with(node.args[1])
            graph.erase_node(node)
        elif node.target is torch.ops.aten.zero.default:
            with graph.inserting_before(node):
                value = node.meta["val"]
                zeros = graph.call_function(
                    torch.ops.aten.full.default, (list(value.shape), 0.0), {"dtype": value.dtype}
                )
                zeros.meta = dict(node.meta)
            node.replace_all_uses_with(zeros)
            graph.erase_node(node)
    graph.eliminate_dead_code()
    module.recompile()


def _name_each_use_of_constants(module: fx.GraphModule) -> None:
    """A node for each use of a constant, which the importer expects; the constant stays one."""

    def another(node: fx.Node) -> fx.Node:
        if node.op != "get_attr":
            return node
        with module.graph.inserting_before(node):
            made = module.graph.get_attr(node.target)
        made.meta = dict(node.meta)
        return made

    for user in module.graph.nodes:
        if any(node.op == "get_attr" for node in user.all_input_nodes):
            user.args, user.kwargs = fx.node.map_arg((user.args, user.kwargs), another)
    module.graph.eliminate_dead_code()
    module.recompile()


def _same_type(left: fx.Node, right: fx.Node) -> bool:
    left, right = left.meta["val"], right.meta["val"]
    return (left.shape, left.dtype) == (right.shape, right.dtype)


class _ItemsAsTensors(TorchFunctionMode):
    """`loss.item()` gives the scalar tensor: to report it or to compute with it needs no more."""

    def __torch_function__(self, function, types, args=(), kwargs=None):
        if function is torch.Tensor.item and args[0].numel() == 1:
            return args[0].detach().reshape(()).clone()  # a number, which later writes leave alone
        return function(*args, **(kwargs or {}))


class _InnermostUserFrame:
    """Stands in for `CapturedTraceback`, which would symbolize every frame of every node."""

    @staticmethod
    def extract() -> traceback.StackSummary:
        frame = sys._getframe(1)
        while frame is not None and not is_user_file(frame.f_code.co_filename):
            frame = frame.f_back
        return _Summary([] if frame is None else [(frame, frame.f_lineno)])


class _Summary(list):
    def summary(self) -> traceback.StackSummary:
        return traceback.StackSummary.extract(iter(self), lookup_lines=False)


@contextlib.contextmanager
def _user_frames() -> Iterator[None]:
    """Makes the tracer remember the user's innermost frame for each node: its location in the IR.

    By itself it remembers nothing outside of `forward`.
    """
    originals = fx.proxy.CapturedTraceback, fx.proxy.TracerBase._filter_traceback_frames
    fx.proxy.CapturedTraceback = _InnermostUserFrame
    fx.proxy.TracerBase._filter_traceback_frames = lambda self, summary: summary
    try:
        yield
    finally:
        fx.proxy.CapturedTraceback, fx.proxy.TracerBase._filter_traceback_frames = originals


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keeps torch from logging the traceback of an error of the user's, which is reported anyway."""
    logger = logging.getLogger("torch._subclasses.fake_tensor")
    before = logger.disabled
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = before
