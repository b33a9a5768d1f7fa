"""Threads that wait for the CPU device preempt nobody, and are what they were afterwards."""

import os
import threading

import pytest

from fungible.runtime import devices, waiting
from fungible.runtime.waiting import without_preempting

pytestmark = pytest.mark.skipif(not hasattr(os, "SCHED_BATCH"), reason="no scheduling policies")


def _policy() -> int:
    return os.sched_getscheduler(0)


def _in_a_thread(function) -> list:
    found = []
    thread = threading.Thread(target=lambda: found.extend(function()))
    thread.start()
    thread.join()
    return found


def test_the_policy_is_another_inside_and_the_same_afterwards():
    def inside():
        with without_preempting():
            yield _policy()
        yield _policy()

    assert _in_a_thread(inside) == [os.SCHED_BATCH, os.SCHED_OTHER]


def test_an_error_leaves_the_policy_as_it_was():
    with pytest.raises(ValueError), without_preempting():
        raise ValueError
    assert _policy() == os.SCHED_OTHER


def test_a_thread_of_another_policy_keeps_it():
    def inside():
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
        with without_preempting():
            yield _policy()
        yield _policy()

    assert _in_a_thread(inside) == [os.SCHED_IDLE, os.SCHED_IDLE]


def test_a_system_that_refuses_is_no_error(monkeypatch):
    def refuse(*arguments):
        raise PermissionError

    monkeypatch.setattr(waiting.os, "sched_setscheduler", refuse)
    with without_preempting():
        assert _policy() == os.SCHED_OTHER


def test_the_cpu_device_waits_like_this():
    (cpu,) = devices.matching("cpu", "local-task", ())
    device = cpu.open()
    policies = []
    recording = type("Recording", (), {"invoke": lambda self, *arguments: policies.append(_policy())})
    device.invoke(recording(), None, None, None)
    assert policies == [os.SCHED_BATCH] and _policy() == os.SCHED_OTHER
