"""How lit runs this suite: RUN lines as everywhere, and `test_*.py` with pytest."""

import functools
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import lit.formats
import lit.Test
import lit.util
import python_process


class SuiteFormat(lit.formats.ShTest):
    """A file `test_*.py` is a pytest file; any other file is a test if it has a RUN line."""

    def getTestsForPath(self, testSuite, path_in_suite, litConfig, localConfig):
        path = Path(testSuite.getSourcePath(path_in_suite))
        for test in super().getTestsForPath(testSuite, path_in_suite, litConfig, localConfig):
            if path.suffix != ".py" or _is_pytest(path) or "RUN:" in path.read_text(encoding="utf-8"):
                yield test

    def execute(self, test, litConfig):
        path = Path(test.getSourcePath())
        return _run_pytest(path, test.config.environment) if _is_pytest(path) else super().execute(test, litConfig)


def _is_pytest(path: Path) -> bool:
    return path.name.startswith("test_") and path.suffix == ".py"


@functools.cache
def _server() -> subprocess.Popen:
    """One for each of lit's workers; it ends with the worker, since its input does."""
    command = [sys.executable, str(Path(__file__).with_name("python_server.py"))]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@functools.cache
def _address() -> str:
    return _server().stdout.readline().strip()


def _run_pytest(path: Path, environment: dict[str, str]):
    # Plugins of other packages are no part of the tests, and take two seconds of each file.
    environment = {**environment, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", python_process.SERVER: _address()}
    words = ["-m", "pytest", "-q", "-rs", "--no-header", "--show-capture=no", "-p", "no:cacheprovider", str(path)]
    with tempfile.NamedTemporaryFile("r", prefix="pytest-", suffix=".log", errors="replace") as log:
        status = python_process.forked(words, path.parent, environment, log.name, log.name)
        output = f"python {' '.join(words)}\n{log.read()}"
    if status:  # 5, no test collected, is a failure as well
        return lit.Test.FAIL, f"{output}exit status {status}\n"
    passed = any(re.match(r"(\d+ \w+, )*\d+ passed", line) for line in output.splitlines())
    return (lit.Test.PASS if passed else lit.Test.UNSUPPORTED), output
