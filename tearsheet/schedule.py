"""The daemon: APScheduler waits, child processes work, and the corpus remembers what is due.

No interval of a source is in here: the job ``collect`` runs ``collect --due``, and the corpus knows what is.
"""

import asyncio
import logging
import signal
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from pipeline.errors import StorageError, TearsheetError
from storage.corpus import Corpus
from storage.jobs import Jobs
from tearsheet.children import Children, Ended
from tearsheet.config import load_config
from tearsheet.jobs import JobDefinition, definitions, due_times
from tearsheet.lock import daemon_lock
from tearsheet.signals import stop_request

__all__ = ["Daemon"]

logger = logging.getLogger("tearsheet")

_HEARTBEAT = "heartbeat"
# How late a clock that was set, a machine that slept or a changed configuration is noticed at most.
_HEARTBEAT_SECONDS = 30


def _now() -> datetime:
    return datetime.now(UTC)


class Daemon:
    """Runs the jobs of [schedule] until a signal ends it: one process, one per corpus."""

    def __init__(self, config_path: str | None, *, tell: Callable[[str], None]) -> None:
        """``tell`` is given one line for each thing that a person should see."""
        self._config_path = config_path
        self._tell = tell
        self._children = Children()
        self._runs: dict[str, asyncio.Future[None]] = {}
        self._results: dict[str, str] = {}
        self._problem = ""
        self._exit_code = 0

    def serve(self) -> int:
        """Run until SIGTERM or SIGINT: what runs then is told to stop, and is awaited. Returns the exit code.

        Raises LockedError when another daemon serves this corpus, StorageError when it cannot be opened.
        """
        config = load_config(self._config_path)
        self._definitions = definitions(config)
        with ExitStack() as opened:
            corpus = opened.enter_context(
                Corpus.open(config.corpus.url, pages_url=config.corpus.pages_url, write=True)
            )
            opened.enter_context(daemon_lock(corpus))
            self._config, self._jobs = config, Jobs(corpus)
            self._jobs.keep_only(self._definitions.keys())
            return asyncio.run(self._serve())

    async def _serve(self) -> int:
        self._stopping = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._signalled, number)
        # What is late is made up once, however late it is.
        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)
        self._scheduler.add_job(self._heartbeat, "interval", seconds=_HEARTBEAT_SECONDS, id=_HEARTBEAT)
        self._plan()
        self._scheduler.start()
        if stop_request.has_come:
            self._stopping.set()
        await self._stopping.wait()
        self._scheduler.shutdown(wait=False)
        await self._children.stop()
        await asyncio.gather(*self._runs.values())
        return self._exit_code

    def _signalled(self, number: int) -> None:
        if self._stopping.is_set():
            self._children.kill()
            self._exit_code = 128 + number
        self._stopping.set()

    def _plan(self) -> None:
        """Give every job that is not running its time."""
        kept = self._jobs.all()
        for name, due in due_times(self._definitions, kept, now=_now()).items():
            if name not in self._runs:
                row = kept.get(name)
                if row is None or (row.timetable, row.next_at) != (self._definitions[name].timetable, due):
                    self._jobs.plan(name, timetable=self._definitions[name].timetable, next_at=due)
                self._scheduler.add_job(
                    self._begin, "date", [name], run_date=due, id=name, replace_existing=True
                )

    async def _begin(self, name: str) -> None:
        if name in self._definitions and name not in self._runs and not self._stopping.is_set():
            # A task of our own: those of the scheduler are cancelled when it ends.
            self._runs[name] = asyncio.ensure_future(self._run(self._definitions[name]))

    async def _run(self, job: JobDefinition) -> None:
        started = _now()
        try:
            self._jobs.begin(job.name, at=started, next_at=job.table.next_after(started))
            config = ("--config", self._config_path) if self._config_path else ()
            deadline = self._config.schedule.deadline_minutes * 60
            ended = await self._children.run((*config, *job.arguments), deadline_seconds=deadline)
            result = _result(ended)
            self._jobs.end(job.name, at=_now(), exit_code=ended.exit_code, result=result)
            took = (_now() - started).total_seconds()
            logger.info("%s: %s after %.0f s", job.name, result, took)
            self._tell_news(job.name, result, took)
        except (StorageError, OSError) as error:
            self._tell(f"{job.name}: {error}")
        finally:
            del self._runs[job.name]
            await self._heartbeat()

    def _tell_news(self, name: str, result: str, took: float) -> None:
        """Say what did not go as it should: once, however often it then goes so, and when it is over."""
        if result in _AS_IT_SHOULD_BE:
            result = _DONE
        if result != self._results.get(name, _DONE):
            self._tell(f"{name}: {result} after {took:.0f} s")
        self._results[name] = result

    async def _heartbeat(self) -> None:
        """Take in a changed configuration, and give every job its time: the clock may have been set."""
        try:
            config = load_config(self._config_path)
            if config.schedule != self._config.schedule:
                self._definitions, self._config = definitions(config), config
                self._drop_old_jobs()
            if not self._stopping.is_set():
                self._plan()
            self._problem = ""
        except TearsheetError as error:
            # Once, not with every heartbeat; until it is mended all goes on as before.
            if str(error) != self._problem:
                self._tell(f"the schedule stays as it was: {error}")
            self._problem = str(error)

    def _drop_old_jobs(self) -> None:
        self._jobs.keep_only(self._definitions.keys())
        for planned in self._scheduler.get_jobs():
            if planned.id != _HEARTBEAT and planned.id not in self._definitions:
                planned.remove()


_DONE, _BUSY = "done", "another run was under way"
_AS_IT_SHOULD_BE = frozenset({_DONE, _BUSY, "told to stop"})
_RESULTS = {0: _DONE, 3: "no source answered", 4: "needs a person", 75: _BUSY}


def _result(ended: Ended) -> str:
    if ended.is_overdue:
        return "ended at its deadline"
    if ended.was_told_to_stop:
        return "told to stop"
    if ended.exit_code < 0:
        return f"killed by signal {-ended.exit_code}"
    return _RESULTS.get(ended.exit_code, f"failed (exit {ended.exit_code})")
