"""Runs a function in a child process, so that a crash of native code is an error and not the end."""

from __future__ import annotations

import faulthandler
import os
import pickle
import signal
import traceback
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


class Crashed(Exception):
    """The child process ended without an answer; the message says how (`SIGSEGV`)."""


class Broken(Exception):
    """The function raised what cannot be sent back; the message is its traceback."""


def call(function: Callable[[], Result]) -> Result:
    """`function()`, computed in a copy of this process; what it changes stays there.

    The result, or the exception that it raises, has to be one that can be pickled. MLIR contexts
    that the function uses must not be multithreaded: a copy has none of the threads of their pools.
    On systems without `fork` the function runs here.

    Raises:
        Crashed: the child was ended by a signal.
    """
    if not hasattr(os, "fork"):
        return function()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        _answer(function, reader, writer)
    os.close(writer)
    try:
        with open(reader, "rb") as stream:
            data = stream.read()
    except BaseException:  # an interrupt of the user's
        os.kill(child, signal.SIGKILL)
        raise
    finally:
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if not data:
        raise Crashed(signal.Signals(-status).name if status < 0 else f"exit code {status}")
    returned, value = pickle.loads(data)
    if returned:
        return value
    raise value


def _answer(function: Callable[[], object], reader: int, writer: int) -> None:
    """Sends the result to the parent and leaves, without what Python does at exit: that is the parent's."""
    code = 1
    faulthandler.disable()  # the parent says what happened
    try:
        os.close(reader)
        try:
            data = pickle.dumps((True, function()))
        except BaseException as error:  # noqa: BLE001  it is the parent's to handle
            try:
                data = pickle.dumps((False, error))
                pickle.loads(data)
            except Exception:  # noqa: BLE001  exceptions with other arguments than their constructors take
                data = pickle.dumps((False, Broken("".join(traceback.format_exception(error)))))
        with open(writer, "wb") as stream:
            stream.write(data)
        code = 0
    finally:
        os._exit(code)
