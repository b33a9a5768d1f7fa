"""Runs pytest on one file after the other, each in a process of its own that is forked from this one.

This one has imported what most files import, which takes each of them two seconds otherwise. A request is a line of JSON on the
standard input: `arguments` of pytest, the `folder` to run in, the `environment`, and the file that the `output` goes to. The answer is a
line with the exit status, or the number of a signal below zero.
"""

from __future__ import annotations

import importlib
import json
import os
import sys

_IMPORTED = ("pytest", "torch._dynamo", "fungible.frontend.capture", "fungible.frontend.importer", "iree.runtime")


def _run(arguments: list[str], folder: str, environment: dict[str, str], output: str) -> int:
    """In the process that was forked."""
    import pytest

    for path, flags, descriptors in ((os.devnull, os.O_RDONLY, (0,)), (output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, (1, 2))):
        file = os.open(path, flags)
        for descriptor in descriptors:
            os.dup2(file, descriptor)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.path[0] = folder  # as for `python -m pytest`
    sys.argv = ["pytest", *arguments]
    return pytest.main(arguments)


def main() -> int:
    for name in _IMPORTED:
        importlib.import_module(name)
    for line in sys.stdin:
        child = os.fork()
        if not child:
            return _run(**json.loads(line))
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
