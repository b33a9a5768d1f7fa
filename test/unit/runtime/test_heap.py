"""What `runtime.heap` does to a process, in processes of their own."""

import os
import subprocess
import sys

import pytest

from fungible.runtime import heap

_FAULTS = """
import ctypes, resource
from fungible.runtime.heap import keep_freed_memory

kept = keep_freed_memory()
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]

def touch():
    block = libc.malloc(ctypes.c_size_t(100 * 2**20))
    ctypes.memset(block, 1, 100 * 2**20)
    libc.free(block)

touch()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
touch()
print(kept, resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux") or not os.confstr("CS_GNU_LIBC_VERSION"), reason="not glibc")
@pytest.mark.parametrize("setting", ["1", "0"])
def test_large_blocks_are_kept_unless_the_user_objects(setting):
    environment = {**os.environ, "FUNGIBLE_KEEP_MEMORY": setting}
    printed = subprocess.run([sys.executable, "-c", _FAULTS], env=environment, capture_output=True, text=True, check=True)
    kept, faults = printed.stdout.split()
    assert kept == str(setting == "1")
    # Huge pages of 2 MiB are at least 50 faults; what is kept faults no more.
    assert (int(faults) < 20) == (setting == "1")


@pytest.mark.parametrize(("driver", "setting", "expected"), [("cuda", "1", ["caching"]), ("cuda", "0", []), ("vulkan", "1", [])])
def test_memory_of_cuda_is_kept_unless_the_user_objects(driver, setting, expected, monkeypatch):
    monkeypatch.setenv("FUNGIBLE_KEEP_MEMORY", setting)
    assert heap.allocators(driver) == expected


def test_a_runtime_without_the_driver_says_so_when_it_is_asked_for_it(monkeypatch):
    def refuse(*flags):
        raise RuntimeError("flag not recognized")

    monkeypatch.setattr("iree.runtime.flags.parse_flags", refuse)
    heap.prepare("cuda")
