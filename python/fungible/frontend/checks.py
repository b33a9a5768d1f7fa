"""Checks of values that do nothing but raise, which a captured step leaves out.

`if torch.any(variance < 0): raise ...` and `assert mask.all()` need a value while the step is
traced, and a compiled step has nothing to raise with. Which branch is the one without the error
is read from the source: it is taken, and no other branch on values is touched.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import linecache
import sys
from collections.abc import Iterator
from itertools import islice
from types import FrameType

import torch
from torch._subclasses.fake_tensor import FakeTensor


@contextlib.contextmanager
def left_out() -> Iterator[None]:
    """Inside, `bool()` of a tensor that has no value is what goes on without an error, where it decides about one alone.

    In place of the method itself: inside of functions of torch.nn.functional no mode is asked.
    """
    original = torch.Tensor.__bool__

    def truth(self: torch.Tensor) -> bool:
        wanted = None
        if isinstance(self, FakeTensor) and self.constant is None:
            wanted = _without_error(sys._getframe(1))
        return original(self) if wanted is None else wanted

    torch.Tensor.__bool__ = truth
    try:
        yield
    finally:
        torch.Tensor.__bool__ = original


def _without_error(frame: FrameType) -> bool | None:
    """The value of what the frame tests with which no error is raised; None if that is no such check."""
    place = next(islice(frame.f_code.co_positions(), frame.f_lasti // 2, None), (None,))
    if None in place:
        return None
    return _checks(frame.f_code.co_filename, "".join(linecache.getlines(frame.f_code.co_filename))).get(place)


@functools.lru_cache(maxsize=64)
def _checks(filename: str, source: str) -> dict[tuple[int, int, int, int], bool]:
    """Where such a check, or what it tests, begins and ends (lines, then columns) -> the value without error."""
    try:
        tree = ast.parse(source, filename)
    except (SyntaxError, ValueError):
        return {}
    found: dict[tuple[int, int, int, int], bool] = {}

    def add(node: ast.AST, wanted: bool) -> None:
        found[node.lineno, node.end_lineno, node.col_offset, node.end_col_offset] = wanted

    def operands(test: ast.expr, wanted: bool) -> Iterator[tuple[ast.expr, bool]]:
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            yield from operands(test.operand, not wanted)
        elif isinstance(test, ast.BoolOp):
            for value in test.values:
                yield from operands(value, wanted)
        else:
            yield test, wanted

    def collect(statement: ast.If | ast.Assert, wanted: bool) -> None:
        values = list(operands(statement.test, wanted))
        for operand, value in values:
            add(operand, value)
        # Python up to 3.13 says of a jump where its statement is: clear where all operands want the same.
        if len({value for _, value in values}) == 1:
            add(statement, values[0][1])

    # An error that is caught is a branch like others.
    caught = {inner for node in ast.walk(tree) if isinstance(node, ast.Try) and node.handlers
              for statement in node.body for inner in ast.walk(statement)}  # fmt: skip
    for node in ast.walk(tree):
        if node in caught:
            continue
        if isinstance(node, ast.Assert):
            collect(node, True)
        elif isinstance(node, ast.If):
            raises = [bool(branch) and isinstance(branch[-1], ast.Raise) for branch in (node.body, node.orelse)]
            if raises == [True, False]:
                collect(node, False)
            elif raises == [False, True]:
                collect(node, True)
    return found
