"""A prepared graph, compiled for a target and callable with torch tensors."""

from __future__ import annotations

import atexit
import functools
from collections.abc import Sequence

import numpy as np
import torch

from .. import cache, compiler
from ..artifact import Artifact
from ..frontend import user_operators
from ..frontend.importer import import_program, schema_of
from ..frontend.tensors import from_numpy, to_numpy
from ..placement import place
from ..runtime.build import Build
from ..runtime.conversion import from_device, to_device
from ..runtime.device import Device
from ..runtime.stateless import StatelessFunction
from ..schema import numpy_dtype
from ..targets import Target
from .preparation import ENTRY_POINT, Prepared

#: Target -> the device that was proved for it; all graphs of a process share it.
_DEVICES: dict[Target, Device] = {}
atexit.register(_DEVICES.clear)


class Executable:
    """A function of tensors on the CPU; arguments stay as they are.

    Raises:
        CompilationError: ops have no lowering; the message lists all of them.
        TargetError: no device of this machine may run the target's code.
    """

    def __init__(self, prepared: Prepared, target: Target):
        self._used, self._results = prepared.used, prepared.results
        self._function = None
        if prepared.is_empty:
            return
        build = _build(prepared, target)
        schema = schema_of(prepared).entry_points[ENTRY_POINT]
        self._inputs = [(spec, build.dtypes.get(spec.dtype, spec.dtype)) for spec in schema.inputs]
        self._dtypes = [numpy_dtype(spec.dtype) for spec in schema.outputs]
        self._device_dtypes = [numpy_dtype(build.dtypes.get(spec.dtype, spec.dtype)) for spec in schema.outputs]
        self._function = StatelessFunction(_DEVICES[target], build.module, ENTRY_POINT)

    def __call__(self, *args: torch.Tensor) -> list[torch.Tensor | None]:
        outputs = self._outputs([args[index] for index in self._used]) if self._function else []
        results = []
        for result in self._results:
            if result.argument is not None:
                results.append(args[result.argument])
            elif result.output is None:
                results.append(result.constant)
            else:
                output = outputs[result.output]
                results.append(output if result.permutation is None else output.permute(_inverse(result.permutation)))
        return results

    def _outputs(self, tensors: Sequence[torch.Tensor]) -> list[torch.Tensor]:
        pairs = zip(self._inputs, tensors, strict=True)
        arguments = [to_device(spec, to_numpy(tensor), dtype) for (spec, dtype), tensor in pairs]
        results = self._function(arguments, self._device_dtypes)
        return [from_numpy(from_device(result, dtype)) for result, dtype in zip(results, self._dtypes, strict=True)]


@functools.cache
def _inverse(permutation: tuple[int, ...]) -> list[int]:
    return np.argsort(permutation).tolist()


def _build(prepared: Prepared, target: Target) -> Build:
    """The code, with a device in `_DEVICES` that was proved for it."""
    schema = schema_of(prepared)
    parts = [schema.dumps(), *prepared.function.canonical_text()]
    own = user_operators.has_own_mlir([prepared.function.module])

    @functools.cache
    def lowered() -> tuple[str, str]:
        return compiler.to_linalg(import_program(prepared).operation, "torch"), "linalg"

    build = compiler.build(lowered, None if own else parts, target)
    if target not in _DEVICES:
        artifact = Artifact.create(
            name="torch.compile", schema=schema, builds=[build], state={}, fingerprint=cache.key(*parts)
        )
        _DEVICES[target] = place(artifact, None)[1]
    return build
