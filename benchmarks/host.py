"""What a result was measured with: written beside every figure."""

import datetime
import importlib.metadata
import os
import platform
import re
from pathlib import Path

PACKAGES = ("fungible", "torch", "torch-mlir", "iree-base-compiler", "iree-base-runtime", "numpy", "jax", "optax", "apache-tvm")


def _cpu() -> str:
    """Its name, which virtual machines leave short, and what tells generations apart."""
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        text = ""
    name, *numbers = (re.search(rf"^{key}\s*:\s*(.*)$", text, re.MULTILINE) for key in ("model name", "cpu family", "model"))
    if not name:
        return platform.processor()
    return f"{name[1]}, family {numbers[0][1]}, model {numbers[1][1]}" if all(numbers) else name[1]


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
