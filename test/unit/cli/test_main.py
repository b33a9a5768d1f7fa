"""How `fungc` leaves."""

import os
import signal

from fungible.cli import main


def test_termination_leaves_as_ctrl_c_does(monkeypatch):
    cleaned = []

    def run(arguments):
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        finally:
            cleaned.append(True)

    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(main, "_run", run)
    try:
        assert main.main([]) == 130
    finally:
        signal.signal(signal.SIGTERM, before)
    assert cleaned
