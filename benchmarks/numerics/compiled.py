"""Functions of f32 scalars, compiled for a target with exact numerics and called on the bits of arrays."""

from collections.abc import Callable, Mapping

import iree.runtime as rt
import numpy as np
from torch_mlir import ir
from torch_mlir.dialects import func

from fungible import codegen, targets
from fungible.passes import _bits, _linalg, _numerics
from fungible.passes._scalar import Scalar
from fungible.passes.transforms.fungible_fix_functions import FungibleFixFunctions
from fungible.runtime import devices


class Compiled:
    """The functions on arrays of `count` numbers; they give and take bits, whatever the device does with numbers.

    Args:
        functions: Name -> how many operands, and the function of that many Scalars.
    """

    def __init__(self, functions: Mapping[str, tuple[int, Callable]], count: int, target: str):
        found = targets.resolve(target)
        with ir.Context(), ir.Location.unknown():
            module = ir.Module.create()
            type_ = ir.RankedTensorType.get([count], ir.IntegerType.get_signless(32))
            for name, (arity, function) in functions.items():
                with ir.InsertionPoint(module.body):
                    block = func.FuncOp(name, ir.FunctionType.get([type_] * arity, [type_])).add_entry_block()
                with ir.InsertionPoint(block):
                    func.ReturnOp(self._pointwise(function, type_, block))
            _numerics.declare(module.operation, "exact")
            FungibleFixFunctions().run(module.operation)
            module.operation.verify()
            text = str(module)
        executable = codegen.executable(text, "linalg", found)
        self._device = devices.matching(target, found.driver, found.requires)[0].open()
        self._context, self._module = self._device.load(executable)

    @staticmethod
    def _pointwise(function: Callable, type_: ir.RankedTensorType, block: ir.Block) -> list[ir.Value]:
        def body(*words):
            return _bits.word(function(*map(_bits.number, words)))

        inputs = [_linalg.At(argument, (0,)) for argument in block.arguments]
        return _linalg.generic(1, inputs, [_linalg.Out(type_, (0,))], body)

    def __call__(self, name: str, *arrays: np.ndarray) -> np.ndarray:
        """uint32 of the result of float32 or their uint32."""
        arguments, results = rt.VmVariantList(len(arrays)), rt.VmVariantList(1)
        for array in arrays:
            arguments.push_ref(self._device.upload(np.ascontiguousarray(array).view(np.int32)))
        self._context.invoke(self._module.lookup_function(name), arguments, results)
        return self._device.download(results.get_as_object(0, rt.HalBufferView), np.dtype(np.int32)).view(np.uint32)


def of_op(name: str) -> Callable[..., Scalar]:
    """An op as a function of f32 without subnormal numbers."""

    def function(*operands: Scalar) -> Scalar:
        values = [_bits.flush(operand).value for operand in operands]
        return Scalar(ir.Operation.create(name, results=[ir.F32Type.get()], operands=values).result)

    return function
