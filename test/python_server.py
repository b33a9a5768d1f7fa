"""Runs Python's modules and scripts, each in a process of its own that is forked from this one.

This one has imported what most of them import, which takes each of them three seconds otherwise. It prints its address, and runs
until its input ends. `python_process.py` asks it.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import runpy
import secrets
import select
import signal
import socket
import sys
from pathlib import Path

_IMPORTED = ("pytest", "torch._dynamo", "fungible.frontend.capture", "fungible.frontend.importer", "iree.runtime")


def main() -> None:
    for name in _IMPORTED:
        importlib.import_module(name)
    listener = socket.create_server(("127.0.0.1", 0))
    token = secrets.token_hex()
    print(f"{listener.getsockname()[1]} {token}", flush=True)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nothing is left of those that answer
    while sys.stdin not in select.select([listener, sys.stdin], [], [])[0]:
        connection, _ = listener.accept()
        if not os.fork():
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            listener.close()
            if (request := _process(connection, token)) is not None:
                _run(**request)  # and leaves as Python leaves, whatever it raises
                return
        connection.close()


def _process(connection: socket.socket, token: str) -> dict | None:
    """In a new process what it is to do; the one that called waits for that one, answers, and ends."""
    with connection.makefile() as stream:
        request = json.loads(stream.readline())
    if request.pop("token") != token:
        os._exit(1)
    child = os.fork()
    if not child:
        connection.close()
        return request
    connection.sendall(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n".encode())
    os._exit(0)


def _run(words: list[str], folder: str, environment: dict[str, str], output: str, errors: str, file_size: int | None) -> None:
    """As `python *words` does."""
    if file_size is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))
    for descriptor, path, flags in ((0, os.devnull, os.O_RDONLY), (1, output, os.O_WRONLY | os.O_APPEND), (2, errors, os.O_WRONLY | os.O_APPEND)):
        os.dup2(os.open(path, flags), descriptor)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    if words[0] == "-m":
        _, name, *sys.argv[1:] = words
        sys.path[0] = folder
        runpy.run_module(name, run_name="__main__", alter_sys=True)
    else:
        sys.argv[:] = words
        sys.path[0] = words[0] if os.path.isdir(words[0]) else str(Path(words[0]).parent)
        runpy.run_path(words[0], run_name="__main__")


if __name__ == "__main__":
    main()
