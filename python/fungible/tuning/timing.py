"""Times functions on a device against each other."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence

import iree.runtime as rt
import numpy as np

from ..runtime.device import Device


class Function:
    """A function of an executable module and its arguments on the device."""

    def __init__(self, device: Device, module: bytes, name: str, arguments: Sequence[rt.HalBufferView]):
        self._device = device
        self._context, loaded = device.load(module)
        self._function = loaded.lookup_function(name)
        self._arguments = arguments

    def __call__(self) -> rt.VmVariantList:
        inputs, outputs = rt.VmVariantList(len(self._arguments)), rt.VmVariantList(1)
        for argument in self._arguments:
            inputs.push_ref(argument)
        self._device.invoke(self._context, self._function, inputs, outputs)
        return outputs

    def result(self) -> np.ndarray:
        """Of float32, on the host."""
        return self._device.download(self().get_as_object(0, rt.HalBufferView), np.dtype(np.float32))


def in_turn(functions: Mapping[str, Callable[[], object]], seconds: float, least: int) -> dict[str, float]:
    """Milliseconds that each takes: the medians of calls in turn, after one that does not count.

    Args:
        seconds: how long, about.
        least: of so many rounds at least.
    """
    for function in functions.values():
        function()
    times: dict[str, list[float]] = {name: [] for name in functions}
    end = time.perf_counter() + seconds
    rounds = 0
    while rounds < least or time.perf_counter() < end:
        for name, function in functions.items():
            started = time.perf_counter()
            function()
            times[name].append(1e3 * (time.perf_counter() - started))
        rounds += 1
    return {name: statistics.median(each) for name, each in times.items()}
