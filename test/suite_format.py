"""How lit runs this suite: RUN lines as everywhere, and `test_*.py` with pytest."""

import re
import sys
from pathlib import Path

import lit.formats
import lit.Test
import lit.util


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


def _run_pytest(path: Path, environment: dict[str, str]):
    flags = ["-q", "-rs", "--no-header", "--show-capture=no", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", *flags, str(path)]
    # Plugins of other packages are no part of the tests, and take two seconds of each file.
    environment = {**environment, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    out, err, code = lit.util.executeCommand(command, cwd=path.parent, env=environment)
    output = f"{' '.join(command)}\n{out}{err}"
    if code:
        return lit.Test.FAIL, output  # 5, no test collected, is a failure as well
    summary = out.strip().splitlines()[-1]
    return (lit.Test.PASS if re.search(r"\d+ passed", summary) else lit.Test.UNSUPPORTED), output
