"""Keeps memory that a step has freed for the next one."""

from __future__ import annotations

import contextlib
import ctypes
import os

import iree.runtime.flags

from .. import config

#: Parameters of glibc's mallopt(3), from malloc.h.
_M_TRIM_THRESHOLD, _M_TOP_PAD, _M_MMAP_MAX, _M_ARENA_MAX = -1, -2, -4, -8

#: What the heap grows by beyond a request, in bytes: large requests differ little from call to call.
_PAD = 2**24

#: Kinds of memory of a device of CUDA, as IREE's allocators call them. What both sides use is not on every device.
_MANAGED = "device_local;mapping"
_KINDS = "device_local", _MANAGED, "host_local|host_cached"

#: How many free blocks are kept of each kind: more than there are tensors that a program starts from. A block that finds no place
#: among them IREE 3.13 frees twice, and by then it may be what another thread got.
_KEPT = 2**16


def keep_freed_memory() -> bool:
    """Tells glibc's malloc to keep large blocks when they are freed; whether it did.

    A call's intermediate results are one block. IREE 3.13 takes blocks of more than 64 MiB from malloc at
    each call, and glibc takes those from the system and gives them back: its pages then have to be cleared
    again, which is a third of a step of a GPT. So it does with what is too large for the arena of a thread that is not
    the main one; threads that are made from here on share the main arena. The setting is the process's, for all of its
    libraries: what it has used at most, it keeps. `FUNGIBLE_KEEP_MEMORY=0` leaves malloc alone.
    """
    if not config.keep_memory() or os.name != "posix":
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):
        return False  # another C library
    settings = ((_M_MMAP_MAX, 0), (_M_TRIM_THRESHOLD, -1), (_M_TOP_PAD, _PAD), (_M_ARENA_MAX, 1))
    return all([mallopt(parameter, value) == 1 for parameter, value in settings])


def prepare(driver: str) -> None:
    """Sets a driver's flags; before it is used for the first time."""
    if any(allocators(driver)):
        # A runtime that was built without the driver has no flags of it, and says so when it is asked for the driver.
        with contextlib.suppress(RuntimeError, ValueError):
            iree.runtime.flags.parse_flags("--cuda_async_allocations=false")


def allocators(driver: str) -> list[list[str]]:
    """IREE's allocators around that of a driver's devices, to be tried in this order: not every device has each kind of memory.

    What a step uploads, reads back and computes in between is as large in the next step. So what is freed is kept for
    the next of the same size (`Device.trim` gives it back): without, an upload of 400 KB and a read of 4 bytes took 1.2 ms
    each of a step on an H100, and with it less than 0.1. CUDA's pools, which IREE lets give memory back to the system whenever
    the host waits for the device, are left out.
    `FUNGIBLE_KEEP_MEMORY=0` leaves CUDA alone. IREE's driver for Vulkan fails behind such an allocator.
    """
    if driver != "cuda" or not config.keep_memory():
        return [[]]
    without_managed = [kind for kind in _KINDS if kind != _MANAGED]
    return [[f"caching:{','.join(f'{kind}=*;*;{_KEPT}' for kind in kinds)}"] for kinds in (_KINDS, without_managed)] + [[]]
