"""Runs the known-answer checks on one device and prints what came of each.

    python -m fungible.proof.run < request

A process of its own, since a driver that is given code for another device may crash or hang. The
request is a line of JSON (`driver`, `path` of the device, `dtypes`, `checks` by name), then the module.
The answer has a line of JSON `[check]` before each check and `[check, null or what went wrong]` after it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

import iree.runtime as rt
import numpy as np

from ..errors import FungibleError
from ..runtime import devices
from ..runtime.device import Device, first_line
from ..schema import numpy_dtype
from .check import Check
from .checks import KNOWN


def main() -> None:
    request = json.loads(sys.stdin.buffer.readline())
    module = sys.stdin.buffer.read()
    candidates = devices.of_driver(request["driver"])
    device = next(candidate for candidate in candidates if candidate.path == request["path"]).open()
    context, loaded = device.load(module)
    for check in (KNOWN[name] for name in KNOWN if name in request["checks"]):
        # Said before it runs, so that a crash has a name.
        print(json.dumps([check.name]), flush=True)
        print(json.dumps([check.name, _fault(device, context, loaded, check, request["dtypes"])]), flush=True)


def _fault(device: Device, context: rt.VmContext, module: rt.VmModule, check: Check, dtypes: dict) -> str | None:
    """What is wrong with the answer, or None."""
    expected = check.expected(*check.inputs)
    function = module.lookup_function(check.name)
    if function is None:
        return "the module does not have it"
    inputs = rt.VmVariantList(len(check.inputs))
    for array in check.inputs:
        inputs.push_ref(device.upload(np.asarray(array, _on_device(array.dtype, dtypes), order="C")))
    outputs = rt.VmVariantList(len(expected))
    try:
        device.invoke(context, function, inputs, outputs)
        results = [
            _read(device, outputs.get_as_object(index, rt.HalBufferView), array, check.result, dtypes)
            for index, array in enumerate(expected)
        ]
    except (RuntimeError, ValueError) as error:
        return first_line(error)
    for result, wanted in zip(results, expected, strict=True):
        fault = _difference(result, wanted, check.tolerance, check.inputs if check.elementwise else ())
        if fault is not None:
            return fault
    return None


def _read(device: Device, view: rt.HalBufferView, expected: np.ndarray, result: str | None, dtypes: dict) -> np.ndarray:
    name = result or expected.dtype.name
    name = dtypes.get(name, name)
    if name == "bfloat16":  # the upper half of a float32
        return (device.download(view, np.dtype(np.uint16)).astype(np.uint32) << 16).view(np.float32)
    return device.download(view, numpy_dtype(name)).astype(expected.dtype)


def _on_device(dtype: np.dtype, dtypes: dict) -> np.dtype:
    return numpy_dtype(dtypes.get(dtype.name, dtype.name))


def _difference(
    result: np.ndarray, wanted: np.ndarray, tolerance: float, operands: Sequence[np.ndarray] = ()
) -> str | None:
    if result.shape != wanted.shape:
        return f"shape {result.shape}, expected {wanted.shape}"
    if tolerance:
        size = np.abs(wanted)
        limit = tolerance * np.maximum(size, size.max() / 20)
        wrong = ~(np.abs(result.astype(np.float64) - wanted) <= limit)  # a NaN is wrong
    else:
        wrong = _bits(result) != _bits(wanted)
    if not wrong.any():
        return None
    place = tuple(int(i) for i in np.argwhere(wrong)[0])
    found = f"{int(wrong.sum())} of {wrong.size} elements are wrong; at {list(place)} got {result[place]}, expected {wanted[place]}"
    return f"{found} of {', '.join(str(operand[place]) for operand in operands)}" if operands else found


def _bits(array: np.ndarray) -> np.ndarray:
    """What tells the zeros apart, and no NaN from another."""
    if array.dtype != np.float32:
        return array
    return np.where(np.isnan(array), np.float32(np.nan), array).view(np.uint32)


if __name__ == "__main__":
    try:
        main()
    except FungibleError as error:
        sys.exit(str(error))
