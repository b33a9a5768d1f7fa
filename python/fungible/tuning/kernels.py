"""Small modules of one product each, in each of the ways that are compared."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from torch_mlir import ir

from .. import codegen
from ..errors import CompilationError
from ..lowering import text_of
from ..passes import manager
from ..passes._products import FORMS
from ..passes.transforms import fungible_apply_tuning
from ..targets import Target

_KEY = re.compile(r"(batch_matmul|matmul) ([nt])([nt]) ((?:\d+x)*\d+) (f32)")


@dataclass(frozen=True)
class Kernel:
    """A product of matrices of float32, by its key (`passes/_products.py`).

    Attributes:
        sizes: m, n and k.
        operands: the shapes of both operands as they are stored.
    """

    key: str
    batch: tuple[int, ...]
    sizes: tuple[int, int, int]
    forms: str

    @classmethod
    def of(cls, key: str) -> Kernel | None:
        """None for a product of another type."""
        match = _KEY.fullmatch(key)
        if match is None:
            return None
        *batch, m, n, k = map(int, match[4].split("x"))
        return cls(key, tuple(batch), (m, n, k), match[2] + match[3])

    def _dims(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Which of m, n, k (0, 1, 2) each operand has, as it is stored."""
        return FORMS["left"][self.forms[0]], FORMS["right"][self.forms[1]]

    @property
    def operands(self) -> tuple[tuple[int, ...], ...]:
        return tuple((*self.batch, *(self.sizes[d] for d in dims)) for dims in self._dims())

    def text(self, name: str) -> str:
        """A module at `linalg` whose function of that name computes the product."""
        op = "linalg.batch_matmul" if self.batch else "linalg.matmul"
        domain = [f"d{d}" for d in range(len(self.batch) + 3)]
        count = len(self.batch)
        reads = [[*domain[:count], *(domain[count + d] for d in dims)] for dims in (*self._dims(), (0, 1))]
        maps = [f"affine_map<({', '.join(domain)}) -> ({', '.join(read)})>" for read in reads]
        left, right = (_type(shape) for shape in self.operands)
        result = _type((*self.batch, *self.sizes[:2]))
        return f"""func.func @{name}(%left: {left}, %right: {right}) -> {result} {{
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : {result}
  %start = linalg.fill ins(%zero : f32) outs(%empty : {result}) -> {result}
  %result = {op} indexing_maps = [{', '.join(maps)}] ins(%left, %right : {left}, {right}) outs(%start : {result}) -> {result}
  return %result : {result}
}}
"""


def _type(shape: Sequence[int]) -> str:
    return f"tensor<{'x'.join(map(str, shape))}xf32>"


def default(kernel: Kernel, target: Target) -> bytes:
    """The executable of the target's own way; the function is `run`."""
    return codegen.executable(kernel.text("run"), "linalg", replace(target, choices=()))


def candidates(kernel: Kernel, target: Target, choices: Mapping[str, str]) -> dict[str, bytes]:
    """Executables of the product in other ways: the function's name -> the executable that has it.

    Args:
        choices: a name for the function -> the choice.

    Those that IREE does not compile are left out.
    """
    try:
        module = _executable(kernel, target, choices)
        return dict.fromkeys(choices, module)
    except CompilationError:
        if len(choices) == 1:
            return {}
    names = list(choices)
    halves = names[: len(names) // 2], names[len(names) // 2 :]
    return {
        name: module
        for half in halves
        for name, module in candidates(kernel, target, {name: choices[name] for name in half}).items()
    }


def _executable(kernel: Kernel, target: Target, choices: Mapping[str, str]) -> bytes:
    with ir.Context(), ir.Location.unknown():
        whole = ir.Module.create()
        for name, choice in choices.items():
            module = ir.Module.parse(kernel.text(name))
            fungible_apply_tuning.set_choices(module.operation, {kernel.key: choice})
            manager.run(module.operation, ["fungible-apply-tuning"])
            for function in module.body.operations:
                whole.body.append(function.operation.clone())
        return codegen.kernels(text_of(whole.operation), target)
