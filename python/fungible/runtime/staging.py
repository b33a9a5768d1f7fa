"""The way of tensors to a device with memory of its own, and back."""

import threading
from collections import OrderedDict

import iree.runtime as rt
import numpy as np

#: At most so many sizes of tensors have memory to pass through that stays, and so many bytes in all but for the last. Where
#: the device's allocator keeps what is freed, it is there until `Device.trim`.
_SIZES, _BYTES = 8, 2**28

_BYTE = np.dtype(np.uint8)


class Staging:
    """Memory through which tensors pass between the host and a device with memory of its own.

    It stays for the next tensor of the same size: drivers take long over it, and IREE's for Vulkan now and then loses what
    is let go of right behind a copy.
    """

    def __init__(self, hal: rt.HalDevice):
        self._hal = hal
        self._buffers: OrderedDict[int, rt.HalBuffer] = OrderedDict()
        self._lock = threading.Lock()

    def upload(self, array: np.ndarray) -> rt.HalBuffer:
        """A copy in memory of the device."""
        buffer = self._hal.allocator.allocate_buffer(
            memory_type=rt.MemoryType.DEVICE_LOCAL,
            allowed_usage=rt.BufferUsage.DEFAULT,
            allocation_size=array.nbytes,
        )
        with self._lock:
            staging = self._of(array.nbytes)
            staging.map().asarray([array.nbytes], _BYTE)[...] = array.reshape(-1).view(_BYTE)
            self._copy(staging, buffer)
        return buffer

    def download(self, view: rt.HalBufferView, dtype: np.dtype) -> np.ndarray:
        """A copy on the host."""
        with self._lock:
            staging = self._of(view.byte_length)
            self._copy(view.get_buffer(), staging)
            return staging.map().asarray(view.shape, dtype).copy()

    def _of(self, size: int) -> rt.HalBuffer:
        found = self._buffers.pop(size, None) or self._hal.allocator.allocate_buffer(
            memory_type=rt.MemoryType.HOST_LOCAL | rt.MemoryType.DEVICE_VISIBLE,
            allowed_usage=rt.BufferUsage.DEFAULT | rt.BufferUsage.MAPPING,
            allocation_size=size,
        )
        while self._buffers and (len(self._buffers) >= _SIZES or size + sum(self._buffers) > _BYTES):
            self._buffers.popitem(last=False)
        self._buffers[size] = found
        return found

    def _copy(self, source: rt.HalBuffer, target: rt.HalBuffer) -> None:
        # `DeviceArray.to_host` imports host memory instead, which Vulkan wants aligned to pages.
        done = self._hal.create_semaphore(0)
        self._hal.queue_copy(source, target, [], [(done, 1)])
        done.wait(1)
