"""Child processes of the daemon: started, awaited up to a deadline, and ended with all that they started."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["GRACE_SECONDS", "Children", "Ended"]

GRACE_SECONDS = 42.0
"""What a child that was told to stop may take: a run stores what is in flight within 30 seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a child ended."""

    exit_code: int
    """Negative is the number of the signal that ended it."""
    is_overdue: bool = False
    """It was still running at its deadline, and was ended."""
    was_told_to_stop: bool = False


class Children:
    """The child processes that are running; each is the head of a process group of its own.

    So that Ctrl-C reaches the daemon alone, which passes it on once: a second signal would end a run at once.
    """

    def __init__(self) -> None:
        self._running: set[asyncio.subprocess.Process] = set()
        self._is_stopping = False

    async def run(self, arguments: Sequence[str], *, deadline_seconds: float) -> Ended:
        """Run ``tearsheet`` with these arguments; its output goes where ours goes."""
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tearsheet",
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        self._running.add(child)
        try:
            return await self._awaited(child, deadline_seconds)
        finally:
            self._running.discard(child)

    async def stop(self) -> None:
        """Tell every child to stop; those that have not ended within the grace are killed."""
        self._is_stopping = True
        await asyncio.gather(*(_ended(child) for child in tuple(self._running)))

    def kill(self) -> None:
        """End every child at once, with its own children."""
        self._is_stopping = True
        for child in self._running:
            _signal(child, signal.SIGKILL)

    async def _awaited(self, child: asyncio.subprocess.Process, deadline_seconds: float) -> Ended:
        try:
            code = await asyncio.wait_for(child.wait(), deadline_seconds)
        except TimeoutError:
            return Ended(exit_code=await _ended(child), is_overdue=True)
        return Ended(exit_code=code, was_told_to_stop=self._is_stopping)


async def _ended(child: asyncio.subprocess.Process) -> int:
    with contextlib.suppress(ProcessLookupError):
        child.terminate()
    try:
        return await asyncio.wait_for(child.wait(), GRACE_SECONDS)
    except TimeoutError:
        _signal(child, signal.SIGKILL)
        return await child.wait()


def _signal(child: asyncio.subprocess.Process, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, number)
