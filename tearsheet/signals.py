"""SIGINT and SIGTERM before a command has come so far that it can end in good order."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["StopRequest", "deaf", "stop_request"]

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class StopRequest:
    """Remembers that a signal came and passes it on to whoever can stop the work; a second ends at once."""

    def __init__(self) -> None:
        self.has_come = False
        self._stop: Callable[[], None] | None = None

    def hold(self) -> None:
        """Take the signals from now on."""
        for number in _SIGNALS:
            signal.signal(number, self._take)

    def pass_on(self, stop: Callable[[], None]) -> None:
        """Have a signal call this from now on; at once when one has come already."""
        self._stop = stop
        if self.has_come:
            stop()

    def _take(self, number: int, frame: FrameType | None) -> None:
        if self.has_come:
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        self.has_come = True
        if self._stop is not None:
            self._stop()


stop_request = StopRequest()
"""The one of this process: signals are."""


@contextmanager
def deaf() -> Iterator[None]:
    """Let a process that is started meanwhile never hear SIGINT and SIGTERM, from its first moment on.

    Ctrl-C, `timeout` and service managers signal the whole group: the collector decides when its own end.
    """
    # Not every command starts processes, and every one imports this module.
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # else it is started below, and unblocks the signals
    before = signal.pthread_sigmask(signal.SIG_BLOCK, set(_SIGNALS))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
