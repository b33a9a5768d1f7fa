"""What `runtime.heap` does to a process, in processes of their own."""

import os
import subprocess
import sys

import iree.runtime
import pytest

from fungible.runtime import heap

_TYPE, _USAGE = iree.runtime.MemoryType.DEVICE_LOCAL, iree.runtime.BufferUsage.DEFAULT

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


@pytest.mark.parametrize(("driver", "setting", "kept"), [("cuda", "1", True), ("cuda", "0", False), ("vulkan", "1", False)])
def test_memory_of_cuda_is_kept_unless_the_user_objects(driver, setting, kept, monkeypatch):
    monkeypatch.setenv("FUNGIBLE_KEEP_MEMORY", setting)
    *choices, last = heap.allocators(driver)
    assert bool(choices) == kept and last == []


def test_iree_understands_what_it_is_to_keep(monkeypatch):
    """The CPU has no memory of the last kind, and that is all that IREE says against them."""
    monkeypatch.setenv("FUNGIBLE_KEEP_MEMORY", "1")
    driver = iree.runtime.get_driver("local-task")
    for allocators in heap.allocators("cuda")[:-1]:
        with pytest.raises(ValueError, match=r"no heap matching.*'host_local\|host_cached'"):
            driver.create_default_device(allocators=allocators)
        allocator = driver.create_default_device(allocators=[allocators[0].rpartition(",")[0]]).allocator
        freed = allocator.statistics["device_bytes_freed"]
        blocks = [allocator.allocate_buffer(_TYPE, _USAGE, size) for size in range(1, 101)]
        del blocks
        assert allocator.statistics["device_bytes_freed"] == freed


def test_a_runtime_without_the_driver_says_so_when_it_is_asked_for_it(monkeypatch):
    def refuse(*flags):
        raise RuntimeError("flag not recognized")

    monkeypatch.setattr("iree.runtime.flags.parse_flags", refuse)
    heap.prepare("cuda")
