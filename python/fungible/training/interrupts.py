"""Ctrl-C and termination: the first asks for a halt after the step, the second halts."""

from __future__ import annotations

import signal
import threading


class Interrupts:
    """`requested` becomes true with the first SIGINT or SIGTERM inside `with`; another one
    raises KeyboardInterrupt there and then.
    """

    def __init__(self):
        self.requested = False
        self._before = {}

    def __enter__(self) -> Interrupts:
        # Python runs handlers in the main thread only, and only there can they be set.
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._handle)
        return self

    def __exit__(self, *exception) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before.clear()

    def _handle(self, number, frame) -> None:
        if self.requested:
            raise KeyboardInterrupt
        self.requested = True
