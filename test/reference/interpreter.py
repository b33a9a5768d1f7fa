"""A module at `linalg`, and its state between calls."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from torch_mlir import ir

from fungible.lowering import parse
from fungible.module_attributes import detach_state, read_schema
from fungible.runtime.digest import state_digest
from fungible.schema import numpy_dtype

from . import control_flow, conversions, float_ops, functions, integer_ops, state_ops, structured_ops, tensor_ops
from .blocks import Compiler
from .element_types import constant, dtype_of, shape_of
from .float32 import Float32

#: Where ops have their meaning; importing a file registers its ops.
FAMILIES = (control_flow, conversions, float_ops, functions, integer_ops, state_ops, structured_ops, tensor_ops)

#: Attribute of a module that says which numerics it promises.
NUMERICS = "fungible.numerics"


class Interpreter:
    """Runs the functions of a module; its state starts as the text says.

    Args:
        text: the module at `linalg`, with its initial state.
        state: other values to start from, by name.

    Attributes:
        state: the values of the module's globals by name, as the device has them.
        is_exact: whether the module says that its numerics are exact.

    Raises:
        CompilationError: the text is not a module.
    """

    def __init__(self, text: str, state: Mapping[str, np.ndarray] | None = None):
        text, initial = detach_state(text)
        self._module = parse(text, "<module>").operation
        specs = read_schema(text).state if "fungible.schema" in text else ()
        self._dtypes = {spec.name: numpy_dtype(spec.dtype) for spec in specs}
        self.is_exact = NUMERICS in self._module.attributes and str(self._module.attributes[NUMERICS]) == '"exact"'
        self._float32 = Float32(self.is_exact)
        self._ops = {}
        self.state: dict[str, np.ndarray] = {}
        for op in self._module.regions[0].blocks[0].operations:
            op = op.operation
            name = ir.StringAttr(op.attributes["sym_name"]).value
            self._ops[name] = op
            if op.name.startswith("ml_program.global"):
                self.state[name] = constant(op.attributes["value"], ir.TypeAttr(op.attributes["type"]).value)
        for name, value in {**(initial or {}), **(state or {})}.items():
            self.state[name] = np.asarray(value).view(self.state[name].dtype).reshape(self.state[name].shape)
        for name, value in self.state.items():
            self.state[name] = self._float32.outside(value)

    @functools.cache  # noqa: B019 - as long as the interpreter
    def function(self, name: str) -> Callable[..., Sequence[np.ndarray]]:
        """A function of the module: arrays in, arrays out.

        Raises:
            UnknownOp: it has an op without a meaning here.
        """
        op = self._ops[name]
        with self._module.context, ir.Location.unknown():
            compiler = Compiler(self._float32, self.is_exact, self)
            body = compiler.block(op.regions[0].blocks[0])
        types = ir.FunctionType(ir.TypeAttr(op.attributes["function_type"]).value).inputs

        def call(*arguments):
            values = [None] * compiler.size
            for slot, argument, type_ in zip(body.arguments, arguments, types, strict=True):
                values[slot] = self._float32.outside(_argument(argument, type_))
            with np.errstate(all="ignore"):
                body.run(values)
            return [np.asarray(values[slot]) for slot in body.results]

        return call

    def call(self, name: str, inputs: Sequence[np.ndarray] = ()) -> list[np.ndarray]:
        """The results of an entry point; it updates the state.

        Args:
            inputs: one array for each argument, of its shape; unsigned bytes for `i8` are taken as they are.

        Raises:
            UnknownOp: see `function`.
            ValueError: an input has another shape or dtype.
        """
        return list(self.function(name)(*inputs))

    def digest(self) -> str:
        """The hash of the state, as `fungible.runtime.digest` defines it, over the dtypes of the program."""
        return state_digest({name: np.asarray(x).view(self._dtypes.get(name, x.dtype)) for name, x in self.state.items()})


def _argument(value, type_: ir.Type) -> np.ndarray:
    value, dtype, shape = np.asarray(value), dtype_of(type_), shape_of(type_)
    if value.shape != shape or value.dtype.itemsize != dtype.itemsize or (value.dtype.kind == "f") != (dtype.kind == "f"):
        raise ValueError(f"the function takes {type_}, but the input is {value.dtype} of shape {value.shape}")
    return value.view(dtype)


def run(text: str, batches: Iterable[Sequence[np.ndarray]], entry_point: str = "step"):
    """Calls an entry point once for each batch, on the state that the text starts with.

    Returns:
        The results of each call, and the interpreter, which has the state and its digest.

    Raises:
        CompilationError, UnknownOp, ValueError: see `Interpreter`.
    """
    interpreter = Interpreter(text)
    return [interpreter.call(entry_point, batch) for batch in batches], interpreter
