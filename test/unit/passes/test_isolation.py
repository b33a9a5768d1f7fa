"""Functions in a process of their own: results, exceptions and crashes come back."""

import os
import signal

import pytest

from fungible.errors import CompilationError
from fungible.passes import isolation


def test_results_come_back_and_changes_do_not():
    seen = []

    def work():
        seen.append(1)
        return {"pid": os.getpid(), "seen": list(seen), "text": "x" * 1_000_000}

    result = isolation.call(work)
    assert result["pid"] != os.getpid() and result["seen"] == [1] and len(result["text"]) == 1_000_000
    assert seen == []


def test_exceptions_come_back_with_what_they_carry():
    def work():
        error = CompilationError("no lowering")
        error.log = "all of it"
        raise error

    with pytest.raises(CompilationError, match="^no lowering$") as caught:
        isolation.call(work)
    assert caught.value.log == "all of it"


def test_exceptions_that_cannot_be_sent_come_back_as_their_traceback():
    class Local(Exception):
        def __init__(self, first, second):
            super().__init__(first)

    def work():
        raise Local("broken", 2)

    with pytest.raises(isolation.Broken, match="(?s)in work.*broken"):
        isolation.call(work)


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT])
def test_a_crash_is_an_exception(number):
    with pytest.raises(isolation.Crashed, match=number.name):
        isolation.call(lambda: os.kill(os.getpid(), number))


def test_a_child_that_leaves_is_one_too():
    with pytest.raises(isolation.Crashed, match="exit code 3"):
        isolation.call(lambda: os._exit(3))
