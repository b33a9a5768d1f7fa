"""What a result was measured with: written beside every figure."""

import datetime
import importlib.metadata
import os
import platform
import re
from pathlib import Path

PACKAGES = ("fungible", "torch", "torch-mlir", "iree-base-compiler", "iree-base-runtime", "numpy", "jax", "optax", "apache-tvm")


def _cpu() -> str:
    try:
        match = re.search(r"^model name\s*:\s*(.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    except OSError:
        match = None
    return match[1] if match else platform.processor()


def _versions() -> dict[str, str]:
    """Of those that are installed: a machine that only runs artifacts has neither torch nor the compiler."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def describe() -> dict:
    """Date, versions and hardware, for JSON."""
    return {
        "date": datetime.date.today().isoformat(),
        "python": platform.python_version(),
        "versions": _versions(),
        "cpu": _cpu(),
        "cpus": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
    }
