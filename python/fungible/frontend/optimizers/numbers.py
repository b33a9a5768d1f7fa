"""Tensors where an optimizer's own `step` expects Python numbers: rates, counters, and what follows from them.

    p.add_(g, alpha=-lr)   value= and alpha= may be scalar tensors, also in the old order (add_(-lr, g))
    max(1.0, norm)         min, max and the functions of `math` take them, in the modules of the optimizer's classes
    x * lr                 of 16-bit x is computed in float32, in which PyTorch multiplies by a Python number
    1 - beta ** step       is -expm1(step * log(beta)), which in float32 keeps the digits that it has in float64
"""

from __future__ import annotations

import builtins
import contextlib
import functools
import inspect
import math
import operator
import types
from collections.abc import Callable, Iterator

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

from ..foreach import lerp

_HALVES = (torch.float16, torch.bfloat16)


def _is_scalar(value: object) -> bool:
    return isinstance(value, Tensor) and value.numel() == 1


def _float(value: Tensor | float) -> Tensor | float:
    return value.to(torch.float32) if isinstance(value, Tensor) and not value.is_floating_point() else value


def _sum(input: Tensor, term: Callable[..., Tensor], *factors: Tensor) -> Tensor:
    """input + term(*factors) in the dtype of input, or float32 for 16-bit floats, rounded once as PyTorch does."""
    if not input.is_floating_point():
        return input + term(*factors)
    wide = torch.promote_types(input.dtype, torch.float32)
    terms = [factor.to(wide) if isinstance(factor, Tensor) else factor for factor in factors]
    return (input.to(wide) + term(*terms)).to(input.dtype)


def _scaled(term: Callable, operands: int, keyword: str, sign: int = 1) -> Callable:
    """`input + value * term(...)` with a tensor as value, which PyTorch would take as a number."""

    def compute(input, *args, **kwargs):
        if len(args) == operands + 1 and _is_scalar(args[0]) and keyword not in kwargs:
            value, *args = args  # the order of old: add_(value, other)
        else:
            value = kwargs.pop(keyword, None)
        if not _is_scalar(value) or len(args) != operands or kwargs:
            return NotImplemented
        value = sign * value.reshape(())
        return _sum(input, lambda value, *factors: term(value, *factors), value, *args)

    return compute


_TERMS = {
    "add": _scaled(lambda value, other: value * other, 1, "alpha"),
    "sub": _scaled(lambda value, other: value * other, 1, "alpha", sign=-1),
    "addcmul": _scaled(lambda value, left, right: value * left * right, 2, "value"),
    "addcdiv": _scaled(lambda value, left, right: value * left / right, 2, "value"),
}


def _in_place(compute: Callable) -> Callable:
    def write(input, *args, **kwargs):
        result = compute(input, *args, **kwargs)
        return result if result is NotImplemented else input.copy_(result)

    return write


_REPLACED: dict[Callable, Callable] = {}
for _name, _compute in _TERMS.items():
    _REPLACED[getattr(torch, _name)] = _REPLACED[getattr(Tensor, _name)] = _compute
    _REPLACED[getattr(Tensor, f"{_name}_")] = _in_place(_compute)


def _addmm(input: Tensor, left: Tensor, right: Tensor, *, beta: float = 1, alpha: float = 1) -> Tensor:
    """Of 16-bit floats in float32, rounded once, as PyTorch does: iterations such as Muon's amplify the rest."""
    if input.dtype not in _HALVES or not left.dtype == right.dtype == input.dtype:
        return NotImplemented
    product = left.to(torch.float32) @ right.to(torch.float32)
    return (input.to(torch.float32) * beta + product * alpha).to(input.dtype)


def _by_scalar(compute: Callable[[Tensor, Tensor], Tensor]) -> Callable:
    """A 16-bit tensor and a float32 scalar: computed in float32, where a graph would round the scalar first."""

    def apply(left, right, *args, **kwargs):
        if args or kwargs or not isinstance(left, Tensor) or not isinstance(right, Tensor):
            return NotImplemented
        for tensor, scalar in ((left, right), (right, left)):
            if tensor.dtype in _HALVES and scalar.dtype == torch.float32 and scalar.dim() == 0 < tensor.dim():
                return compute(left.to(torch.float32), right.to(torch.float32)).to(tensor.dtype)
        return NotImplemented

    return apply


_REPLACED |= {torch.addmm: _addmm, Tensor.addmm: _addmm, Tensor.addmm_: _in_place(_addmm)}
_REPLACED |= {torch.lerp: lerp, Tensor.lerp: lerp, Tensor.lerp_: _in_place(lerp)}
for _names, _operation in ((("mul", "__mul__", "__rmul__"), operator.mul), (("div", "__truediv__"), operator.truediv)):
    _compute = _by_scalar(_operation)
    _REPLACED[getattr(torch, _names[0])] = _compute
    _REPLACED |= {getattr(Tensor, name): _compute for name in _names}
    _REPLACED[getattr(Tensor, f"{_names[0]}_")] = _in_place(_compute)


class TensorsAsNumbers(TorchFunctionMode):
    """Inside, PyTorch takes scalar tensors for `value` and `alpha`, and 1 - power keeps its digits."""

    def __init__(self):
        super().__init__()
        self._powers: list[tuple[Tensor, int, float, Tensor]] = []
        self._active = True

    def __torch_function__(self, function, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        if not self._active:
            return function(*args, **kwargs)
        replacement = _REPLACED.get(function)
        result = NotImplemented if replacement is None else replacement(*args, **dict(kwargs))
        if result is NotImplemented and not kwargs:
            result = self._difference(function, args)
        if result is NotImplemented:
            result = function(*args, **kwargs)
            if not kwargs:
                self._note_power(function, args, result)
        return result

    def outside(self, function: Callable) -> Callable:
        """The function as it is outside of the mode: the closure that evaluates the loss."""

        @functools.wraps(function)
        def call(*args, **kwargs):
            before, self._active = self._active, False
            compiling, torch.compiler._is_compiling_flag = torch.compiler._is_compiling_flag, False
            try:
                return function(*args, **kwargs)
            finally:
                self._active, torch.compiler._is_compiling_flag = before, compiling

        return call

    def _note_power(self, function: Callable, args: tuple, result: Tensor) -> None:
        name = getattr(function, "__name__", "")
        if name == "__rpow__":
            exponent, base = args[:2]
        elif name == "pow" and len(args) == 2:
            base, exponent = args
        else:
            return
        if isinstance(base, (int, float)) and 0.0 < base < 1.0 and _is_scalar(exponent):
            self._powers.append((result, result._version, float(base), exponent.clone()))

    def _difference(self, function: Callable, args: tuple) -> Tensor:
        """1 - base ** exponent, and its negative."""
        name = getattr(function, "__name__", "")
        if name not in ("__rsub__", "rsub", "__sub__", "sub") or len(args) != 2:
            return NotImplemented
        if name == "sub" and not isinstance(args[0], Tensor):
            name, args = "rsub", args[::-1]
        power, one = args
        if not isinstance(one, (int, float)) or one != 1:
            return NotImplemented
        for result, version, base, exponent in self._powers:
            if result is power and power._version == version:
                difference = torch.expm1(_float(exponent) * math.log(base))
                return -difference if name in ("__rsub__", "rsub") else difference
        return NotImplemented


def _extreme(name: str, goes_first: Callable) -> Callable:
    original = getattr(builtins, name)

    def extreme(*args, **kwargs):
        values = list(args) if len(args) != 1 else args[0]
        if kwargs or not isinstance(values, (list, tuple)) or not any(isinstance(v, Tensor) for v in values):
            return original(*args, **kwargs)
        return functools.reduce(lambda left, right: torch.where(goes_first(right, left), right, left), values)

    extreme.__name__ = name
    return extreme


def _of_math(name: str) -> Callable:
    original, on_tensors = getattr(math, name), getattr(torch, name)

    def function(*args):
        if not any(isinstance(value, Tensor) for value in args):
            return original(*args)
        if name == "pow":
            return args[0] ** args[1]
        return on_tensors(*(_float(value) for value in args))

    function.__name__ = name
    return function


_MATH = ("sqrt", "exp", "expm1", "log", "log1p", "log2", "log10", "pow", "sin", "cos", "tan", "tanh", "atan")
_FUNCTIONS: dict[Callable, Callable] = {getattr(math, name): _of_math(name) for name in _MATH}
_FUNCTIONS |= {min: _extreme("min", lambda a, b: a < b), max: _extreme("max", lambda a, b: a > b)}
_MATH_MODULE = types.SimpleNamespace(**{**vars(math), **{name: _FUNCTIONS[getattr(math, name)] for name in _MATH}})


def _namespaces(kind: type) -> list[dict]:
    """The global variables that the methods of a class, and of what it derives from, see."""
    found = {}
    for base in kind.__mro__:
        if base.__module__ not in ("builtins", "typing", "abc") and base is not torch.optim.Optimizer:
            for function in vars(base).values():
                function = inspect.unwrap(function) if callable(function) else function
                if isinstance(function, types.FunctionType):
                    found[id(function.__globals__)] = function.__globals__
    return [space for space in found.values() if space["__name__"] != "torch.optim.optimizer"]


@contextlib.contextmanager
def python_functions(kind: type) -> Iterator[None]:
    """Inside, `min`, `max` and `math` take tensors in the modules that define a class and what it derives from."""
    before = []
    for space in _namespaces(kind):
        changed = {
            key: _FUNCTIONS[value]
            for key, value in space.items()
            if isinstance(value, types.BuiltinFunctionType) and value in _FUNCTIONS
        }
        changed |= {key: _MATH_MODULE for key, value in space.items() if value is math}
        changed |= {name: _FUNCTIONS[getattr(builtins, name)] for name in ("min", "max") if name not in space}
        before.append((space, {key: space[key] for key in changed if key in space}, list(changed)))
        space.update(changed)
    try:
        yield
    finally:
        for space, originals, changed in before:
            for key in changed:
                del space[key]
            space.update(originals)


@contextlib.contextmanager
def allowed(kind: type) -> Iterator[TensorsAsNumbers]:
    """Inside, the `step` of an optimizer of this class may have tensors for numbers, as while `torch.compile` runs."""
    compiling = torch.compiler._is_compiling_flag
    torch.compiler._is_compiling_flag = True
    try:
        with python_functions(kind), TensorsAsNumbers() as mode:
            yield mode
    finally:
        torch.compiler._is_compiling_flag = compiling
