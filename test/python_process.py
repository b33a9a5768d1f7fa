"""Python processes of tests: forked from one that has imported what most of them import, where lit runs the tests."""

from __future__ import annotations

import json
import os
import resource
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

#: Of the environment: port and token of `python_server.py`.
SERVER = "FUNGIBLE_TEST_SERVER"


def fungc(*words, **options) -> subprocess.CompletedProcess[str]:
    """`fungc *words` to its end; the options are those of `python`."""
    return python("-m", "fungible.cli.main", *words, **options)


def python(
    *words, cwd: Path | None = None, env: dict[str, str] | None = None, file_size: int | None = None
) -> subprocess.CompletedProcess[str]:
    """`python *words` to its end, and what it printed.

    Args:
        words: A script, or `-m` and a module, and its arguments.
        cwd: Where it runs.
        env: All of its environment.
        file_size: Bytes that a file which it writes may have.
    """
    words, env = tuple(map(str, words)), dict(os.environ if env is None else env)
    if SERVER not in env:
        limit = None if file_size is None else lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))
        return subprocess.run([sys.executable, *words], capture_output=True, text=True, cwd=cwd, env=env, preexec_fn=limit)
    with tempfile.NamedTemporaryFile("r") as output, tempfile.NamedTemporaryFile("r") as errors:
        status = forked(words, cwd or Path.cwd(), env, output.name, errors.name, file_size)
        return subprocess.CompletedProcess(words, status, output.read(), errors.read())


def forked(words: Sequence[str], folder: Path, env: dict[str, str], output: str, errors: str, file_size: int | None = None) -> int:
    """The exit status of `python *words`, or below zero the number of the signal that ended it; run by the server that `env` names.

    Args:
        output, errors: Files that what it prints is added to.
    """
    port, token = env[SERVER].split()
    request = {"words": words, "folder": str(folder), "environment": env, "output": output, "errors": errors, "file_size": file_size}
    with socket.create_connection(("127.0.0.1", int(port))) as connection, connection.makefile("rw") as stream:
        stream.write(json.dumps({"token": token, **request}) + "\n")
        stream.flush()
        if not (status := stream.readline()):
            raise RuntimeError(f"the server of Python processes died: {' '.join(words)}")
        return int(status)
