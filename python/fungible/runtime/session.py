"""A compiled program on a device, with its state."""

import functools
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import iree.runtime as rt
import numpy as np

from .. import tree
from ..errors import ArtifactError, DeviceError, FungibleError
from ..schema import StateSpec, TensorSpec, bucket_of, numpy_dtype
from . import buckets, checkpoint
from .accessors import Accessors
from .conversion import from_device, to_device, without_subnormals
from .device import Device, first_line
from .digest import state_digest
from .inputs import to_array
from .schedules import Schedules
from .state import State

if TYPE_CHECKING:
    from ..artifact import Artifact
    from .build import Build


class _Function:
    """One function of the module, looked up once."""

    def __init__(self, device: Device, context: rt.VmContext, module: rt.VmModule, name: str):
        self._function = module.lookup_function(name)
        if self._function is None:
            raise ArtifactError(f"the compiled module has no function '{name}'")
        self._name = name
        self._device = device
        self._context = context

    def __call__(
        self, arguments: Sequence[np.ndarray], result_dtypes: Sequence[np.dtype], *numbers: int
    ) -> list[np.ndarray]:
        """Calls it with tensors and, behind them, numbers of 32 bits."""
        inputs = rt.VmVariantList(len(arguments) + len(numbers))
        outputs = rt.VmVariantList(len(result_dtypes))
        try:
            for argument in arguments:
                inputs.push_ref(self._device.upload(argument))
            for number in numbers:
                inputs.push_int(number)
            self._device.invoke(self._context, self._function, inputs, outputs)
            if len(outputs) != len(result_dtypes):
                raise ArtifactError(
                    f"'{self._name}' returned {len(outputs)} tensors, the schema has {len(result_dtypes)}"
                )
            return [
                self._device.download(outputs.get_as_object(index, rt.HalBufferView), dtype)
                for index, dtype in enumerate(result_dtypes)
            ]
        except (RuntimeError, ValueError) as error:
            raise DeviceError(f"'{self._name}' failed on {self._device.name}: {first_line(error)}") from error


class Session:
    """Runs the entry points of an artifact; made by `Artifact.on`.

    The state lives on the device and each `step` updates it in place. `session.step(batch)`
    calls the entry point `step`; every entry point of the program is a method of that name.
    Where a function was captured with buckets, the shapes of the batch say which of its entry
    points runs.

    Attributes:
        artifact: What it runs.
        schema: Its entry points and state.
        target: The build that it runs; `target.name` is the name of the target.
        device: The open device.
        state: The state by name; see `State`.
    """

    def __init__(self, artifact: "Artifact", target: "Build", device: Device):
        self.artifact = artifact
        self.schema = artifact.schema
        self.target = target
        self.device = device
        self._context, self._module = device.load(target.module)
        self._function = functools.cache(
            functools.partial(_Function, self.device, self._context, self._module)
        )
        self._accessors = Accessors(self._module)
        self._buckets = functools.cache(self.schema.buckets)
        self._schedules = Schedules(artifact.schema.state, artifact.state, self._read)
        self.state = State(artifact.schema.state, self._read, self._write)
        self._failure: DeviceError | None = None
        self._called = ""
        self.reset()

    def step(self, batch: Any = None) -> Any:
        """Makes one training step.

        Args:
            batch: A tree as in the example; leaves are torch CPU tensors, NumPy arrays,
                numbers, or anything with DLPack.

        Returns:
            The results in the structure of the step function: NumPy arrays, NumPy scalars
            for tensors without dimensions. They are copies.

        Raises:
            InputError: the batch has another structure or dtype, or shapes that no bucket has.
            FungibleError: the learning-rate schedule ends before this step.
        """
        return self.call("step", batch)

    def evaluate(self, batch: Any = None) -> Any:
        """Calls the entry point `evaluate`, which leaves the state as it is; see `step`."""
        return self.call("evaluate", batch)

    def call(self, name: str, batch: Any = None) -> Any:
        """Calls an entry point by name; see `step`.

        Raises:
            FungibleError: the program has no such entry point.
            DeviceError: the device failed or was lost. After a step that failed, part of the state may be updated:
                nothing reads it until `restore` or `reset`.
        """
        if name not in self.schema.entry_points:
            known = ", ".join(self.schema.entry_points)
            raise FungibleError(f"the program has no entry point '{name}'; it has: {known}")
        name = buckets.choose(self._buckets(name), batch)
        entry = self.schema.entry_points[name]
        specs: list[TensorSpec] = tree.flatten(entry.inputs)
        leaves = tree.flatten_like(entry.inputs, batch)
        arguments = [self._argument(spec, leaf) for spec, leaf in zip(specs, leaves, strict=True)]
        results = self._run(name, arguments, tree.flatten(entry.outputs))
        # `[()]` makes an array without dimensions a scalar and leaves others alone.
        return tree.unflatten(entry.outputs, [result[()] for result in results])

    def __getattr__(self, name: str) -> Any:
        # Through __dict__: without it an instance that is not complete would look for itself.
        schema = self.__dict__.get("schema")
        if schema is not None and name in schema.entry_points:
            return functools.partial(self.call, name)
        raise AttributeError(f"a session has no attribute and its program no entry point '{name}'")

    def reset(self) -> None:
        """Sets the state to what it was when the program was captured."""
        self.state.update(self.artifact.state)
        self._failure = None

    def state_digest(self) -> str:
        """The hash of the whole state; see `state_digest` in `digest.py`."""
        return state_digest(self.state)

    def save(self, path: str | os.PathLike, *, step: int | None = None, extra: dict | None = None) -> None:
        """Writes the state as a safetensors file.

        Args:
            path: Where to; a file there is replaced in one go.
            step: Number of steps made, kept with the state.
            extra: More to keep, as JSON.

        Raises:
            FungibleError: it cannot be written.
        """
        checkpoint.save(
            path,
            self.state,
            step=step,
            program=self.artifact.program,
            fingerprint=self.artifact.fingerprint,
            extra=extra,
        )

    def restore(self, path: str | os.PathLike) -> checkpoint.Checkpoint:
        """Takes the state from a file of `save`, made on whatever device, and returns what else is in it.

        Raises:
            CheckpointError: the file is damaged or does not fit; the state is as before.
        """
        loaded = checkpoint.load(path, self.schema.state)
        for spec in self.schema.state:  # what this device cannot hold is refused before anything is written
            self._argument(spec, loaded.state[spec.name])
        self.state.update(loaded.state)
        self._failure = None
        return loaded

    def _run(self, name: str, arguments: Sequence[np.ndarray], specs: Sequence[TensorSpec]) -> list[np.ndarray]:
        self._check_state()
        if name != self._called:
            self.device.trim()
            self._called = name
        if bucket_of(name) != "step":
            return self._results(name, arguments, specs)
        self._schedules.before(name)
        try:
            results = self._results(name, arguments, specs)
        except BaseException as error:
            self._schedules.forget()
            self._failure = error if isinstance(error, DeviceError) else self._failure
            raise
        self._schedules.after(name)
        return results

    def _check_state(self) -> None:
        if self._failure is not None:
            raise DeviceError(f"part of the state may be updated, since {self._failure}; restore() a checkpoint or reset()")

    def _read(self, spec: StateSpec) -> np.ndarray:
        self._check_state()
        function, place = self._accessors.of("get", spec.name)
        return self._results(function, (), (spec,), place)[0]

    def _write(self, spec: StateSpec, value: Any) -> None:
        if spec.role == "counter":
            self._schedules.forget()
        function, place = self._accessors.of("set", spec.name)
        self._function(function)((self._argument(spec, value),), (), place)

    def _argument(self, spec: TensorSpec | StateSpec, value: Any) -> np.ndarray:
        array = to_device(spec, to_array(spec, value), self._device_dtype(spec.dtype))
        return without_subnormals(array) if self.artifact.numerics == "exact" else array

    def _results(
        self, name: str, arguments: Sequence[np.ndarray], specs: Sequence[TensorSpec | StateSpec], *numbers: int
    ) -> list[np.ndarray]:
        dtypes = [numpy_dtype(self._device_dtype(spec.dtype)) for spec in specs]
        results = self._function(name)(arguments, dtypes, *numbers)
        return [from_device(result, numpy_dtype(spec.dtype)) for result, spec in zip(results, specs, strict=True)]

    def _device_dtype(self, dtype: str) -> str:
        return self.target.dtypes.get(dtype, dtype)
