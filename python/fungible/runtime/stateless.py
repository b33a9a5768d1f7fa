"""A function without state on a device, called with the host's own arrays where the device reads them in place."""

from __future__ import annotations

import atexit
import math
import weakref
from collections.abc import Sequence

import iree.runtime as rt
import numpy as np

from ..errors import ArtifactError, DeviceError
from . import devices
from .device import Device, first_line

#: Bytes; vector loads of compiled code expect buffers to start at multiples of it.
_ALIGNMENT = 64

#: Bytes, up to which results are copied. All results of a call lie in one allocation, and a scalar
#: that the caller keeps must not keep the others.
_SMALL = 1 << 20

_USAGE = rt.BufferUsage.DEFAULT | rt.BufferUsage.MAPPING


_LIVE: weakref.WeakSet[StatelessFunction] = weakref.WeakSet()


@atexit.register
def _close_all() -> None:
    """Dynamo's caches outlive modules, and IREE's bindings report every object that outlives them."""
    for function in list(_LIVE):
        function.close()
    devices.close_all()


class StatelessFunction:
    """One function of an executable module, which depends on its arguments alone.

    Args:
        device: where it runs.
        module: IREE's executable module.
        name: of the function in it.

    Raises:
        ArtifactError: the module is damaged, has no code for this device, or has no such function.
    """

    def __init__(self, device: Device, module: bytes, name: str):
        self._device = device
        self._name = name
        self._context, self._module = device.load(module)
        self._function = self._module.lookup_function(name)
        if self._function is None:
            raise ArtifactError(f"the compiled module has no function '{name}'")
        _LIVE.add(self)

    def close(self) -> None:
        """Lets go of the device; the function cannot be called any more."""
        del self._function, self._module, self._context, self._device

    def __call__(self, arguments: Sequence[np.ndarray], dtypes: Sequence[np.dtype]) -> list[np.ndarray]:
        """Runs it.

        Args:
            arguments: row-major, in the device's dtypes; only read.
            dtypes: of the results on the device.

        Returns:
            Writable arrays that overlap neither each other nor the arguments.

        Raises:
            DeviceError: the device failed or was lost.
        """
        inputs, outputs = rt.VmVariantList(len(arguments)), rt.VmVariantList(len(dtypes))
        # The device does not own what it reads in place: the arrays live until the call is over.
        held = [self._view(argument) for argument in arguments]
        try:
            for view in held:
                inputs.push_ref(view)
            self._device.invoke(self._context, self._function, inputs, outputs)
            if len(outputs) != len(dtypes):
                raise ArtifactError(f"'{self._name}' returned {len(outputs)} tensors instead of {len(dtypes)}")
            views = [outputs.get_as_object(index, rt.HalBufferView) for index in range(len(dtypes))]
            results = [self._array(view, dtype) for view, dtype in zip(views, dtypes, strict=True)]
        except (RuntimeError, ValueError) as error:
            raise DeviceError(f"'{self._name}' failed on {self._device.name}: {first_line(error)}") from error
        return _unshared(results, arguments)

    def _view(self, array: np.ndarray) -> rt.HalBufferView:
        if not self._device.mapped or not array.size or array.ctypes.data % _ALIGNMENT or not array.flags.writeable:
            return self._device.upload(array)
        buffer = self._device.hal.allocator.import_host_allocation(_bits(array), rt.MemoryType.DEVICE_LOCAL, _USAGE)
        return rt.HalBufferView(buffer, array.shape, rt.dtypes.map_dtype_to_hal_element_type(array.dtype))

    def _array(self, view: rt.HalBufferView, dtype: np.dtype) -> np.ndarray:
        size = math.prod(view.shape) * dtype.itemsize
        if not self._device.mapped or size <= _SMALL or view.byte_length != size:
            return self._device.download(view, dtype)
        return np.asarray(_Mapped(view, dtype)).view(dtype)


class _Mapped:
    """The memory of a result, as NumPy takes it: an array made of it keeps it. Arrays that IREE's
    bindings make were found to lose theirs, with crashes in the next call."""

    def __init__(self, view: rt.HalBufferView, dtype: np.dtype):
        self._view, self._mapping = view, view.map()
        self.__array_interface__ = self._mapping.asarray(view.shape, _bit_type(dtype)).__array_interface__


def _bit_type(dtype: np.dtype) -> np.dtype:
    """A dtype of the same size that the buffer protocol has."""
    return np.dtype(f"V{dtype.itemsize}" if dtype.itemsize > 8 else f"u{dtype.itemsize}")


def _bits(array: np.ndarray) -> np.ndarray:
    return array.reshape(-1).view(np.uint8)


def _span(array: np.ndarray) -> tuple[int, int]:
    return array.ctypes.data, array.ctypes.data + array.nbytes


def _unshared(results: list[np.ndarray], arguments: Sequence[np.ndarray]) -> list[np.ndarray]:
    """The results, copied where one lies in the memory of an argument or of a result before it.

    A result that is an argument in another shape is the same buffer to IREE.
    """
    taken = sorted(_span(argument) for argument in arguments if argument.nbytes)
    fresh = []
    for result in results:
        start, end = _span(result)
        if any(begin < end and start < stop for begin, stop in taken):
            result = result.copy()
        elif result.nbytes:
            taken.append((start, end))
        fresh.append(result)
    return fresh
