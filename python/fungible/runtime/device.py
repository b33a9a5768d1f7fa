"""Opens a device of IREE's runtime and moves tensors to and from it."""

import functools
import re
from dataclasses import dataclass

import iree.runtime as rt
import numpy as np

from ..errors import ArtifactError, TargetError
from ..targets import Target
from .workers import workers


@dataclass(frozen=True)
class Device:
    """An open device.

    Attributes:
        name: For people: `cpu, 8 threads`.
        instance: IREE's virtual machine, which all modules of the device share.
        hal: IREE's handle of the device.
    """

    name: str
    instance: rt.VmInstance
    hal: rt.HalDevice

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

    def upload(self, array: np.ndarray) -> rt.HalBufferView:
        """A copy of a row-major array on the device."""
        return self.hal.allocator.allocate_buffer_copy(
            memory_type=rt.MemoryType.DEVICE_LOCAL,
            allowed_usage=rt.BufferUsage.DEFAULT,
            device=self.hal,
            buffer=array,
            element_type=rt.dtypes.map_dtype_to_hal_element_type(array.dtype),
        )

    def download(self, view: rt.HalBufferView, dtype: np.dtype) -> np.ndarray:
        """A copy on the host; the next call may write over what the view shows."""
        # As plain bits, since the binding does not know every dtype.
        bits = np.dtype(f"V{dtype.itemsize}" if dtype.itemsize > 8 else f"u{dtype.itemsize}")
        return view.map().asarray(view.shape, bits).copy().view(dtype)


_STATUS = re.compile(r"\b[A-Z]+(?:_[A-Z]+)*; (.+?)(?:;\s*)?$", re.MULTILINE)


def first_line(error: Exception) -> str:
    """What IREE's runtime says, without the place in its sources, attributes and the trace."""
    text = str(error) or type(error).__name__
    found = _STATUS.search(text)
    return (found[1] if found else text.splitlines()[0]).partition(": #")[0]


@functools.cache
def _open_local() -> Device:
    with workers() as count:
        hal = rt.get_driver("local-task").create_default_device()
    threads = "1 thread" if count == 1 else f"{count} threads"
    return Device(f"cpu, {threads}", rt.VmInstance(), hal)


def open_device(target: Target) -> Device:
    """The device of a target; one for all sessions of the process.

    Raises:
        TargetError: this version does not run on that kind of device, or the host lacks
            what the target needs.
    """
    if target.driver != "local-task":
        raise TargetError(f"'{target.name}' can be compiled for but not run by this version, which runs on cpu and vmvx")
    return _open_local()
