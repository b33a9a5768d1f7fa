"""A device of IREE's runtime that is open, and the way of tensors to and from it."""

import functools
import math
import re
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import iree.runtime as rt
import numpy as np

from ..errors import ArtifactError
from .facts import Report
from .staging import Staging


@dataclass(frozen=True)
class Device:
    """An open device.

    Attributes:
        name: For people: `cpu, 8 threads`.
        report: What it says of itself.
        instance: IREE's virtual machine, which all modules of the device share.
        hal: IREE's handle of the device.
        staging: What tensors pass through where the host cannot read the device's memory.
        mapped: Whether it can read it where it is.
        caching: Whether memory that was freed is kept for the next tensor of its size.
        waiting: In what a call is waited for; of a device that keeps memory, a lock.
    """

    name: str
    report: Report
    instance: rt.VmInstance
    hal: rt.HalDevice
    staging: Staging
    mapped: bool = False
    caching: bool = False
    waiting: Callable[[], AbstractContextManager] = nullcontext

    def load(self, module: bytes) -> tuple[rt.VmContext, rt.VmModule]:
        """Makes the functions of an executable module callable, and runs its initializers.

        Raises:
            ArtifactError: the module is damaged or has no code for this device.
        """
        try:
            loaded = rt.VmModule.copy_buffer(self.instance, module)
            hal_module = rt.create_hal_module(self.instance, self.hal)
            return rt.VmContext(self.instance, [hal_module, loaded]), loaded
        except (RuntimeError, ValueError) as error:
            raise ArtifactError(f"the module cannot be loaded on {self.name}: {first_line(error)}") from error

    def invoke(self, context: rt.VmContext, function: rt.VmFunction, inputs: rt.VmVariantList, outputs: rt.VmVariantList) -> None:
        """Calls a function of a loaded module; its results are there when this returns."""
        with self.waiting():
            context.invoke(function, inputs, outputs)

    def trim(self) -> None:
        """Gives memory back that was freed and kept: what follows has tensors of other sizes."""
        if self.caching:
            with self.waiting():  # IREE 3.13 frees each block twice, which must not be another call's by then
                self.hal.allocator.trim()

    def upload(self, array: np.ndarray) -> rt.HalBufferView:
        """A copy of a row-major array on the device."""
        element_type = rt.dtypes.map_dtype_to_hal_element_type(array.dtype)
        if not self.mapped and array.size:
            return rt.HalBufferView(self.staging.upload(array), array.shape, element_type)
        return self.hal.allocator.allocate_buffer_copy(
            memory_type=rt.MemoryType.DEVICE_LOCAL,
            allowed_usage=rt.BufferUsage.DEFAULT,
            device=self.hal,
            buffer=array,
            element_type=element_type,
        )

    def download(self, view: rt.HalBufferView, dtype: np.dtype) -> np.ndarray:
        """A copy on the host; the next call may write over what the view shows."""
        shape = view.shape
        if view.byte_length != math.prod(shape) * dtype.itemsize:
            raise ValueError(f"the module returned {view.byte_length} bytes for {dtype.name} of shape {list(shape)}")
        if 0 in shape:
            return np.empty(shape, dtype)
        # As plain bits, since the binding does not know every dtype.
        bits = np.dtype(f"V{dtype.itemsize}" if dtype.itemsize > 8 else f"u{dtype.itemsize}")
        if not self.mapped:
            return self.staging.download(view, bits).view(dtype)
        return view.map().asarray(shape, bits).copy().view(dtype)


_STATUS = re.compile(r"\b[A-Z]+(?:_[A-Z]+)*; (.+?)(?:;\s*)?$", re.MULTILINE)


def first_line(error: Exception) -> str:
    """What IREE's runtime says, without the place in its sources, attributes and the trace."""
    text = str(error) or type(error).__name__
    found = _STATUS.search(text)
    return (found[1] if found else text.splitlines()[0]).partition(": #")[0].rstrip(": ")


@functools.cache
def instance() -> rt.VmInstance:
    """IREE's virtual machine; one for the process."""
    return rt.VmInstance()
