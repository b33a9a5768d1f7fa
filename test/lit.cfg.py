"""Configuration of the suite; `lit test` runs it against the installed fungible.

Parameters:
    --param slow=1   also runs what takes minutes (REQUIRES: slow); so does FUNGIBLE_TEST_SLOW=1
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
from pathlib import Path

SOURCE = Path(__file__).resolve().parent
sys.path[:0] = [str(SOURCE), str(SOURCE / "targets")]
import stock_tools  # noqa: E402 - the tests of generated code import it as well
from suite_format import SuiteFormat  # noqa: E402 - a module, so that lit's workers can unpickle it

config.name = "fungible"
config.test_format = SuiteFormat()
config.suffixes = [".mlir", ".test", ".py"]
config.excludes = ["Inputs", "lit.cfg.py", "lit.site.cfg.py", "suite_format.py", "python_process.py", "python_server.py", "conftest.py"]
config.test_source_root = str(SOURCE)
config.test_exec_root = getattr(config, "exec_root", str(SOURCE.parent / "build" / "test"))

# Commands of this Python's environment come first, whether or not it was activated.
config.environment["PATH"] = os.pathsep.join([sysconfig.get_path("scripts"), config.environment["PATH"]])
for name in ("HOME", "USER", "VK_ICD_FILENAMES", "VK_DRIVER_FILES", "OMP_NUM_THREADS", "PYTHONPATH", "CUDA_HOME"):
    if name in os.environ:
        config.environment[name] = os.environ[name]
# Neither the user's settings nor the user's cache take part.
config.environment["FUNGIBLE_CACHE_DIR"] = str(Path(config.test_exec_root) / "cache")
# What the user has tuned is no part of the tests.
config.environment["FUNGIBLE_TUNING"] = str(Path(config.test_exec_root) / "tuning.json")

# A shell that starts lit in the background makes it, and all that it starts, deaf to Ctrl-C.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

config.substitutions += [
    ("%{python}", sys.executable),
    ("%{root}", str(SOURCE.parent)),
    ("%{examples}", str(SOURCE.parent / "examples")),
]


def _mlir_opt_22() -> str | None:
    """An mlir-opt of LLVM 22: its IRDL is what the test of the dump is written for."""
    for command in ("mlir-opt-22", "mlir-opt"):
        path = shutil.which(command)
        if path and "version 22." in subprocess.run([path, "--version"], capture_output=True, text=True).stdout:
            return path
    return None


_DRIVERS = ("cuda", "hip", "metal", "vulkan")
_DEVICES = f"""
import iree.runtime
for driver in {_DRIVERS}:
    try:
        if iree.runtime.get_driver(driver).query_available_devices():
            print(driver)
    except (RuntimeError, ValueError):
        pass
"""


def _drivers() -> list[str]:
    """Drivers of the IREE runtime that find a device; asked in a process of its own, as drivers can crash."""
    return subprocess.run([sys.executable, "-c", _DEVICES], capture_output=True, text=True).stdout.split()


drivers = _drivers()
features = {
    **{driver: driver in drivers for driver in _DRIVERS},
    "mlir-22": _mlir_opt_22(),
    "llvm-objdump": stock_tools.llvm_objdump(),
    "ptxas": stock_tools.ptxas(),
    "spirv-val": stock_tools.spirv_val(),
    "cmake": shutil.which("cmake"),
    "make": shutil.which("make"),
    "sklearn": importlib.util.find_spec("sklearn"),
    "slow": lit_config.params.get("slow", os.environ.get("FUNGIBLE_TEST_SLOW", "0")) == "1",
}
config.environment["FUNGIBLE_TEST_SLOW"] = "1" if features["slow"] else "0"
if path := features["mlir-22"]:
    config.substitutions.append(("%{mlir-opt}", path))
found, missing = ([name for name in sorted(features) if bool(features[name]) == wanted] for wanted in (True, False))
config.available_features.update(found)
lit_config.note(f"features: {', '.join(found) or 'none'}; without: {', '.join(missing) or 'none'}")
