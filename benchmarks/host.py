"""What a result was measured with: written beside every figure."""

import importlib.metadata
import os
import platform
import re
from pathlib import Path

PACKAGES = ("fungible", "torch", "torch-mlir", "iree-base-compiler", "iree-base-runtime", "numpy")


def _cpu() -> str:
    try:
        match = re.search(r"^model name\s*:\s*(.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    except OSError:
        match = None
    return match[1] if match else platform.processor()


def describe() -> dict:
    """Versions and hardware, for JSON."""
    return {
        "python": platform.python_version(),
        "versions": {name: importlib.metadata.version(name) for name in PACKAGES},
        "cpu": _cpu(),
        "cpus": len(os.sched_getaffinity(0)),
        "system": f"{platform.system()} {platform.machine()}",
    }
